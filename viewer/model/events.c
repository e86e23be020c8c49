// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/events.h"

#include "viewer/app/i18n.h"
#include "viewer/model/words.h"

/* Rows are looked at in windows that grow, so that a thread with millions of them is not read as a
 * whole. */
#define WINDOW_MIN_NS (100 * WW_NS_PER_US)
#define WINDOW_GROWTH 8

static const unsigned int any_state = (1u << WW_STATE_N) - 1;

struct search {
	const struct ww_trace *trace;
	struct ww_lane lane;
	int64_t from_ns;
	int direction;
	int64_t best_ns; /* of what was found */
	bool has_found;
	char *text;
};

/* Keeps what lies nearer than what was found before; of equal ones the first. Takes @text. */
static void offer(struct search *search, int64_t t_ns, char *text)
{
	const bool is_beyond =
		search->direction > 0 ? t_ns > search->from_ns : t_ns < search->from_ns;
	const bool is_nearer =
		search->direction > 0 ? t_ns < search->best_ns : t_ns > search->best_ns;

	if (!is_beyond || (search->has_found && !is_nearer)) {
		g_free(text);
		return;
	}
	g_free(search->text);
	search->text = text;
	search->best_ns = t_ns;
	search->has_found = true;
}

enum phase {
	PHASE_INSTANT,
	PHASE_BEGIN,
	PHASE_END,
	PHASE_N,
};

/* @phrase, marked with N_(), has one %s. */
static char *filled(const char *phrase, const char *name)
{
	g_auto(GStrv) halves = g_strsplit(_(phrase), "%s", 2);

	return g_strconcat(halves[0], name, halves[1], NULL);
}

static char *thread_text(const struct search *search, const char *phrase, uint64_t utid)
{
	g_autofree char *name = ww_trace_thread_text(search->trace, (uint32_t)utid);

	return filled(phrase, name);
}

static char *named_text(const struct search *search, const char *phrase, uint64_t text)
{
	const char *name = ww_query_text(search->trace, text);

	return filled(phrase, name ? name : "");
}

static char *row_text(const struct search *search, enum ww_track kind,
		      const struct ww_track_row *row, enum phase phase)
{
	static const char *const locks[PHASE_N] = { N_("Wait for a lock"),
						    N_("Wait for a lock begins"),
						    N_("Wait for a lock ends") };
	static const char *const pauses[PHASE_N] = { N_("Slow call of the allocator"),
						     N_("Slow call of the allocator begins"),
						     N_("Slow call of the allocator ends") };
	static const char *const tasks[PHASE_N] = { N_("Task %s"), N_("Task %s begins"),
						    N_("Task %s ends") };
	static const char *const regions[PHASE_N] = { N_("Region %s"), N_("Region %s begins"),
						      N_("Region %s ends") };

	switch (kind) {
	case WW_TRACK_WAKE_OF:
		if (row->fields[WW_ROW_WAKE_OF_WAKER_UTID] >= WW_UTID_IDLE)
			return g_strdup(_("Is woken"));
		return thread_text(search, N_("Is woken by %s"),
				   row->fields[WW_ROW_WAKE_OF_WAKER_UTID]);
	case WW_TRACK_WAKE_BY:
		return thread_text(search, N_("Wakes %s"), row->fields[WW_ROW_WAKE_BY_WAKEE_UTID]);
	case WW_TRACK_LOCK_WAIT:
		return g_strdup(_(locks[phase]));
	case WW_TRACK_ALLOC_PAUSE:
		return g_strdup(_(pauses[phase]));
	case WW_TRACK_USER_TASK:
		return named_text(search, tasks[phase], row->fields[WW_ROW_USER_TASK_NAME_TEXT]);
	case WW_TRACK_USER_REGION:
		return named_text(search, regions[phase],
				  row->fields[WW_ROW_USER_REGION_NAME_TEXT]);
	default:
		return named_text(search, N_("Says %s"), row->fields[WW_ROW_USER_LOG_MESSAGE_TEXT]);
	}
}

static void look_at_track(struct search *search, enum ww_track kind, struct ww_span window)
{
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, search->trace, kind, search->lane.index, window);
	while (ww_row_iter_next(&iter, &row)) {
		const bool is_instant = row.span.begin_ns == row.span.end_ns;

		offer(search, row.span.begin_ns,
		      row_text(search, kind, &row, is_instant ? PHASE_INSTANT : PHASE_BEGIN));
		if (!is_instant)
			offer(search, row.span.end_ns, row_text(search, kind, &row, PHASE_END));
	}
}

/* States tile a life, so there is no further to look than to the next one. False: there is none. */
static bool find_state(struct search *search)
{
	struct ww_interval interval;
	bool found;

	if (search->direction > 0)
		found = ww_query_next(search->trace, search->lane, search->from_ns + 1, any_state,
				      &interval);
	else
		found = ww_query_at(search->trace, search->lane, search->from_ns - 1, &interval) ||
			ww_query_previous(search->trace, search->lane, search->from_ns, any_state,
					  &interval);
	if (found)
		offer(search, interval.span.begin_ns,
		      g_strdup_printf(_("%s begins"), ww_word_state(interval.state)));
	return found;
}

static struct ww_span window_of(const struct search *search, int64_t length_ns, int64_t limit_ns)
{
	if (search->direction > 0)
		return (struct ww_span){ search->from_ns,
					 MIN(search->from_ns + length_ns, limit_ns + 1) };
	return (struct ww_span){ MAX(search->from_ns - length_ns, limit_ns), search->from_ns };
}

static bool reaches(struct ww_span window, int64_t t_ns)
{
	return window.begin_ns <= t_ns && t_ns <= window.end_ns;
}

static void find_rows(struct search *search, int64_t limit_ns)
{
	static const enum ww_track kinds[] = {
		WW_TRACK_WAKE_OF,   WW_TRACK_WAKE_BY,     WW_TRACK_LOCK_WAIT, WW_TRACK_ALLOC_PAUSE,
		WW_TRACK_USER_TASK, WW_TRACK_USER_REGION, WW_TRACK_USER_LOG,
	};

	for (int64_t length_ns = WINDOW_MIN_NS;; length_ns *= WINDOW_GROWTH) {
		const struct ww_span window = window_of(search, length_ns, limit_ns);

		for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
			look_at_track(search, kinds[i], window);
		if ((search->has_found && reaches(window, search->best_ns)) ||
		    reaches(window, limit_ns))
			return;
	}
}

bool ww_lane_event_find(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
			int direction, struct ww_lane_event *event)
{
	struct search search = {
		.trace = trace, .lane = lane, .from_ns = t_ns, .direction = direction
	};
	const int64_t end_ns = ww_trace_info(trace)->duration_ns;
	int64_t limit_ns = direction > 0 ? end_ns : 0;

	if (t_ns < 0 || t_ns > end_ns)
		return false;
	if (find_state(&search))
		limit_ns = search.best_ns;
	if (lane.kind == WW_LANE_THREAD)
		find_rows(&search, limit_ns);
	if (!search.has_found)
		return false;
	event->t_ns = search.best_ns;
	event->text = search.text;
	return true;
}

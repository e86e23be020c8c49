// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/convoys.h"

#define HAND_OVERS_MIN 10
#define QUEUED_MIN 3      /* threads at once */
#define QUEUED_MEAN_MIN 2 /* and of the time */
#define HANDING_PERCENT 50
#define LOOK_AHEAD 64      /* turns: who waits now has had one by then */
#define CHAINED_PERCENT 75 /* of the hand-overs: whoever had it last woke the next */

static int by_thread(const void *pa, const void *pb)
{
	const struct ww_turn *a = pa, *b = pb;

	if (a->utid != b->utid)
		return a->utid < b->utid ? -1 : 1;
	return (a->span.begin_ns > b->span.begin_ns) - (a->span.begin_ns < b->span.begin_ns);
}

static int by_end(const void *pa, const void *pb)
{
	const struct ww_turn *a = pa, *b = pb;

	if (a->span.end_ns != b->span.end_ns)
		return a->span.end_ns < b->span.end_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

/* @turns: of one thread, in order, which do not overlap. */
static void fill_wakes(const struct ww_trace *trace, struct ww_turn *turns, guint n)
{
	const struct ww_span span = { turns[0].span.begin_ns, turns[n - 1].span.end_ns };
	struct ww_row_iter iter;
	struct ww_track_row row;
	guint i = 0;

	ww_row_iter_init(&iter, trace, WW_TRACK_WAKE_OF, turns[0].utid, span);
	while (i < n && ww_row_iter_next(&iter, &row)) {
		while (i < n && turns[i].span.end_ns <= row.span.begin_ns)
			i++;
		if (i == n || row.span.begin_ns < turns[i].span.begin_ns)
			continue;
		turns[i].woken_ns = row.span.begin_ns;
		turns[i].waker_utid = (uint32_t)row.fields[WW_ROW_WAKE_OF_WAKER_UTID];
	}
}

static void fill(const struct ww_trace *trace, GArray *turns)
{
	struct ww_turn *all = (struct ww_turn *)(void *)turns->data;
	guint n;

	g_array_sort(turns, by_thread);
	for (guint i = 0; i < turns->len; i += n) {
		for (n = 1; i + n < turns->len && all[i + n].utid == all[i].utid; n++)
			continue;
		fill_wakes(trace, &all[i], n);
	}
	g_array_sort(turns, by_end);
}

/* How many of @turns waited when the first of them got the lock, QUEUED_MIN at the most. */
static guint queued_behind(const struct ww_turn *turns, guint n)
{
	guint n_queued = 0;

	for (guint i = 1; i < MIN(n, LOOK_AHEAD) && n_queued < QUEUED_MIN; i++)
		n_queued += turns[i].span.begin_ns <= turns[0].span.end_ns;
	return n_queued;
}

/* Of the waits of @turns what lies in @span. */
static int64_t queued_ns(const struct ww_turn *turns, guint n, struct ww_span span)
{
	int64_t ns = 0;

	for (guint i = 0; i < n; i++)
		ns += ww_span_length_ns(ww_span_intersect(turns[i].span, span));
	return ns;
}

/* @turns: while somebody always waited. */
static void judge(const struct ww_turn *turns, guint n, struct ww_convoys *convoys)
{
	const struct ww_span span = { turns[0].span.end_ns, turns[n - 1].span.end_ns };
	const int64_t lasted_ns = ww_span_length_ns(span);
	const int64_t waited_ns = queued_ns(turns, n, span);
	int64_t handing_ns = 0;
	guint n_chained = 0, n_queued = 0;

	for (guint i = 1; i < n; i++) {
		const int64_t had_ns = turns[i - 1].span.end_ns;

		if (turns[i].woken_ns >= 0)
			handing_ns += turns[i].span.end_ns - MAX(turns[i].woken_ns, had_ns);
		n_chained += turns[i].woken_ns >= 0 && turns[i].waker_utid == turns[i - 1].utid;
		if (n_queued < QUEUED_MIN)
			n_queued = MAX(n_queued, queued_behind(&turns[i - 1], n - i + 1));
	}
	if (n <= HAND_OVERS_MIN || n_queued < QUEUED_MIN ||
	    waited_ns < QUEUED_MEAN_MIN * lasted_ns ||
	    100 * handing_ns < HANDING_PERCENT * lasted_ns ||
	    100 * (uint64_t)n_chained < CHAINED_PERCENT * (uint64_t)(n - 1))
		return;
	convoys->n_hand_overs += n - 1;
	convoys->handing_ns += handing_ns;
	convoys->lasted_ns += lasted_ns;
	convoys->queued_ns += waited_ns;
}

bool ww_convoys_find(const struct ww_trace *trace, GArray *turns, struct ww_convoys *convoys)
{
	const struct ww_turn *all = (const struct ww_turn *)(const void *)turns->data;
	guint n;

	*convoys = (struct ww_convoys){ .n_hand_overs = 0 };
	if (turns->len <= HAND_OVERS_MIN)
		return false;
	fill(trace, turns);
	for (guint i = 0; i < turns->len; i += n) {
		for (n = 1;
		     i + n < turns->len && all[i + n].span.begin_ns <= all[i + n - 1].span.end_ns;
		     n++)
			continue;
		judge(&all[i], n, convoys);
	}
	return convoys->n_hand_overs > 0;
}

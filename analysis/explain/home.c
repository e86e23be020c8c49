// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/home.h"

#include "analysis/explain/runnable.h"
#include "analysis/explain/steal.h"

/* Read at a time: looking for the begin of a piece costs about as much as 30 segments. */
#define PIECE_SEGMENTS 512

/* Real-time threads that had so much of the second before are kept back by the kernel itself. */
#define RT_BUDGET_WINDOW_NS WW_NS_PER_S
#define RT_BUDGET_SHARE 0.9

void ww_home_init(struct ww_home *home, const struct ww_trace *trace, uint16_t cpu,
		  struct ww_span reach)
{
	*home = (struct ww_home){
		.trace = trace,
		.cpu = cpu,
		.reach = reach,
		.until_ns = reach.begin_ns,
		.segments = g_array_new(false, false, sizeof(struct ww_home_segment)),
		.overlays = g_array_new(false, false, sizeof(struct ww_overlay)),
		.thefts = g_array_new(false, false, sizeof(struct ww_theft)),
		.sure_ns = -1,
	};
	ww_tiles_init(&home->tiles, trace, (struct ww_lane){ WW_LANE_CPU, cpu }, reach);
}

void ww_home_clear(struct ww_home *home)
{
	g_clear_pointer(&home->segments, g_array_unref);
	g_clear_pointer(&home->overlays, g_array_unref);
	g_clear_pointer(&home->thefts, g_array_unref);
}

/* One that reaches into the piece before is there already. */
static void add_thefts(struct ww_home *home, struct ww_span piece)
{
	g_autoptr(GArray) thefts = ww_thefts(home->trace, home->cpu, piece);
	int64_t known_ns = INT64_MIN;

	if (home->thefts->len > 0)
		known_ns = g_array_index(home->thefts, struct ww_theft, home->thefts->len - 1)
				   .span.end_ns;
	for (guint i = 0; i < thefts->len; i++)
		if (g_array_index(thefts, struct ww_theft, i).span.end_ns > known_ns)
			g_array_append_vals(home->thefts,
					    &g_array_index(thefts, struct ww_theft, i), 1);
}

/* A thread's priority may change while it runs: there its segment is cut. */
static void add_segment(struct ww_home *home, const struct ww_interval *interval)
{
	struct ww_home_segment segment = {
		.span = interval->span,
		.utid = interval->utid,
		.prio = interval->prio,
		.state = interval->state,
		.flags = interval->flags,
	};
	g_autoptr(GArray) changes = ww_prio_changes(home->trace, interval);

	for (guint i = 0; changes && i < changes->len; i++) {
		const struct ww_prio_change *change =
			&g_array_index(changes, struct ww_prio_change, i);

		segment.span.end_ns = change->span.begin_ns;
		if (segment.span.begin_ns < segment.span.end_ns)
			g_array_append_val(home->segments, segment);
		segment.span = (struct ww_span){ change->span.begin_ns, interval->span.end_ns };
		segment.prio = change->new_prio;
	}
	g_array_append_val(home->segments, segment);
}

static void read_piece(struct ww_home *home)
{
	struct ww_span piece = { home->until_ns, home->until_ns };
	g_autoptr(GArray) overlays = NULL;
	struct ww_tile tile;

	for (int i = 0; i < PIECE_SEGMENTS && ww_tiles_next(&home->tiles, &tile); i++) {
		add_segment(home, &tile.interval);
		piece.end_ns = tile.span.end_ns;
	}
	overlays = ww_overlays(home->trace, home->cpu, piece);
	g_array_append_vals(home->overlays, overlays->data, overlays->len);
	add_thefts(home, piece);
	home->until_ns = piece.end_ns;
}

void ww_home_read(struct ww_home *home, int64_t t_ns)
{
	t_ns = MIN(t_ns, home->reach.end_ns);
	while (home->until_ns < t_ns)
		read_piece(home);
}

/* Segments and overlays begin with their spans. */
static guint first_behind(const GArray *array, int64_t t_ns)
{
	const guint size = g_array_get_element_size((GArray *)(uintptr_t)array);
	guint low = 0, high = array->len;

	while (low < high) {
		const guint middle = low + (high - low) / 2;
		const struct ww_span *span = (const void *)(array->data + (size_t)middle * size);

		if (span->end_ns <= t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

_Static_assert(offsetof(struct ww_home_segment, span) == 0 &&
		       offsetof(struct ww_overlay, span) == 0,
	       "first_behind");

guint ww_home_segment_at(const struct ww_home *home, int64_t t_ns)
{
	return first_behind(home->segments, t_ns);
}

guint ww_home_overlay_at(const struct ww_home *home, int64_t t_ns)
{
	return first_behind(home->overlays, t_ns);
}

static int64_t rt_ns(const struct ww_home *home, struct ww_span window)
{
	const struct ww_lane lane = { WW_LANE_CPU, home->cpu };
	int64_t sum_ns = 0;
	struct ww_tiles tiles;
	struct ww_tile tile;

	ww_tiles_init(&tiles, home->trace, lane, window);
	while (ww_tiles_next(&tiles, &tile))
		if (tile.interval.state == WW_STATE_RUNNING && tile.interval.prio >= 0 &&
		    tile.interval.prio < WW_PRIO_FAIR)
			sum_ns += ww_span_length_ns(tile.span);
	return sum_ns;
}

/* From one instant to another the sum over the second before changes by no more than lies between.
 */
bool ww_home_is_rt_budget_used(struct ww_home *home, int64_t t_ns)
{
	const int64_t least_ns = (int64_t)(RT_BUDGET_SHARE * (double)RT_BUDGET_WINDOW_NS);
	const struct ww_span window = { MAX(0, t_ns - RT_BUDGET_WINDOW_NS), t_ns };
	int64_t had_ns;

	if (ABS(t_ns - home->asked_ns) <= home->sure_ns)
		return home->is_rt_budget_used;
	had_ns = rt_ns(home, window);
	home->asked_ns = t_ns;
	home->is_rt_budget_used = had_ns >= least_ns;
	home->sure_ns = home->is_rt_budget_used ? had_ns - least_ns : least_ns - had_ns - 1;
	return home->is_rt_budget_used;
}

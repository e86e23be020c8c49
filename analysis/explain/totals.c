// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/summary.h"
#include "analysis/explain/tiles.h"

#define NR_SCHED_SETAFFINITY 203

struct last {
	uint8_t state;
	uint16_t run_cpu;
};

/* A wake-up was already under way (T1), or it sleeps in the kernel only until it is moved (R5). */
static bool left_although_ready(const struct ww_interval *next)
{
	return next->reason == WW_REASON_WOKEN ||
	       (next->reason == WW_REASON_AFFINITY_MOVE && next->syscall == NR_SCHED_SETAFFINITY);
}

bool ww_left_by_will(const struct ww_interval *next)
{
	if (next->state == WW_STATE_RUNNABLE)
		return left_although_ready(next);
	return next->state == WW_STATE_BLOCKED || next->state == WW_STATE_STOPPED;
}

static bool is_known_switch(const struct ww_interval *next)
{
	return next->state != WW_STATE_UNKNOWN && next->state != WW_STATE_DEAD;
}

static void count_changes(struct ww_totals *totals, const struct ww_interval *interval,
			  struct last *last)
{
	if (last->state == WW_STATE_RUNNING && ww_left_by_will(interval))
		totals->n_voluntary++;
	else if (last->state == WW_STATE_RUNNING && is_known_switch(interval))
		totals->n_involuntary++;
	if (interval->state == WW_STATE_RUNNING) {
		totals->n_migrations +=
			last->run_cpu != WW_CPU_UNKNOWN && interval->cpu != last->run_cpu;
		last->run_cpu = interval->cpu;
	}
	last->state = interval->state;
}

static void add_causes(struct ww_totals *totals, const struct ww_trace *trace,
		       const struct ww_tile *tile)
{
	g_autoptr(GArray) causes = ww_causes_new();

	ww_explain_runnable(trace, &tile->interval, tile->span, NULL, causes);
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		totals->cause_ns[part->cause] += part->ns;
	}
}

static void join(int64_t *to, const int64_t *from, int n)
{
	for (int i = 0; i < n; i++)
		to[i] += from[i];
}

void ww_totals_join(struct ww_totals *to, const struct ww_totals *from)
{
	to->lifetime_ns += from->lifetime_ns;
	join(to->state_ns, from->state_ns, WW_STATE_N);
	join(to->reason_ns, from->reason_ns, WW_REASON_N);
	join(to->cause_ns, from->cause_ns, WW_CAUSE_N);
	to->max_runnable_ns = MAX(to->max_runnable_ns, from->max_runnable_ns);
	to->n_voluntary += from->n_voluntary;
	to->n_involuntary += from->n_involuntary;
	to->n_wakeups += from->n_wakeups;
	to->n_migrations += from->n_migrations;
}

/* Wakes are rows by themselves: nobody needs them one by one. */
static uint64_t count_wakes(const struct ww_trace *trace, uint32_t utid, struct ww_span window)
{
	struct ww_row_iter iter;
	struct ww_track_row row;
	uint64_t n = 0;

	ww_row_iter_init(&iter, trace, WW_TRACK_WAKE_OF, utid, window);
	while (ww_row_iter_next(&iter, &row))
		n++;
	return n;
}

void ww_totals_add(struct ww_totals *totals, const struct ww_trace *trace, uint32_t utid,
		   struct ww_span span, bool causes)
{
	struct ww_span window = ww_span_intersect(ww_trace_thread(trace, utid)->life, span);
	struct last last = { WW_STATE_UNKNOWN, WW_CPU_UNKNOWN };
	struct ww_tiles tiles;
	struct ww_tile tile;

	totals->n_wakeups += count_wakes(trace, utid, window);
	ww_tiles_init(&tiles, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, window);
	while (ww_tiles_next(&tiles, &tile)) {
		int64_t ns = ww_span_length_ns(tile.span);

		tile.interval.utid = utid;
		totals->state_ns[tile.interval.state] += ns;
		if (tile.interval.state != WW_STATE_DEAD)
			totals->lifetime_ns += ns;
		if (tile.interval.state == WW_STATE_BLOCKED)
			totals->reason_ns[tile.interval.reason] += ns;
		if (tile.interval.state == WW_STATE_RUNNABLE)
			totals->max_runnable_ns = MAX(totals->max_runnable_ns, ns);
		if (tile.interval.state == WW_STATE_RUNNABLE && causes)
			add_causes(totals, trace, &tile);
		count_changes(totals, &tile.interval, &last);
	}
}

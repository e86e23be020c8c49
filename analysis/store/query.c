// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries about lanes: what a thread or a CPU was doing. */
#include "analysis/query.h"

#include <string.h>

#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

_Static_assert(WW_LANE_THREAD == 0 && WW_LANE_CPU == 1, "the store numbers the kinds so");

struct walk {
	struct ww_store_lane lane;
	struct ww_block_cursor cursor;
	uint32_t index; /* UINT32_MAX: at the end */
	uint32_t last;  /* of the interval that came last */
};

_Static_assert(sizeof(struct walk) <= sizeof(((struct ww_interval_iter *)NULL)->space),
	       "a walk fits into its iterator");

static bool find_lane(const struct ww_trace *trace, struct ww_lane lane,
		      struct ww_store_lane *found)
{
	return ww_store_lane(trace->store, lane.kind, lane.index, found);
}

GArray *ww_query_cpus(const struct ww_trace *trace)
{
	GArray *cpus = g_array_new(false, false, sizeof(uint16_t));

	for (uint32_t i = 0; i < trace->store->n_lanes[WW_LANE_CPU]; i++) {
		const uint16_t cpu = (uint16_t)i;

		if (trace->store->lane_records[WW_LANE_CPU][i].n_intervals > 0)
			g_array_append_val(cpus, cpu);
	}
	return cpus;
}

void ww_interval_iter_init(struct ww_interval_iter *iter, const struct ww_trace *trace,
			   struct ww_lane lane, struct ww_span span)
{
	struct walk *walk = (struct walk *)iter->space;

	iter->trace = trace;
	iter->lane = lane;
	iter->span = span;
	walk->cursor.n = 0;
	walk->index = UINT32_MAX;
	if (find_lane(trace, lane, &walk->lane))
		walk->index = ww_lane_find(&walk->lane, span.begin_ns);
}

bool ww_interval_iter_next(struct ww_interval_iter *iter, struct ww_interval *interval)
{
	struct walk *walk = (struct walk *)iter->space;
	const uint32_t index = walk->index;
	struct ww_interval found;

	if (index == UINT32_MAX)
		return false;
	if (!ww_lane_step(&walk->lane, &walk->index, &walk->cursor, &found) ||
	    !ww_span_overlaps(found.span, iter->span)) {
		walk->index = UINT32_MAX;
		return false;
	}
	*interval = found;
	walk->last = index;
	return true;
}

uint32_t ww_interval_iter_index(const struct ww_interval_iter *iter)
{
	return ((const struct walk *)iter->space)->last;
}

bool ww_query_at(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
		 struct ww_interval *interval)
{
	struct ww_store_lane found;
	struct ww_interval at;

	if (!find_lane(trace, lane, &found) ||
	    !ww_lane_interval(&found, ww_lane_find(&found, t_ns), &at) ||
	    !ww_span_contains(at.span, t_ns))
		return false;
	*interval = at;
	return true;
}

/* Directory entries say which states a block has: the others are stepped over. */
static bool may_have(const struct ww_store_lane *lane, uint32_t block, unsigned int states)
{
	return (lane->entries[block].states & states) || states & 1u << WW_STATE_UNKNOWN;
}

bool ww_query_next(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
		   unsigned int states, struct ww_interval *interval)
{
	struct ww_store_lane found;
	struct ww_block_times times;

	if (!find_lane(trace, lane, &found))
		return false;
	for (uint32_t block = ww_lane_find_block(&found, t_ns); block < found.record->n_blocks;
	     block++) {
		if (!may_have(&found, block, states))
			continue;
		ww_lane_times(&found, block, &times);
		for (unsigned int i = 0; i < times.n; i++)
			if (times.begin_ns[i] >= t_ns &&
			    states & 1u << (times.tags[i] & WW_BLOCK_STATE))
				return ww_lane_interval(&found, block * WW_BLOCK_INTERVALS + i,
							interval);
	}
	return false;
}

bool ww_query_previous(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
		       unsigned int states, struct ww_interval *interval)
{
	struct ww_store_lane found;
	struct ww_block_times times;

	if (!find_lane(trace, lane, &found))
		return false;
	for (uint32_t n = ww_lane_find_block(&found, t_ns) + 1; n > 0; n--) {
		if (!may_have(&found, n - 1, states))
			continue;
		ww_lane_times(&found, n - 1, &times);
		for (unsigned int i = times.n; i > 0; i--)
			if (times.end_ns[i - 1] <= t_ns &&
			    states & 1u << (times.tags[i - 1] & WW_BLOCK_STATE))
				return ww_lane_interval(
					&found, (n - 1) * WW_BLOCK_INTERVALS + i - 1, interval);
	}
	return false;
}

void ww_query_sums(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
		   struct ww_state_sums *sums)
{
	struct ww_store_lane found;
	struct ww_lane_sums until_begin, until_end;

	*sums = (struct ww_state_sums){ 0 };
	if (span.begin_ns >= span.end_ns || !find_lane(trace, lane, &found))
		return;
	until_begin = ww_lane_sums_until(&found, span.begin_ns);
	until_end = ww_lane_sums_until(&found, span.end_ns);
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		sums->ns[state] = until_end.ns[state] - until_begin.ns[state];
}

#define LANES_AHEAD 8u

/*
 * Adds @sign times those of every thread. Lanes lie far apart: while one is summed up, the block of
 * one behind it and the directory of one further behind are on their way from memory.
 */
static void add_sums_until(const struct ww_trace *trace, int64_t t_ns, int sign,
			   struct ww_state_sums *sums)
{
	const struct ww_store *store = trace->store;
	const uint32_t n = MIN(trace->info.n_threads, store->n_lanes[WW_LANE_THREAD]);

	for (uint32_t i = 0; i < n + 2 * LANES_AHEAD; i++) {
		struct ww_store_lane lane;
		struct ww_lane_sums until;

		if (i < n)
			ww_lane_prefetch(store, WW_LANE_THREAD, i, t_ns, WW_LANE_DIRECTORY);
		if (i >= LANES_AHEAD && i - LANES_AHEAD < n)
			ww_lane_prefetch(store, WW_LANE_THREAD, i - LANES_AHEAD, t_ns,
					 WW_LANE_BLOCK);
		if (i < 2 * LANES_AHEAD ||
		    !ww_store_lane(store, WW_LANE_THREAD, i - 2 * LANES_AHEAD, &lane))
			continue;
		until = ww_lane_sums_until(&lane, t_ns);
		for (unsigned int state = 0; state < WW_STATE_N; state++)
			sums[i - 2 * LANES_AHEAD].ns[state] += sign * until.ns[state];
	}
}

void ww_query_thread_sums(const struct ww_trace *trace, struct ww_span span,
			  struct ww_state_sums *sums)
{
	for (uint32_t utid = 0; utid < trace->info.n_threads; utid++)
		sums[utid] = (struct ww_state_sums){ 0 };
	if (span.begin_ns >= span.end_ns)
		return;
	add_sums_until(trace, span.begin_ns, -1, sums);
	add_sums_until(trace, span.end_ns, 1, sums);
}

void ww_query_pixels(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
		     uint32_t n_px, struct ww_pixel *pixels)
{
	struct ww_store_lane found;

	memset(pixels, 0, n_px * sizeof(*pixels));
	if (span.begin_ns < span.end_ns && n_px > 0 && find_lane(trace, lane, &found))
		ww_lane_pixels(&found, span, n_px, pixels);
}

void ww_query_pixels_of(const struct ww_trace *trace, const struct ww_lane *lanes, uint32_t n_lanes,
			struct ww_span span, uint32_t n_px, struct ww_pixel *pixels)
{
	for (uint32_t i = 0; i < n_lanes; i++)
		ww_query_pixels(trace, lanes[i], span, n_px, pixels + (size_t)i * n_px);
}

bool ww_query_wait(const struct ww_trace *trace, struct ww_wait_ref ref,
		   struct ww_interval *interval)
{
	struct ww_store_lane lane;

	return ww_store_lane(trace->store, WW_LANE_THREAD, ref.utid, &lane) &&
	       ww_lane_interval(&lane, ref.index, interval);
}

bool ww_query_wait_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns,
		      struct ww_wait_ref *ref)
{
	struct ww_store_lane lane;
	struct ww_interval interval;
	uint32_t i;

	if (!ww_store_lane(trace->store, WW_LANE_THREAD, utid, &lane))
		return false;
	i = ww_lane_find(&lane, t_ns);
	if (!ww_lane_interval(&lane, i, &interval) || !ww_span_contains(interval.span, t_ns))
		return false;
	*ref = (struct ww_wait_ref){ .utid = utid, .index = i };
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries about lanes: what a thread or a CPU was doing. */
#include "analysis/query.h"

#include <string.h>

#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

static const struct ww_store_lane *lane_of(const struct ww_trace *trace, struct ww_lane lane)
{
	return lane.kind == WW_LANE_THREAD ? ww_store_thread_lane(trace->store, lane.index)
					   : ww_store_cpu_lane(trace->store, lane.index);
}

GArray *ww_query_cpus(const struct ww_trace *trace)
{
	GArray *cpus = g_array_new(false, false, sizeof(uint16_t));

	for (unsigned int i = 0; i < trace->store->cpu_lanes->len; i++) {
		const uint16_t cpu = (uint16_t)i;

		if (ww_store_cpu_lane(trace->store, i)->n_intervals > 0)
			g_array_append_val(cpus, cpu);
	}
	return cpus;
}

void ww_interval_iter_init(struct ww_interval_iter *iter, const struct ww_trace *trace,
			   struct ww_lane lane, struct ww_span span)
{
	const struct ww_store_lane *found = lane_of(trace, lane);

	*iter = (struct ww_interval_iter){
		.trace = trace,
		.lane = lane,
		.span = span,
		.position = found ? ww_lane_find(found, span.begin_ns) : 0,
	};
}

bool ww_interval_iter_next(struct ww_interval_iter *iter, struct ww_interval *interval)
{
	const struct ww_store_lane *lane = lane_of(iter->trace, iter->lane);

	if (!lane || iter->position >= lane->n_intervals ||
	    !ww_span_overlaps(lane->intervals[iter->position].span, iter->span))
		return false;
	*interval = lane->intervals[iter->position++];
	return true;
}

bool ww_query_at(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
		 struct ww_interval *interval)
{
	const struct ww_store_lane *found = lane_of(trace, lane);
	uint32_t i;

	if (!found)
		return false;
	i = ww_lane_find(found, t_ns);
	if (i == found->n_intervals || !ww_span_contains(found->intervals[i].span, t_ns))
		return false;
	*interval = found->intervals[i];
	return true;
}

/* False lets a search step over the whole node that begins at @i. */
static bool node_may_have(const struct ww_store_lane *lane, uint32_t i, unsigned int states)
{
	const uint32_t node = i / WW_LANE_NODE;

	if ((node + 1) * WW_LANE_NODE >= lane->n_intervals)
		return true;
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		if (states & 1u << state &&
		    lane->nodes[node + 1].before.ns[state] != lane->nodes[node].before.ns[state])
			return true;
	return false;
}

bool ww_query_next(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
		   unsigned int states, struct ww_interval *interval)
{
	const struct ww_store_lane *found = lane_of(trace, lane);
	uint32_t i;

	if (!found)
		return false;
	i = ww_lane_find(found, t_ns);
	if (i < found->n_intervals && found->intervals[i].span.begin_ns < t_ns)
		i++;
	while (i < found->n_intervals && !(states & 1u << found->intervals[i].state)) {
		const bool can_step = i % WW_LANE_NODE == 0 && !node_may_have(found, i, states);

		i += can_step ? WW_LANE_NODE : 1;
	}
	if (i >= found->n_intervals)
		return false;
	*interval = found->intervals[i];
	return true;
}

bool ww_query_previous(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
		       unsigned int states, struct ww_interval *interval)
{
	const struct ww_store_lane *found = lane_of(trace, lane);
	uint32_t n; /* candidates are those before n */

	if (!found)
		return false;
	n = ww_lane_find(found, t_ns);
	while (n > 0 && !(states & 1u << found->intervals[n - 1].state)) {
		const bool can_step =
			n % WW_LANE_NODE == 0 && !node_may_have(found, n - WW_LANE_NODE, states);

		n -= can_step ? WW_LANE_NODE : 1;
	}
	if (n == 0)
		return false;
	*interval = found->intervals[n - 1];
	return true;
}

void ww_query_sums(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
		   struct ww_state_sums *sums)
{
	const struct ww_store_lane *found = lane_of(trace, lane);
	struct ww_lane_sums until_begin, until_end;

	*sums = (struct ww_state_sums){ 0 };
	if (!found || found->n_intervals == 0 || span.begin_ns >= span.end_ns)
		return;
	until_begin =
		ww_lane_sums_until(found, ww_lane_find_node(found, span.begin_ns), span.begin_ns);
	until_end = ww_lane_sums_until(found, ww_lane_find_node(found, span.end_ns), span.end_ns);
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		sums->ns[state] = until_end.ns[state] - until_begin.ns[state];
}

void ww_query_pixels(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
		     uint32_t n_px, struct ww_pixel *pixels)
{
	const struct ww_store_lane *found = lane_of(trace, lane);

	memset(pixels, 0, n_px * sizeof(*pixels));
	if (found && found->n_intervals > 0 && span.begin_ns < span.end_ns && n_px > 0)
		ww_lane_pixels(found, span, n_px, pixels);
}

bool ww_query_wait(const struct ww_trace *trace, struct ww_wait_ref ref,
		   struct ww_interval *interval)
{
	const struct ww_store_lane *lane = ww_store_thread_lane(trace->store, ref.utid);

	if (!lane || ref.index >= lane->n_intervals)
		return false;
	*interval = lane->intervals[ref.index];
	return true;
}

bool ww_query_wait_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns,
		      struct ww_wait_ref *ref)
{
	const struct ww_store_lane *lane = ww_store_thread_lane(trace->store, utid);
	uint32_t i;

	if (!lane)
		return false;
	i = ww_lane_find(lane, t_ns);
	if (i == lane->n_intervals || !ww_span_contains(lane->intervals[i].span, t_ns))
		return false;
	*ref = (struct ww_wait_ref){ .utid = utid, .index = i };
	return true;
}

/* Longest first, then by begin, then by utid: the order people read them in. */
static int by_length(const void *pa, const void *pb, void *data)
{
	const struct ww_trace *trace = data;
	const struct ww_wait_ref *a = pa, *b = pb;
	const struct ww_span sa =
		ww_store_thread_lane(trace->store, a->utid)->intervals[a->index].span;
	const struct ww_span sb =
		ww_store_thread_lane(trace->store, b->utid)->intervals[b->index].span;
	const int64_t la = ww_span_length_ns(sa), lb = ww_span_length_ns(sb);

	if (la != lb)
		return la > lb ? -1 : 1;
	if (sa.begin_ns != sb.begin_ns)
		return sa.begin_ns < sb.begin_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static void add_waits(const struct ww_trace *trace, uint32_t utid,
		      const struct ww_wait_filter *filter, GArray *waits)
{
	const struct ww_store_lane *lane = ww_store_thread_lane(trace->store, utid);

	for (uint32_t i = ww_lane_find(lane, filter->span.begin_ns); i < lane->n_intervals; i++) {
		const struct ww_interval *interval = &lane->intervals[i];
		const struct ww_wait_ref ref = { .utid = utid, .index = i };

		if (!ww_span_overlaps(interval->span, filter->span))
			return;
		if (filter->states & 1u << interval->state &&
		    ww_span_length_ns(interval->span) >= filter->min_ns)
			g_array_append_val(waits, ref);
	}
}

GArray *ww_query_waits(const struct ww_trace *trace, const struct ww_wait_filter *filter)
{
	GArray *waits = g_array_new(false, false, sizeof(struct ww_wait_ref));

	for (uint32_t utid = 0; utid < trace->info.n_threads; utid++)
		if (!filter->wants_thread ||
		    filter->wants_thread(ww_trace_thread(trace, utid), filter->data))
			add_waits(trace, utid, filter, waits);
	g_array_sort_with_data(waits, by_length, (void *)(uintptr_t)trace);
	if (filter->limit > 0 && filter->limit < waits->len)
		g_array_set_size(waits, (unsigned int)filter->limit);
	return waits;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Searches in one sealed lane. */
#include "analysis/store/store-private.h"

const struct ww_store_lane *ww_store_thread_lane(const struct ww_store *store, uint32_t utid)
{
	return utid < store->thread_lanes->len
		       ? &g_array_index(store->thread_lanes, struct ww_store_lane, utid)
		       : NULL;
}

const struct ww_store_lane *ww_store_cpu_lane(const struct ww_store *store, uint32_t cpu)
{
	return cpu < store->cpu_lanes->len
		       ? &g_array_index(store->cpu_lanes, struct ww_store_lane, cpu)
		       : NULL;
}

uint32_t ww_lane_find(const struct ww_store_lane *lane, int64_t t_ns)
{
	uint32_t low = 0, high = lane->n_intervals;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (lane->intervals[middle].span.end_ns > t_ns)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct ww_lane_sums ww_lane_sums_until(const struct ww_store_lane *lane, int64_t t_ns)
{
	const uint32_t end = ww_lane_find(lane, t_ns);
	struct ww_lane_sums sums = { 0 };
	uint32_t i;

	if (lane->n_intervals == 0)
		return sums;
	i = MIN(end, lane->n_intervals - 1) / WW_LANE_NODE * WW_LANE_NODE;
	sums = lane->nodes[i / WW_LANE_NODE];
	for (; i < end; i++)
		sums.ns[lane->intervals[i].state] += ww_span_length_ns(lane->intervals[i].span);
	if (end < lane->n_intervals && lane->intervals[end].span.begin_ns < t_ns)
		sums.ns[lane->intervals[end].state] += t_ns - lane->intervals[end].span.begin_ns;
	return sums;
}

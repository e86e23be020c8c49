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

uint32_t ww_lane_find_node(const struct ww_store_lane *lane, int64_t t_ns)
{
	uint32_t low = 0, high = ww_lane_n_nodes(lane);

	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (lane->nodes[middle].begin_ns <= t_ns)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct ww_lane_sums ww_lane_sums_until(const struct ww_store_lane *lane, uint32_t node,
				       int64_t t_ns)
{
	const uint32_t end = MIN(lane->n_intervals, (node + 1) * WW_LANE_NODE);
	struct ww_lane_sums sums = lane->nodes[node].before;

	for (uint32_t i = node * WW_LANE_NODE; i < end; i++) {
		const struct ww_interval *interval = &lane->intervals[i];

		if (interval->span.begin_ns >= t_ns)
			break;
		sums.ns[interval->state] +=
			MIN(interval->span.end_ns, t_ns) - interval->span.begin_ns;
	}
	return sums;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The longest waits, without reading them all: lanes with the longest first, and no block whose
 * longest wait would not be among the best so far.
 */
#include "analysis/query.h"
#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

struct candidate {
	struct ww_span span;
	struct ww_wait_ref ref;
};

struct hunt {
	const struct ww_wait_filter *filter;
	GArray *candidates; /* at most twice the limit */
	int64_t least_ns;   /* shorter ones cannot be among the result */
};

/* Longest first, then by begin, then by utid: the order people read them in. */
static int by_length(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
	const int64_t la = ww_span_length_ns(a->span), lb = ww_span_length_ns(b->span);

	if (la != lb)
		return la > lb ? -1 : 1;
	if (a->span.begin_ns != b->span.begin_ns)
		return a->span.begin_ns < b->span.begin_ns ? -1 : 1;
	return (a->ref.utid > b->ref.utid) - (a->ref.utid < b->ref.utid);
}

static void trim(struct hunt *hunt)
{
	const size_t limit = hunt->filter->limit;
	GArray *candidates = hunt->candidates;

	g_array_sort(candidates, by_length);
	if (limit == 0 || candidates->len < limit)
		return;
	g_array_set_size(candidates, (unsigned int)limit);
	hunt->least_ns =
		MAX(hunt->least_ns,
		    ww_span_length_ns(g_array_index(candidates, struct candidate, limit - 1).span));
}

static void take(struct hunt *hunt, const struct candidate *candidate)
{
	const size_t limit = hunt->filter->limit;

	g_array_append_vals(hunt->candidates, candidate, 1);
	if (limit > 0 && limit < UINT32_MAX / 2 && hunt->candidates->len >= 2 * limit)
		trim(hunt);
}

/* @longest as of a directory entry. A state that is neither wait has no such bound. */
static bool may_have(const struct hunt *hunt, const uint8_t longest[2])
{
	static const unsigned int states[] = { WW_STATE_RUNNABLE, WW_STATE_BLOCKED };
	const unsigned int others = ~(1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED);

	if (hunt->filter->states & others)
		return true;
	for (unsigned int i = 0; i < 2; i++)
		if (hunt->filter->states & 1u << states[i] && longest[i] > 0 &&
		    ww_block_longest_ns(longest[i]) >= hunt->least_ns)
			return true;
	return false;
}

static void hunt_block(struct hunt *hunt, const struct ww_store_lane *lane, uint32_t block)
{
	struct ww_block_times times;

	ww_lane_times(lane, block, &times);
	for (unsigned int i = 0; i < times.n; i++) {
		const struct candidate candidate = {
			.span = { times.begin_ns[i], times.end_ns[i] },
			.ref = { lane->block_lane.index, block * WW_BLOCK_INTERVALS + i },
		};

		if (hunt->filter->states & 1u << (times.tags[i] & WW_BLOCK_STATE) &&
		    ww_span_length_ns(candidate.span) >= hunt->least_ns &&
		    ww_span_overlaps(candidate.span, hunt->filter->span))
			take(hunt, &candidate);
	}
}

static void hunt_lane(struct hunt *hunt, const struct ww_store_lane *lane)
{
	const struct ww_span span = hunt->filter->span;

	for (uint32_t block = ww_lane_find_block(lane, span.begin_ns);
	     block < lane->record->n_blocks && lane->entries[block].begin_ns < span.end_ns; block++)
		if (may_have(hunt, lane->entries[block].longest))
			hunt_block(hunt, lane, block);
}

static int by_longest(const void *pa, const void *pb, void *data)
{
	const struct ww_lane_record *records = data;
	const struct ww_lane_record *a = &records[*(const uint32_t *)pa];
	const struct ww_lane_record *b = &records[*(const uint32_t *)pb];
	const uint8_t la = MAX(a->longest[0], a->longest[1]);
	const uint8_t lb = MAX(b->longest[0], b->longest[1]);

	if (la != lb)
		return la > lb ? -1 : 1;
	return a < b ? -1 : a > b;
}

GArray *ww_query_waits(const struct ww_trace *trace, const struct ww_wait_filter *filter)
{
	const struct ww_store *store = trace->store;
	const uint32_t n = store->n_lanes[WW_LANE_THREAD];
	g_autofree uint32_t *utids = g_new(uint32_t, n);
	g_autoptr(GArray) candidates = g_array_new(false, false, sizeof(struct candidate));
	GArray *waits = g_array_new(false, false, sizeof(struct ww_wait_ref));
	struct hunt hunt = { filter, candidates, filter->min_ns };

	for (uint32_t i = 0; i < n; i++)
		utids[i] = i;
	if (filter->limit > 0 && n > 1)
		g_qsort_with_data(utids, (int)n, sizeof(*utids), by_longest,
				  (void *)(uintptr_t)store->lane_records[WW_LANE_THREAD]);
	for (uint32_t i = 0; i < n; i++) {
		struct ww_store_lane lane;

		if (may_have(&hunt, store->lane_records[WW_LANE_THREAD][utids[i]].longest) &&
		    (!filter->wants_thread ||
		     filter->wants_thread(ww_trace_thread(trace, utids[i]), filter->data)) &&
		    ww_store_lane(store, WW_LANE_THREAD, utids[i], &lane))
			hunt_lane(&hunt, &lane);
	}
	trim(&hunt);
	for (unsigned int i = 0; i < candidates->len; i++)
		g_array_append_val(waits, g_array_index(candidates, struct candidate, i).ref);
	return waits;
}

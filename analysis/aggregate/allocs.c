// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/allocs.h"

#include <string.h>

#include "analysis/explain/tiles.h"

#define PLACED_LATE_NS (20 * WW_NS_PER_US)

struct key {
	uint32_t upid, utid;
	uint64_t site;
	uint8_t call;
};

struct group {
	struct ww_allocs allocs; /* first: the array holds groups */
	struct key key;
	uint32_t last_utid; /* threads come one after the other */
};

struct collector {
	const struct ww_trace *trace;
	const struct ww_filter *filter;
	bool is_by_thread;
	/* by upid: whether the trace has such records of it */
	bool *has_faults, *has_calls;
	GPtrArray *groups;
	GHashTable *by_key; /* of the same */
	int16_t numbers[WW_MEMORY_OTHER], getrusage;
};

static const char *const memory_calls[WW_MEMORY_N] = {
	[WW_MEMORY_BRK] = "brk",       [WW_MEMORY_MMAP] = "mmap",
	[WW_MEMORY_MUNMAP] = "munmap", [WW_MEMORY_MADVISE] = "madvise",
	[WW_MEMORY_MREMAP] = "mremap", [WW_MEMORY_MPROTECT] = "mprotect",
	[WW_MEMORY_OTHER] = "other",
};

const char *ww_memory_call_name(enum ww_memory_call call)
{
	return memory_calls[call];
}

static void free_group(void *data)
{
	struct group *group = data;

	ww_lengths_clear(&group->allocs.lengths);
	g_free(group);
}

static guint hash_key(const void *data)
{
	const struct key *key = data;
	const uint64_t who = (uint64_t)key->upid << 32 | key->utid;
	const uint64_t mixed = (who * 31 + key->site * 7 + key->call) * 0x9e3779b97f4a7c15u;

	return (guint)(mixed >> 32);
}

static gboolean equal_keys(const void *a_data, const void *b_data)
{
	const struct key *a = a_data, *b = b_data;

	return a->upid == b->upid && a->utid == b->utid && a->site == b->site && a->call == b->call;
}

static struct ww_allocs *find_allocs(struct collector *collector, const struct ww_thread *thread,
				     const struct ww_alloc_pause *pause)
{
	const struct key key = {
		.upid = thread->upid,
		.utid = collector->is_by_thread ? thread->utid : WW_UTID_NONE,
		.site = pause->site,
		.call = pause->call,
	};
	struct group *group = g_hash_table_lookup(collector->by_key, &key);

	if (!group) {
		group = g_new0(struct group, 1);
		group->key = key;
		group->last_utid = WW_UTID_NONE;
		group->allocs = (struct ww_allocs){
			.upid = key.upid,
			.utid = thread->utid,
			.call = (enum ww_alloc_call)key.call,
			.site = key.site,
			.knows_faults = collector->has_faults[key.upid],
			.knows_calls = collector->has_calls[key.upid],
		};
		ww_lengths_init(&group->allocs.lengths);
		g_hash_table_insert(collector->by_key, &group->key, group);
		g_ptr_array_add(collector->groups, group);
	}
	if (group->last_utid != thread->utid) {
		group->last_utid = thread->utid;
		group->allocs.n_threads++;
		if (group->allocs.n_threads > 1)
			group->allocs.utid = WW_UTID_NONE;
	}
	return &group->allocs;
}

static void add_states(const struct collector *collector, struct ww_allocs *allocs, uint32_t utid,
		       struct ww_span span)
{
	struct ww_tiles tiles;
	struct ww_tile tile;

	ww_tiles_init(&tiles, collector->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_tiles_next(&tiles, &tile)) {
		const int64_t ns = ww_span_length_ns(tile.span);

		allocs->state_ns[tile.interval.state] += ns;
		if (tile.interval.state != WW_STATE_BLOCKED)
			continue;
		allocs->reason_ns[tile.interval.reason] += ns;
		allocs->n_mmap_lock_waits += tile.interval.reason == WW_REASON_MMAP_LOCK;
	}
}

static void add_faults(const struct collector *collector, struct ww_allocs *allocs, uint32_t utid,
		       struct ww_span span)
{
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, collector->trace, WW_TRACK_FAULT, utid, span);
	while (ww_row_iter_next(&iter, &row)) {
		if (!ww_span_contains(span, row.span.begin_ns))
			continue;
		allocs->n_faults++;
		allocs->n_major_faults += row.fields[WW_ROW_FAULT_IS_MAJOR] != 0;
	}
}

/*
 * A pause is placed late, by the time that telling it took (10 us are usual), so a call for memory
 * that ended just before it is its own, unless it lies in the pause before. The hooks count page
 * faults with getrusage(), which no allocator calls.
 */
static void add_calls(const struct collector *collector, struct ww_allocs *allocs, uint32_t utid,
		      struct ww_span span, int64_t previous_end_ns)
{
	const struct ww_span early = {
		MAX(span.begin_ns - PLACED_LATE_NS, MIN(previous_end_ns, span.begin_ns)),
		span.end_ns,
	};
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, collector->trace, WW_TRACK_SYSCALL, utid, early);
	while (ww_row_iter_next(&iter, &row)) {
		const int64_t number = (int64_t)row.fields[WW_ROW_SYSCALL_NR];
		const bool is_inside = ww_span_overlaps(row.span, span);
		int call = 0;

		while (call < WW_MEMORY_OTHER && number != collector->numbers[call])
			call++;
		if (number == collector->getrusage ||
		    (!is_inside && (call == WW_MEMORY_OTHER || row.span.begin_ns < early.begin_ns)))
			continue;
		allocs->n_calls[call]++;
	}
}

static void add_thread(struct collector *collector, const struct ww_thread *thread)
{
	g_autoptr(GArray) pauses =
		ww_query_alloc_pauses(collector->trace, thread->utid, collector->filter->span);
	int64_t previous_end_ns = INT64_MIN;

	for (guint i = 0; i < pauses->len; i++) {
		const struct ww_alloc_pause *pause =
			&g_array_index(pauses, struct ww_alloc_pause, i);
		struct ww_allocs *allocs;

		if (ww_span_length_ns(pause->span) < collector->filter->min_ns)
			continue;
		allocs = find_allocs(collector, thread, pause);
		allocs->size_bytes += pause->size_bytes;
		ww_lengths_add(&allocs->lengths, pause->span);
		add_states(collector, allocs, thread->utid, pause->span);
		if (allocs->knows_faults)
			add_faults(collector, allocs, thread->utid, pause->span);
		if (allocs->knows_calls)
			add_calls(collector, allocs, thread->utid, pause->span, previous_end_ns);
		previous_end_ns = pause->span.end_ns;
	}
}

/* By upid, whether it has rows of @kind: of a process that is recorded every fault is, and every
 * call or none. */
static bool *find_records(const struct ww_trace *trace, enum ww_track kind)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autoptr(GArray) utids = ww_query_track_keys(trace, kind);
	bool *has_records = g_new0(bool, info->n_processes);

	for (guint i = 0; i < utids->len; i++) {
		const uint64_t utid = g_array_index(utids, uint64_t, i);

		if (utid < info->n_threads)
			has_records[ww_trace_thread(trace, (uint32_t)utid)->upid] = true;
	}
	return has_records;
}

static int compare(const void *a_data, const void *b_data)
{
	const struct group *a = *(const struct group *const *)a_data,
			   *b = *(const struct group *const *)b_data;

	if (a->allocs.lengths.total_ns != b->allocs.lengths.total_ns)
		return a->allocs.lengths.total_ns > b->allocs.lengths.total_ns ? -1 : 1;
	if (a->key.upid != b->key.upid)
		return a->key.upid > b->key.upid ? 1 : -1;
	if (a->key.utid != b->key.utid)
		return a->key.utid > b->key.utid ? 1 : -1;
	if (a->key.call != b->key.call)
		return a->key.call > b->key.call ? 1 : -1;
	return (a->key.site > b->key.site) - (a->key.site < b->key.site);
}

GPtrArray *ww_allocs_collect(const struct ww_trace *trace, const struct ww_filter *filter,
			     bool is_by_thread)
{
	g_autoptr(GHashTable) by_key = g_hash_table_new(hash_key, equal_keys);
	struct collector collector = {
		.trace = trace,
		.filter = filter,
		.is_by_thread = is_by_thread,
		.has_faults = find_records(trace, WW_TRACK_FAULT),
		.has_calls = find_records(trace, WW_TRACK_SYSCALL),
		.groups = g_ptr_array_new_with_free_func(free_group),
		.by_key = by_key,
	};

	collector.getrusage = ww_syscall_number("getrusage");
	for (int i = 0; i < WW_MEMORY_OTHER; i++)
		collector.numbers[i] = ww_syscall_number(memory_calls[i]);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);

		if (filter->wants_thread(thread, filter->data))
			add_thread(&collector, thread);
	}
	g_free(collector.has_faults);
	g_free(collector.has_calls);
	for (guint i = 0; i < collector.groups->len; i++)
		ww_lengths_sort(&((struct group *)collector.groups->pdata[i])->allocs.lengths);
	g_ptr_array_sort(collector.groups, compare);
	return collector.groups;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What sealing adds to the store: sums, orders and lists per thread. */
#include <string.h>

#include "analysis/store/store-private.h"

static void seal_lane(struct ww_store_lane *lane)
{
	struct ww_lane_sums sums = { 0 };

	lane->intervals = g_renew(struct ww_interval, lane->intervals, lane->n_intervals);
	lane->capacity = lane->n_intervals;
	lane->nodes = g_new(struct ww_lane_node, ww_lane_n_nodes(lane));
	for (uint32_t i = 0; i < lane->n_intervals; i++) {
		const struct ww_interval *interval = &lane->intervals[i];

		if (i % WW_LANE_NODE == 0)
			lane->nodes[i / WW_LANE_NODE] =
				(struct ww_lane_node){ interval->span.begin_ns, sums };
		sums.ns[interval->state] += ww_span_length_ns(interval->span);
	}
}

static void seal_lanes(GArray *lanes)
{
	for (unsigned int i = 0; i < lanes->len; i++)
		seal_lane(&g_array_index(lanes, struct ww_store_lane, i));
}

static uint32_t *identity(uint32_t n)
{
	uint32_t *order = g_new(uint32_t, n);

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	return order;
}

/* g_qsort_with_data is a stable merge sort; every comparison ends with the index all the same. */
static uint32_t *sorted(const struct ww_store *store, uint32_t n, GCompareDataFunc compare)
{
	uint32_t *order = identity(n);

	if (n > 1)
		g_qsort_with_data(order, (int)n, sizeof(*order), compare, (void *)(uintptr_t)store);
	return order;
}

static int order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_tid(const void *pa, const void *pb, void *data)
{
	const struct ww_store *store = data;
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	const int tids = order_of(g_array_index(store->threads, struct ww_thread, a).tid,
				  g_array_index(store->threads, struct ww_thread, b).tid);

	return tids ? tids : order_of(a, b);
}

static int by_lock_begin(const void *pa, const void *pb, void *data)
{
	const struct ww_store *store = data;
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	const int begins =
		order_of(g_array_index(store->lock_waits, struct ww_lock_wait, a).span.begin_ns,
			 g_array_index(store->lock_waits, struct ww_lock_wait, b).span.begin_ns);

	return begins ? begins : order_of(a, b);
}

static int by_pause_begin(const void *pa, const void *pb, void *data)
{
	const struct ww_store *store = data;
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	const int begins = order_of(
		g_array_index(store->alloc_pauses, struct ww_alloc_pause, a).span.begin_ns,
		g_array_index(store->alloc_pauses, struct ww_alloc_pause, b).span.begin_ns);

	return begins ? begins : order_of(a, b);
}

int ww_store_compare_locks(const struct ww_store *store, uint32_t upid, uint64_t address,
			   const struct ww_lock_wait *wait)
{
	const uint32_t other = g_array_index(store->threads, struct ww_thread, wait->utid).upid;

	if (upid != other)
		return upid < other ? -1 : 1;
	if (address != wait->address)
		return address < wait->address ? -1 : 1;
	return 0;
}

static int by_lock(const void *pa, const void *pb, void *data)
{
	const struct ww_store *store = data;
	const struct ww_lock_wait *a =
		&g_array_index(store->lock_waits, struct ww_lock_wait, *(const uint32_t *)pa);
	const struct ww_lock_wait *b =
		&g_array_index(store->lock_waits, struct ww_lock_wait, *(const uint32_t *)pb);
	const uint32_t upid = g_array_index(store->threads, struct ww_thread, a->utid).upid;
	const int locks = ww_store_compare_locks(store, upid, a->address, b);

	return locks ? locks : by_lock_begin(pa, pb, data);
}

/* Where an array's records keep their key. */
struct column {
	const GArray *records;
	size_t record_bytes;
	size_t offset_bytes;
};

#define COLUMN(array, type, member) ((struct column){ array, sizeof(type), offsetof(type, member) })

static uint32_t key_at(const struct column *column, uint32_t i)
{
	uint32_t key;

	memcpy(&key, column->records->data + i * column->record_bytes + column->offset_bytes,
	       sizeof(key));
	return key;
}

/* A counting sort by key that keeps @order (NULL: the records' own) inside each key; keys of no
 * thread are left out. */
static struct ww_index index_by(uint32_t n_keys, struct column column, const uint32_t *order)
{
	struct ww_index index = {
		.n_keys = n_keys,
		.first = g_new0(uint32_t, (size_t)n_keys + 1),
		.entries = g_new(uint32_t, column.records->len),
	};
	g_autofree uint32_t *next = g_new(uint32_t, (size_t)n_keys + 1);

	for (uint32_t i = 0; i < column.records->len; i++)
		if (key_at(&column, i) < n_keys)
			index.first[key_at(&column, i) + 1]++;
	for (uint32_t key = 0; key < n_keys; key++)
		index.first[key + 1] += index.first[key];
	memcpy(next, index.first, ((size_t)n_keys + 1) * sizeof(*next));
	for (uint32_t i = 0; i < column.records->len; i++) {
		const uint32_t entry = order ? order[i] : i;
		const uint32_t key = key_at(&column, entry);

		if (key < n_keys)
			index.entries[next[key]++] = entry;
	}
	return index;
}

/* All records in @order, which the index takes, under a key that changes where @is_new says so;
 * NULL: one key. */
static struct ww_index index_of_order(const struct ww_store *store, uint32_t n, uint32_t *order,
				      bool (*is_new)(const struct ww_store *, uint32_t, uint32_t))
{
	struct ww_index index = { .entries = order, .first = g_new(uint32_t, (size_t)n + 2) };

	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || (is_new && is_new(store, order[i - 1], order[i])))
			index.first[index.n_keys++] = i;
	index.n_keys = MAX(index.n_keys, 1);
	index.first[0] = 0;
	index.first[index.n_keys] = n;
	return index;
}

/* Records that overlap a span are found without a look at all that began before it. */
static void add_reach(struct ww_index *index, struct column spans)
{
	index->reach_ns = g_new(int64_t, spans.records->len);
	for (uint32_t key = 0; key < index->n_keys; key++) {
		int64_t reach_ns = INT64_MIN;

		for (uint32_t i = index->first[key]; i < index->first[key + 1]; i++) {
			struct ww_span span;

			memcpy(&span,
			       spans.records->data + index->entries[i] * spans.record_bytes +
				       spans.offset_bytes,
			       sizeof(span));
			reach_ns = MAX(reach_ns, span.end_ns);
			index->reach_ns[i] = reach_ns;
		}
	}
}

static bool is_other_lock(const struct ww_store *store, uint32_t a, uint32_t b)
{
	const struct ww_lock_wait *wait = &g_array_index(store->lock_waits, struct ww_lock_wait, a);
	const uint32_t upid = g_array_index(store->threads, struct ww_thread, wait->utid).upid;

	return ww_store_compare_locks(store, upid, wait->address,
				      &g_array_index(store->lock_waits, struct ww_lock_wait, b)) !=
	       0;
}

static void seal_lock_waits(struct ww_store *store)
{
	const uint32_t n = store->lock_waits->len;
	const struct column spans = COLUMN(store->lock_waits, struct ww_lock_wait, span);

	store->lock_waits_all = index_of_order(store, n, sorted(store, n, by_lock_begin), NULL);
	store->lock_waits_on = index_of_order(store, n, sorted(store, n, by_lock), is_other_lock);
	store->lock_waits_of =
		index_by(store->threads->len, COLUMN(store->lock_waits, struct ww_lock_wait, utid),
			 store->lock_waits_all.entries);
	add_reach(&store->lock_waits_all, spans);
	add_reach(&store->lock_waits_on, spans);
	add_reach(&store->lock_waits_of, spans);
}

static void seal_alloc_pauses(struct ww_store *store)
{
	const uint32_t n = store->alloc_pauses->len;
	const struct column spans = COLUMN(store->alloc_pauses, struct ww_alloc_pause, span);

	store->alloc_pauses_all = index_of_order(store, n, sorted(store, n, by_pause_begin), NULL);
	store->alloc_pauses_of = index_by(store->threads->len,
					  COLUMN(store->alloc_pauses, struct ww_alloc_pause, utid),
					  store->alloc_pauses_all.entries);
	add_reach(&store->alloc_pauses_all, spans);
	add_reach(&store->alloc_pauses_of, spans);
}

static void seal_processes(struct ww_store *store)
{
	struct ww_index index = index_by(store->processes->len,
					 COLUMN(store->threads, struct ww_thread, upid), NULL);

	store->process_utids = g_steal_pointer(&index.entries);
	for (uint32_t upid = 0; upid < store->processes->len; upid++) {
		struct ww_process *process =
			&g_array_index(store->processes, struct ww_process, upid);

		process->n_threads = index.first[upid + 1] - index.first[upid];
		process->utids = store->process_utids + index.first[upid];
	}
	g_free(index.first);
}

static int by_wake_time(const void *pa, const void *pb, void *data)
{
	return order_of(((const struct ww_wake *)pa)->time_ns,
			((const struct ww_wake *)pb)->time_ns);
}

void ww_store_seal(struct ww_store *store)
{
	const uint32_t n_threads = store->threads->len;

	g_assert(!store->is_sealed);
	seal_lanes(store->thread_lanes);
	seal_lanes(store->cpu_lanes);
	seal_processes(store);
	g_array_sort_with_data(store->wakes, by_wake_time, NULL);
	store->utids_by_tid = sorted(store, n_threads, by_tid);
	store->wakes_of =
		index_by(n_threads, COLUMN(store->wakes, struct ww_wake, wakee_utid), NULL);
	store->wakes_by =
		index_by(n_threads, COLUMN(store->wakes, struct ww_wake, waker_utid), NULL);
	seal_lock_waits(store);
	seal_alloc_pauses(store);
	store->is_sealed = true;
}

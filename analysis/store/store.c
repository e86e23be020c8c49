// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/store/store.h"

#include <string.h>

#include "analysis/store/store-private.h"

#define LANE_FIRST_CAPACITY 8

struct ww_store *ww_store_new(void)
{
	struct ww_store *store = g_new0(struct ww_store, 1);

	store->strings = g_string_chunk_new(4096);
	store->threads = g_array_new(false, true, sizeof(struct ww_thread));
	store->processes = g_array_new(false, true, sizeof(struct ww_process));
	store->thread_lanes = g_array_new(false, true, sizeof(struct ww_store_lane));
	store->cpu_lanes = g_array_new(false, true, sizeof(struct ww_store_lane));
	store->queues = g_array_new(false, true, sizeof(struct ww_queue_lane));
	store->wakes = g_array_new(false, true, sizeof(struct ww_wake));
	store->lock_waits = g_array_new(false, true, sizeof(struct ww_lock_wait));
	store->alloc_pauses = g_array_new(false, true, sizeof(struct ww_alloc_pause));
	return store;
}

static void lanes_free(GArray *lanes)
{
	for (unsigned int i = 0; i < lanes->len; i++) {
		struct ww_store_lane *lane = &g_array_index(lanes, struct ww_store_lane, i);

		g_free(lane->intervals);
		g_free(lane->nodes);
	}
	g_array_unref(lanes);
}

static void queues_free(GArray *queues)
{
	for (unsigned int i = 0; i < queues->len; i++)
		g_clear_pointer(&g_array_index(queues, struct ww_queue_lane, i).steps,
				g_array_unref);
	g_array_unref(queues);
}

static void index_clear(struct ww_index *index)
{
	g_free(index->first);
	g_free(index->entries);
	g_free(index->reach_ns);
}

void ww_store_free(struct ww_store *store)
{
	if (!store)
		return;
	index_clear(&store->wakes_of);
	index_clear(&store->wakes_by);
	index_clear(&store->lock_waits_of);
	index_clear(&store->alloc_pauses_of);
	index_clear(&store->lock_waits_all);
	index_clear(&store->lock_waits_on);
	index_clear(&store->alloc_pauses_all);
	g_free(store->process_utids);
	g_free(store->utids_by_tid);
	lanes_free(store->thread_lanes);
	lanes_free(store->cpu_lanes);
	queues_free(store->queues);
	g_array_unref(store->threads);
	g_array_unref(store->processes);
	g_array_unref(store->wakes);
	g_array_unref(store->lock_waits);
	g_array_unref(store->alloc_pauses);
	g_string_chunk_free(store->strings);
	g_free(store);
}

/* A thread's name is any bytes its program likes: everything behind this point may rely on UTF-8.
 */
const char *ww_store_intern(struct ww_store *store, const char *text)
{
	g_autofree char *valid = NULL;

	if (g_utf8_validate(text, -1, NULL))
		return g_string_chunk_insert_const(store->strings, text);
	valid = g_utf8_make_valid(text, -1);
	return g_string_chunk_insert_const(store->strings, valid);
}

uint32_t ww_store_add_process(struct ww_store *store, const struct ww_process *process)
{
	struct ww_process copy = *process;

	g_assert(!store->is_sealed);
	copy.upid = store->processes->len;
	copy.name = ww_store_intern(store, process->name ? process->name : "");
	copy.n_threads = 0;
	copy.utids = NULL;
	g_array_append_val(store->processes, copy);
	return copy.upid;
}

uint32_t ww_store_add_thread(struct ww_store *store, const struct ww_thread *thread)
{
	struct ww_thread copy = *thread;

	g_assert(!store->is_sealed);
	copy.utid = store->threads->len;
	copy.name = ww_store_intern(store, thread->name ? thread->name : "");
	g_array_append_val(store->threads, copy);
	g_array_set_size(store->thread_lanes, store->threads->len);
	return copy.utid;
}

struct ww_thread *ww_store_thread(struct ww_store *store, uint32_t utid)
{
	g_assert(utid < store->threads->len);
	return &g_array_index(store->threads, struct ww_thread, utid);
}

struct ww_process *ww_store_process(struct ww_store *store, uint32_t upid)
{
	g_assert(upid < store->processes->len);
	return &g_array_index(store->processes, struct ww_process, upid);
}

static uint32_t lane_append(struct ww_store_lane *lane, const struct ww_interval *interval)
{
	g_assert(interval->span.begin_ns < interval->span.end_ns);
	g_assert(lane->n_intervals == 0 ||
		 lane->intervals[lane->n_intervals - 1].span.end_ns <= interval->span.begin_ns);
	if (lane->n_intervals == lane->capacity) {
		lane->capacity = lane->capacity ? lane->capacity * 2 : LANE_FIRST_CAPACITY;
		lane->intervals = g_renew(struct ww_interval, lane->intervals, lane->capacity);
	}
	lane->intervals[lane->n_intervals] = *interval;
	return lane->n_intervals++;
}

uint32_t ww_store_append_thread(struct ww_store *store, uint32_t utid,
				const struct ww_interval *interval)
{
	g_assert(!store->is_sealed && utid < store->thread_lanes->len);
	return lane_append(&g_array_index(store->thread_lanes, struct ww_store_lane, utid),
			   interval);
}

uint32_t ww_store_append_cpu(struct ww_store *store, uint32_t cpu,
			     const struct ww_interval *interval)
{
	g_assert(!store->is_sealed && cpu < WW_CPU_UNKNOWN);
	if (cpu >= store->cpu_lanes->len)
		g_array_set_size(store->cpu_lanes, cpu + 1);
	return lane_append(&g_array_index(store->cpu_lanes, struct ww_store_lane, cpu), interval);
}

struct ww_interval *ww_store_thread_interval(struct ww_store *store, uint32_t utid, uint32_t index)
{
	struct ww_store_lane *lane;

	g_assert(!store->is_sealed && utid < store->thread_lanes->len);
	lane = &g_array_index(store->thread_lanes, struct ww_store_lane, utid);
	return index < lane->n_intervals ? &lane->intervals[index] : NULL;
}

void ww_store_append_wake(struct ww_store *store, const struct ww_wake *wake)
{
	g_assert(!store->is_sealed);
	g_array_append_vals(store->wakes, wake, 1);
}

uint32_t ww_store_append_lock_wait(struct ww_store *store, const struct ww_lock_wait *wait)
{
	g_assert(!store->is_sealed && wait->span.begin_ns <= wait->span.end_ns);
	g_assert(wait->utid < store->threads->len);
	g_array_append_vals(store->lock_waits, wait, 1);
	return store->lock_waits->len - 1;
}

void ww_store_append_alloc_pause(struct ww_store *store, const struct ww_alloc_pause *pause)
{
	g_assert(!store->is_sealed && pause->span.begin_ns <= pause->span.end_ns);
	g_assert(pause->utid < store->threads->len);
	g_array_append_vals(store->alloc_pauses, pause, 1);
}

void ww_store_append_queue_step(struct ww_store *store, uint16_t cpu, int64_t time_ns,
				uint16_t n_runnable)
{
	struct ww_store_step step = { .time_ns = time_ns, .n_runnable = n_runnable };
	struct ww_queue_lane *queue;

	g_assert(!store->is_sealed && cpu != WW_CPU_UNKNOWN);
	if (cpu >= store->queues->len)
		g_array_set_size(store->queues, (unsigned int)cpu + 1);
	queue = &g_array_index(store->queues, struct ww_queue_lane, cpu);
	if (!queue->steps)
		queue->steps = g_array_new(false, false, sizeof(struct ww_store_step));
	g_assert(queue->steps->len == 0 ||
		 g_array_index(queue->steps, struct ww_store_step, queue->steps->len - 1).time_ns <
			 time_ns);
	g_array_append_val(queue->steps, step);
}

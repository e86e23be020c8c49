// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries about everything that is not a lane: wakes, lock waits, allocator pauses, run queues,
 * names. */
#include <string.h>

#include "analysis/query.h"
#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

/* A list of record numbers. */
struct entries {
	const uint32_t *at;      /* NULL: the numbers themselves */
	const int64_t *reach_ns; /* as in struct ww_index */
	uint32_t n;
};

static struct entries entries_of(const struct ww_index *index, uint32_t key)
{
	uint32_t first;

	if (key >= index->n_keys || index->first[key] == index->first[key + 1])
		return (struct entries){ 0 };
	first = index->first[key];
	return (struct entries){
		.at = index->entries + first,
		.reach_ns = index->reach_ns ? index->reach_ns + first : NULL,
		.n = index->first[key + 1] - first,
	};
}

/* The first entry that can overlap what begins at @t_ns: nothing before it reaches that far. */
static uint32_t first_reaching(struct entries entries, int64_t t_ns)
{
	uint32_t low = 0, high = entries.n;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (entries.reach_ns[middle] > t_ns)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static const struct ww_wake *wake_at(const struct ww_store *store, struct entries entries,
				     uint32_t i)
{
	return &g_array_index(store->wakes, struct ww_wake, entries.at ? entries.at[i] : i);
}

static GArray *wakes_inside(const struct ww_store *store, struct entries entries,
			    struct ww_span span)
{
	GArray *wakes = g_array_new(false, false, sizeof(struct ww_wake));
	uint32_t low = 0, high = entries.n;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (wake_at(store, entries, middle)->time_ns < span.begin_ns)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < entries.n && wake_at(store, entries, low)->time_ns < span.end_ns; low++)
		g_array_append_vals(wakes, wake_at(store, entries, low), 1);
	return wakes;
}

GArray *ww_query_wakes_of(const struct ww_trace *trace, uint32_t wakee_utid, struct ww_span span)
{
	const struct ww_store *store = trace->store;
	const struct entries all = { .n = store->wakes->len };

	return wakes_inside(
		store, wakee_utid == WW_UTID_NONE ? all : entries_of(&store->wakes_of, wakee_utid),
		span);
}

GArray *ww_query_wakes_by(const struct ww_trace *trace, uint32_t waker_utid, struct ww_span span)
{
	return wakes_inside(trace->store, entries_of(&trace->store->wakes_by, waker_utid), span);
}

static GArray *lock_waits_inside(const struct ww_store *store, struct entries entries,
				 struct ww_span span)
{
	GArray *waits = g_array_new(false, false, sizeof(struct ww_lock_wait));

	for (uint32_t i = first_reaching(entries, span.begin_ns); i < entries.n; i++) {
		const struct ww_lock_wait *wait =
			&g_array_index(store->lock_waits, struct ww_lock_wait, entries.at[i]);

		if (wait->span.begin_ns >= span.end_ns)
			break;
		if (wait->span.end_ns > span.begin_ns)
			g_array_append_vals(waits, wait, 1);
	}
	return waits;
}

GArray *ww_query_lock_waits(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	const struct ww_store *store = trace->store;

	return lock_waits_inside(store,
				 utid == WW_UTID_NONE ? entries_of(&store->lock_waits_all, 0)
						      : entries_of(&store->lock_waits_of, utid),
				 span);
}

GArray *ww_query_lock_waits_on(const struct ww_trace *trace, uint32_t upid, uint64_t address,
			       struct ww_span span)
{
	const struct ww_store *store = trace->store;
	const struct ww_index *index = &store->lock_waits_on;
	uint32_t low = 0, high = store->lock_waits->len > 0 ? index->n_keys : 0;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const struct ww_lock_wait *wait =
			&g_array_index(store->lock_waits, struct ww_lock_wait,
				       index->entries[index->first[middle]]);
		const int order = ww_store_compare_locks(store, upid, address, wait);

		if (order == 0)
			return lock_waits_inside(store, entries_of(index, middle), span);
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return g_array_new(false, false, sizeof(struct ww_lock_wait));
}

bool ww_query_lock_wait(const struct ww_trace *trace, uint32_t index, struct ww_lock_wait *wait)
{
	if (index >= trace->store->lock_waits->len)
		return false;
	*wait = g_array_index(trace->store->lock_waits, struct ww_lock_wait, index);
	return true;
}

GArray *ww_query_alloc_pauses(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	const struct ww_store *store = trace->store;
	const struct entries entries = utid == WW_UTID_NONE
					       ? entries_of(&store->alloc_pauses_all, 0)
					       : entries_of(&store->alloc_pauses_of, utid);
	GArray *pauses = g_array_new(false, false, sizeof(struct ww_alloc_pause));

	for (uint32_t i = first_reaching(entries, span.begin_ns); i < entries.n; i++) {
		const struct ww_alloc_pause *pause =
			&g_array_index(store->alloc_pauses, struct ww_alloc_pause, entries.at[i]);

		if (pause->span.begin_ns >= span.end_ns)
			break;
		if (pause->span.end_ns > span.begin_ns)
			g_array_append_vals(pauses, pause, 1);
	}
	return pauses;
}

/* How many steps are at or before @t_ns. */
static unsigned int steps_until(const GArray *queue, int64_t t_ns)
{
	unsigned int low = 0, high = queue->len;

	while (low < high) {
		const unsigned int middle = low + (high - low) / 2;

		if (g_array_index(queue, struct ww_store_step, middle).time_ns <= t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_queue(const struct ww_store *store, uint16_t cpu, struct ww_span span,
		      GArray *steps)
{
	const GArray *queue =
		cpu < store->queues->len
			? g_array_index(store->queues, struct ww_queue_lane, cpu).steps
			: NULL;
	struct ww_queue_step step = { .time_ns = span.begin_ns, .cpu = cpu };
	unsigned int i = queue ? steps_until(queue, span.begin_ns) : 0;

	if (i > 0)
		step.n_runnable = g_array_index(queue, struct ww_store_step, i - 1).n_runnable;
	g_array_append_val(steps, step);
	for (; queue && i < queue->len; i++) {
		const struct ww_store_step *at = &g_array_index(queue, struct ww_store_step, i);

		if (at->time_ns >= span.end_ns)
			break;
		step.time_ns = at->time_ns;
		step.n_runnable = at->n_runnable;
		g_array_append_val(steps, step);
	}
}

static int by_time_and_cpu(const void *pa, const void *pb)
{
	const struct ww_queue_step *a = pa, *b = pb;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return (a->cpu > b->cpu) - (a->cpu < b->cpu);
}

GArray *ww_query_run_queues(const struct ww_trace *trace, struct ww_span span)
{
	GArray *steps = g_array_new(false, false, sizeof(struct ww_queue_step));
	g_autoptr(GArray) cpus = ww_query_cpus(trace);

	if (span.begin_ns >= span.end_ns)
		return steps;
	for (unsigned int i = 0; i < cpus->len; i++)
		add_queue(trace->store, g_array_index(cpus, uint16_t, i), span, steps);
	g_array_sort(steps, by_time_and_cpu);
	return steps;
}

uint32_t ww_query_utid(const struct ww_trace *trace, int32_t tid, int64_t t_ns)
{
	const struct ww_store *store = trace->store;
	uint32_t low = 0, high = store->threads->len, found = WW_UTID_NONE;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (ww_trace_thread(trace, store->utids_by_tid[middle])->tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < store->threads->len; low++) {
		const struct ww_thread *thread = ww_trace_thread(trace, store->utids_by_tid[low]);

		if (thread->tid != tid)
			break;
		if (t_ns != INT64_MIN && !ww_span_contains(thread->life, t_ns))
			continue;
		/* A thread that took the leader's tid by exec has it from the leader's end on. */
		if (t_ns == INT64_MIN || found == WW_UTID_NONE ||
		    thread->life.end_ns < ww_trace_thread(trace, found)->life.end_ns)
			found = thread->utid;
	}
	return found;
}

static bool text_has(const char *text, const char *folded)
{
	g_autofree char *other = g_utf8_casefold(text, -1);

	return strstr(other, folded) != NULL;
}

GArray *ww_query_search(const struct ww_trace *trace, const char *text)
{
	GArray *utids = g_array_new(false, false, sizeof(uint32_t));
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *folded = g_utf8_casefold(valid, -1);

	for (uint32_t utid = 0; utid < trace->info.n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);
		g_autofree char *full = g_strdup_printf("%s/%d", thread->name, thread->tid);

		if (text_has(full, folded) ||
		    text_has(ww_trace_process(trace, thread->upid)->name, folded))
			g_array_append_val(utids, utid);
	}
	return utids;
}

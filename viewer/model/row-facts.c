// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/row-facts.h"

#define ACTIVE (1u << WW_STATE_RUNNING | 1u << WW_STATE_RUNNABLE)

static void sum_threads(struct ww_row_facts *facts, const struct ww_trace *trace)
{
	const struct ww_span all = { 0, MAX(ww_trace_info(trace)->duration_ns, 1) };
	g_autofree struct ww_state_sums *sums = g_new0(struct ww_state_sums, facts->n_threads);

	ww_query_thread_sums(trace, all, sums);
	for (uint32_t utid = 0; utid < facts->n_threads; utid++) {
		const struct ww_lane lane = { WW_LANE_THREAD, utid };
		struct ww_row_fact *fact = &facts->threads[utid];
		struct ww_interval first;

		*fact = (struct ww_row_fact){
			.first_ns = ww_query_next(trace, lane, INT64_MIN, ACTIVE, &first)
					    ? first.span.begin_ns
					    : INT64_MAX,
			.running_ns = sums[utid].ns[WW_STATE_RUNNING],
			.runnable_ns = sums[utid].ns[WW_STATE_RUNNABLE],
			.blocked_ns = sums[utid].ns[WW_STATE_BLOCKED],
		};
	}
}

static void sum_processes(struct ww_row_facts *facts, const struct ww_trace *trace)
{
	for (uint32_t upid = 0; upid < facts->n_processes; upid++)
		facts->processes[upid].first_ns = INT64_MAX;
	for (uint32_t utid = 0; utid < facts->n_threads; utid++) {
		const uint32_t upid = ww_trace_thread(trace, utid)->upid;
		const struct ww_row_fact *thread = &facts->threads[utid];
		struct ww_row_fact *process;

		if (upid >= facts->n_processes)
			continue;
		process = &facts->processes[upid];
		process->first_ns = MIN(process->first_ns, thread->first_ns);
		process->running_ns += thread->running_ns;
		process->runnable_ns += thread->runnable_ns;
		process->blocked_ns += thread->blocked_ns;
	}
}

static GArray *spans_of(GHashTable *spans, uint32_t utid)
{
	GArray *array = g_hash_table_lookup(spans, GUINT_TO_POINTER(utid));

	if (array)
		return array;
	array = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	g_hash_table_insert(spans, GUINT_TO_POINTER(utid), array);
	return array;
}

static void collect(GHashTable *spans, const struct ww_trace *trace, enum ww_track kind)
{
	const struct ww_span all = { 0, INT64_MAX };
	const bool is_task = kind == WW_TRACK_USER_TASK;
	const unsigned int name =
		is_task ? WW_ROW_USER_TASK_NAME_TEXT : WW_ROW_USER_REGION_NAME_TEXT;
	g_autoptr(GArray) keys = ww_query_track_keys(trace, kind);

	for (guint i = 0; i < keys->len; i++) {
		const uint64_t utid = g_array_index(keys, uint64_t, i);
		struct ww_row_iter iter;
		struct ww_track_row row;

		if (utid >= ww_trace_info(trace)->n_threads)
			continue;
		ww_row_iter_init(&iter, trace, kind, utid, all);
		while (ww_row_iter_next(&iter, &row)) {
			const struct ww_nested nested = {
				.span = row.span,
				.name = ww_query_text(trace, row.fields[name]),
				.is_task = is_task,
			};

			g_array_append_val(spans_of(spans, (uint32_t)utid), nested);
		}
	}
}

static void nest(struct ww_row_facts *facts, const struct ww_trace *trace)
{
	g_autoptr(GHashTable) spans =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	GHashTableIter iter;
	gpointer utid, array;

	collect(spans, trace, WW_TRACK_USER_TASK);
	collect(spans, trace, WW_TRACK_USER_REGION);
	g_hash_table_iter_init(&iter, spans);
	while (g_hash_table_iter_next(&iter, &utid, &array))
		g_hash_table_insert(facts->nestings, utid, ww_nesting_new(array));
}

/* One name may be counted by several processes. */
static struct ww_counter *counter_of(struct ww_row_facts *facts, guint first, const char *name,
				     uint32_t upid)
{
	struct ww_counter *counter;

	for (guint i = first; i < facts->counters->len; i++) {
		counter = g_ptr_array_index(facts->counters, i);
		if (counter->upid == upid)
			return counter;
	}
	counter = ww_counter_new(name, upid);
	g_ptr_array_add(facts->counters, counter);
	return counter;
}

static void count(struct ww_row_facts *facts, const struct ww_trace *trace)
{
	const struct ww_span all = { 0, INT64_MAX };
	g_autoptr(GArray) keys = ww_query_track_keys(trace, WW_TRACK_USER_COUNTER);

	for (guint i = 0; i < keys->len; i++) {
		const uint64_t key = g_array_index(keys, uint64_t, i);
		const char *name = ww_query_text(trace, key);
		const guint first = facts->counters->len;
		struct ww_row_iter iter;
		struct ww_track_row row;

		ww_row_iter_init(&iter, trace, WW_TRACK_USER_COUNTER, key, all);
		while (name && ww_row_iter_next(&iter, &row)) {
			const uint64_t utid = row.fields[WW_ROW_USER_COUNTER_UTID];

			if (utid >= facts->n_threads)
				continue;
			ww_counter_add(counter_of(facts, first, name,
						  ww_trace_thread(trace, (uint32_t)utid)->upid),
				       row.span.begin_ns,
				       (int64_t)row.fields[WW_ROW_USER_COUNTER_VALUE]);
		}
	}
}

struct ww_row_facts *ww_row_facts_new(const struct ww_trace *trace)
{
	struct ww_row_facts *facts = g_new0(struct ww_row_facts, 1);

	facts->n_threads = ww_trace_info(trace)->n_threads;
	facts->n_processes = ww_trace_info(trace)->n_processes;
	facts->threads = g_new0(struct ww_row_fact, facts->n_threads);
	facts->processes = g_new0(struct ww_row_fact, facts->n_processes);
	facts->nestings = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)ww_nesting_free);
	facts->counters = g_ptr_array_new_with_free_func((GDestroyNotify)ww_counter_free);
	sum_threads(facts, trace);
	sum_processes(facts, trace);
	nest(facts, trace);
	count(facts, trace);
	return facts;
}

void ww_row_facts_free(struct ww_row_facts *facts)
{
	if (!facts)
		return;
	g_free(facts->threads);
	g_free(facts->processes);
	g_hash_table_unref(facts->nestings);
	g_ptr_array_unref(facts->counters);
	g_free(facts);
}

const struct ww_nesting *ww_row_facts_nesting(const struct ww_row_facts *facts, uint32_t utid)
{
	return g_hash_table_lookup(facts->nestings, GUINT_TO_POINTER(utid));
}

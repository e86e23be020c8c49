// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * truth.json:
 *
 *   events, duration_ns, records {name: n}
 *   intervals {threads, cpus}         what the timeline must hold
 *   states {state: {ns, intervals}}   over all threads
 *   switches, wakes, migrations       over all threads
 *   cpus [{busy_ns, idle_ns}]
 *   threads [{tid, lifetime_ns, STATE_ns ..., waits, switches, voluntary, wakes, migrations,
 *             max_runnable_ns}]
 */
#include "tests/bench/make-trace/truth.h"

#include <inttypes.h>

#include "base/file.h"

void truth_init(struct truth *truth, uint32_t n_threads_max, uint32_t n_cpus)
{
	*truth = (struct truth){
		.threads = g_new0(struct thread_truth, n_threads_max),
		.cpus = g_new0(struct cpu_truth, n_cpus),
		.n_cpus = n_cpus,
	};
}

void truth_clear(struct truth *truth)
{
	g_clear_pointer(&truth->threads, g_free);
	g_clear_pointer(&truth->cpus, g_free);
}

uint32_t truth_bear(struct truth *truth, int32_t tid, enum ww_state state, uint64_t now_ns)
{
	truth->threads[truth->n_threads] = (struct thread_truth){
		.tid = tid,
		.begin_ns = now_ns,
		.since_ns = now_ns,
		.state = (uint8_t)state,
		.run_cpu = WW_CPU_UNKNOWN,
	};
	return truth->n_threads++;
}

static void close_interval(struct truth *truth, struct thread_truth *thread, uint64_t now_ns)
{
	const uint64_t ns = now_ns - thread->since_ns;

	if (ns == 0)
		return;
	thread->ns[thread->state] += ns;
	thread->n_intervals[thread->state]++;
	truth->n_intervals++;
	if (thread->state == WW_STATE_RUNNABLE)
		thread->max_runnable_ns = MAX(thread->max_runnable_ns, ns);
}

void truth_enter(struct truth *truth, uint32_t thread, enum ww_state state, uint64_t now_ns)
{
	struct thread_truth *of = &truth->threads[thread];

	close_interval(truth, of, now_ns);
	of->state = (uint8_t)state;
	of->since_ns = now_ns;
	if (state == WW_STATE_DEAD)
		of->end_ns = now_ns;
}

void truth_occupy(struct truth *truth, uint32_t cpu, bool is_busy, uint64_t now_ns)
{
	struct cpu_truth *of = &truth->cpus[cpu];
	const uint64_t ns = now_ns - of->since_ns;

	of->n_intervals += ns > 0;
	truth->n_intervals += ns > 0;
	if (of->is_busy)
		of->busy_ns += ns;
	else
		of->idle_ns += ns;
	of->is_busy = is_busy;
	of->since_ns = now_ns;
}

void truth_end(struct truth *truth, uint64_t now_ns)
{
	truth->end_ns = now_ns;
	for (uint32_t i = 0; i < truth->n_threads; i++) {
		struct thread_truth *thread = &truth->threads[i];

		if (thread->state == WW_STATE_DEAD)
			continue;
		if (thread->state == WW_STATE_RUNNABLE)
			thread->unfinished_ns = now_ns - thread->since_ns;
		close_interval(truth, thread, now_ns);
		thread->end_ns = now_ns;
	}
	for (uint32_t cpu = 0; cpu < truth->n_cpus; cpu++)
		truth_occupy(truth, cpu, false, now_ns);
}

static void append_records(GString *text, const struct truth *truth)
{
	const char *comma = "";

	g_string_append(text, "  \"records\": {");
	for (unsigned int id = 0; id < WW_WIRE_ID_N; id++) {
		if (truth->n_records[id] == 0)
			continue;
		g_string_append_printf(text, "%s\"%s\": %" PRIu64, comma, ww_wire_records[id].name,
				       truth->n_records[id]);
		comma = ", ";
	}
	g_string_append(text, "},\n");
}

static uint64_t sum_of_cpus(const struct truth *truth)
{
	uint64_t n = 0;

	for (uint32_t cpu = 0; cpu < truth->n_cpus; cpu++)
		n += truth->cpus[cpu].n_intervals;
	return n;
}

static void append_states(GString *text, const struct truth *truth)
{
	g_string_append(text, "  \"states\": {");
	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		uint64_t ns = 0, n = 0;

		for (uint32_t i = 0; i < truth->n_threads; i++) {
			ns += truth->threads[i].ns[state];
			n += truth->threads[i].n_intervals[state];
		}
		g_string_append_printf(
			text, "%s\"%s\": {\"ns\": %" PRIu64 ", \"intervals\": %" PRIu64 "}",
			state ? ", " : "", ww_state_name((enum ww_state)state), ns, n);
	}
	g_string_append(text, "},\n");
}

static void append_totals(GString *text, const struct truth *truth)
{
	uint64_t n_switches = 0, n_wakes = 0, n_migrations = 0;

	for (uint32_t i = 0; i < truth->n_threads; i++) {
		n_switches += truth->threads[i].n_switches;
		n_wakes += truth->threads[i].n_wakeups;
		n_migrations += truth->threads[i].n_migrations;
	}
	g_string_append_printf(text,
			       "  \"switches\": %" PRIu64 ", \"wakes\": %" PRIu64
			       ", \"migrations\": %" PRIu64 ",\n",
			       n_switches, n_wakes, n_migrations);
}

static void append_cpus(GString *text, const struct truth *truth)
{
	g_string_append(text, "  \"cpus\": [");
	for (uint32_t cpu = 0; cpu < truth->n_cpus; cpu++)
		g_string_append_printf(
			text, "%s{\"busy_ns\": %" PRIu64 ", \"idle_ns\": %" PRIu64 "}",
			cpu ? ", " : "", truth->cpus[cpu].busy_ns, truth->cpus[cpu].idle_ns);
	g_string_append(text, "],\n");
}

static void append_thread(GString *text, const struct thread_truth *thread)
{
	g_string_append_printf(text, "    {\"tid\": %d, \"lifetime_ns\": %" PRIu64, thread->tid,
			       thread->end_ns - thread->begin_ns);
	for (unsigned int state = 0; state < WW_STATE_DEAD; state++)
		g_string_append_printf(text, ", \"%s_ns\": %" PRIu64,
				       ww_state_name((enum ww_state)state), thread->ns[state]);
	g_string_append_printf(text,
			       ", \"waits\": %u, \"switches\": %u, \"voluntary\": %u, \"wakes\": %u"
			       ", \"migrations\": %u, \"max_runnable_ns\": %" PRIu64 "}",
			       thread->n_intervals[WW_STATE_RUNNABLE] +
				       thread->n_intervals[WW_STATE_BLOCKED],
			       thread->n_switches, thread->n_voluntary, thread->n_wakeups,
			       thread->n_migrations, thread->max_runnable_ns);
}

bool truth_save(const struct truth *truth, const char *path, GError **error)
{
	g_autoptr(GString) text = g_string_new("{\n");
	const uint64_t n_of_cpus = sum_of_cpus(truth);

	g_string_append_printf(
		text,
		"  \"events\": %" PRIu64 ", \"duration_ns\": %" PRIu64
		",\n  \"intervals\": {\"threads\": %" PRIu64 ", \"cpus\": %" PRIu64 "},\n",
		truth->n_events, truth->end_ns, truth->n_intervals - n_of_cpus, n_of_cpus);
	append_records(text, truth);
	append_states(text, truth);
	append_totals(text, truth);
	append_cpus(text, truth);
	g_string_append(text, "  \"threads\": [\n");
	for (uint32_t i = 0; i < truth->n_threads; i++) {
		append_thread(text, &truth->threads[i]);
		g_string_append(text, i + 1 < truth->n_threads ? ",\n" : "\n");
	}
	g_string_append(text, "  ]\n}\n");
	return ww_file_replace(path, text->str, text->len, error);
}

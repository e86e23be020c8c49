// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What other tools say of traces, against our thread states: to the digit, or with the reason.
 *
 * The figures are Trace Compass's (its tests' expectations of the three traces in states/) and
 * lttng-analyses' (lttng-cputop). Their times are the traces' own, ours count from the first event.
 * docs/oracles.md says where we mean to differ.
 */
#include <gio/gio.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/explain/calls.h"
#include "tests/corpora/archive.h"
#include "tests/golden/script.h"

static struct ww_trace *load(const char *place)
{
	g_autofree char *path = corpora_path(place);
	g_autoptr(GError) error = NULL;
	struct ww_trace *trace = ww_trace_load(path, NULL, &error);

	g_assert_no_error(error);
	ww_check_trace(trace);
	return trace;
}

/* One state as Trace Compass has it: from a time of the trace, for a while; 0: to the end. */
struct state {
	int32_t tid;
	int64_t begin, length;
	enum ww_state state;
	const char *theirs;
};

static const struct state states[] = {
	{ 10, 1, 80, WW_STATE_BLOCKED, "wait" },
	{ 11, 5, 7, WW_STATE_BLOCKED, "wait" },
	{ 11, 12, 8, WW_STATE_RUNNING, "user" },
	{ 11, 20, 15, WW_STATE_BLOCKED, "blocked" },
	{ 11, 35, 5, WW_STATE_RUNNING, "user" },
	{ 11, 40, 5, WW_STATE_RUNNING, "system call open" },
	{ 11, 45, 0, WW_STATE_RUNNING, "user" },
	{ 20, 10, 10, WW_STATE_BLOCKED, "wait" },
	{ 20, 20, 10, WW_STATE_RUNNING, "user" },
	{ 20, 30, 40, WW_STATE_BLOCKED, "blocked" },
	{ 20, 70, 10, WW_STATE_RUNNING, "user" },
	{ 30, 12, 38, WW_STATE_BLOCKED, "blocked" },
	{ 30, 50, 5, WW_STATE_RUNNING, "user" },
	{ 30, 55, 5, WW_STATE_RUNNING, "system call exit" },
	{ 21, 25, 5, WW_STATE_RUNNABLE, "wait for CPU" },
	{ 21, 30, 20, WW_STATE_RUNNING, "user" },
	{ 21, 50, 10, WW_STATE_RUNNABLE, "wait for CPU" },
	{ 21, 60, 10, WW_STATE_RUNNING, "user" },
	{ 21, 70, 10, WW_STATE_BLOCKED, "blocked" },
};

/* Theirs has user code and system calls as states of their own; ours runs through. */
static void test_states(void)
{
	ww_auto(trace) trace = load("states/lttng_kernel_analysis");
	const int64_t end_ns = ww_trace_info(trace)->duration_ns;

	g_assert_cmpint(end_ns, ==, 79);
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		const uint32_t utid = ww_query_utid(trace, states[i].tid, INT64_MIN);
		const int64_t begin_ns = states[i].begin - 1;
		const struct ww_span span = { begin_ns,
					      states[i].length
						      ? MIN(begin_ns + states[i].length, end_ns)
						      : end_ns };
		struct ww_state_sums sums;

		g_test_message("%d from %" PRId64 ": %s", states[i].tid, states[i].begin,
			       states[i].theirs);
		ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span, &sums);
		g_assert_cmpint(sums.ns[states[i].state], ==, ww_span_length_ns(span));
	}
}

/* "gone": its life ends where it leaves its CPU for the last time. */
static void test_gone(void)
{
	ww_auto(trace) trace = load("states/lttng_kernel_analysis");
	const uint32_t utid = ww_query_utid(trace, 30, INT64_MIN);

	g_assert_cmpint(ww_trace_thread(trace, utid)->life.end_ns, ==, 60 - 1);
}

/* Who ran on CPU 1 after whom. */
static void test_hand_overs(void)
{
	static const struct {
		int64_t at;
		int32_t from, to;
	} hand_overs[] = {
		{ 20, 11, 20 }, { 30, 20, 21 }, { 50, 21, 30 }, { 60, 30, 21 }, { 70, 21, 20 }
	};
	ww_auto(trace) trace = load("states/lttng_kernel_analysis");
	const struct ww_lane cpu = { WW_LANE_CPU, 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(hand_overs); i++) {
		const int64_t at_ns = hand_overs[i].at - 1;
		struct ww_interval before, after;

		g_assert_true(ww_query_at(trace, cpu, at_ns - 1, &before));
		g_assert_true(ww_query_at(trace, cpu, at_ns, &after));
		g_assert_cmpint(ww_trace_thread(trace, before.utid)->tid, ==, hand_overs[i].from);
		g_assert_cmpint(ww_trace_thread(trace, after.utid)->tid, ==, hand_overs[i].to);
		g_assert_cmpint(after.span.begin_ns, ==, at_ns);
	}
}

static int64_t cpu_time_ns(const struct ww_trace *trace, uint16_t cpu, int32_t tid)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t ns = 0;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_CPU, cpu },
			      (struct ww_span){ INT64_MIN, INT64_MAX });
	while (ww_interval_iter_next(&iter, &interval)) {
		if (interval.utid < WW_UTID_IDLE &&
		    ww_trace_thread(trace, interval.utid)->tid == tid)
			ns += ww_span_length_ns(interval.span);
	}
	return ns;
}

static void test_cpu_time(void)
{
	static const struct {
		uint16_t cpu;
		int32_t tid;
		int64_t ns;
	} shares[] = { { 0, 2, 19 }, { 0, 3, 5 }, { 1, 1, 5 }, { 1, 3, 6 }, { 1, 4, 13 } };
	static const struct {
		int32_t tid;
		int64_t ns;
	} threads[] = { { 1, 5 }, { 2, 19 }, { 3, 11 }, { 4, 13 } };
	ww_auto(trace) trace = load("states/cpu_analysis");

	for (size_t i = 0; i < G_N_ELEMENTS(shares); i++)
		g_assert_cmpint(cpu_time_ns(trace, shares[i].cpu, shares[i].tid), ==, shares[i].ns);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		const struct ww_lane lane = { WW_LANE_THREAD,
					      ww_query_utid(trace, threads[i].tid, INT64_MIN) };
		struct ww_state_sums sums;

		ww_query_sums(trace, lane, (struct ww_span){ 0, 24 }, &sums);
		g_assert_cmpint(sums.ns[WW_STATE_RUNNING], ==, threads[i].ns);
	}
}

/* Switches alone: a sleep of which nobody saw the end lasts until the thread runs. */
static void test_switches_only(void)
{
	ww_auto(trace) trace = load("states/sched_only");
	g_autofree char *worker_1 = ww_script_thread_lane(trace, "proc1");
	g_autofree char *worker_2 = ww_script_thread_lane(trace, "proc2");
	g_autofree char *cpu = ww_script_cpu_lane(trace, 0);

	g_assert_cmpstr(worker_1, ==,
			"0-10 runnable preempted\n10-20 running on 0\n20-30 runnable preempted\n");
	g_assert_cmpstr(worker_2, ==,
			"0-10 running on 0\n10-20 blocked unknown inferred\n20-30 running on 0\n");
	g_assert_cmpstr(cpu, ==, "0-10 proc2/2\n10-20 proc1/1\n20-30 proc2/2\n");
}

/* In percent of the ten seconds. lttng-cputop takes a CPU for busy until its first switch, even if
 * that says that it was idle: 1 s to 1.1 s on CPU 0, 1 s to 5.1 s on CPU 1. */
static void test_cputop(void)
{
	static const struct {
		const char *thread;
		uint16_t cpu;
		double percent, idle_unseen;
		double cpu_percent;
	} usage[] = {
		{ "prog100pc-cpu5/42", 5, 100, 0, 100 },
		{ "prog25pc-cpu1/30665", 1, 25, 41, 66 },
		{ "prog20pc-cpu0/30664", 0, 20, 1, 21 },
	};
	ww_auto(trace) trace = load("lttng-analyses/cputop");
	const struct ww_span all = { 0, ww_trace_info(trace)->duration_ns };

	g_assert_cmpint(all.end_ns, ==, 10 * WW_NS_PER_S);
	for (size_t i = 0; i < G_N_ELEMENTS(usage); i++) {
		const struct ww_lane cpu = { WW_LANE_CPU, usage[i].cpu };
		const struct ww_lane thread = { WW_LANE_THREAD,
						ww_script_utid(trace, usage[i].thread) };
		struct ww_state_sums sums;
		double percent;

		ww_query_sums(trace, thread, all, &sums);
		percent = (double)sums.ns[WW_STATE_RUNNING] * 100 / (double)all.end_ns;
		g_assert_cmpfloat(percent, ==, usage[i].percent);
		ww_query_sums(trace, cpu, all, &sums);
		percent = (double)sums.ns[WW_STATE_RUNNING] * 100 / (double)all.end_ns;
		g_assert_cmpfloat(percent + usage[i].idle_unseen, ==, usage[i].cpu_percent);
		if (usage[i].idle_unseen > 0) {
			struct ww_interval first;

			g_assert_true(ww_query_at(trace, cpu, 0, &first));
			g_assert_cmpuint(first.utid, ==, WW_UTID_IDLE);
			g_assert_cmpint(ww_span_length_ns(first.span), ==,
					llround(usage[i].idle_unseen * 1e8));
		}
	}
}

/* "[00:00:01.007, 00:00:01.008] 1000.000 1 SoftIRQ 1 TIMER_SOFTIRQ (raised at ...)" of
 * lttng-irqlog. */
struct irq_line {
	struct ww_span span;
	unsigned int cpu, vector;
	char type[16], name[32];
};

static bool parse_irq_line(const char *text, struct irq_line *line)
{
	int64_t s[2], ns[2];

	if (sscanf(text,
		   "[00:00:%" SCNd64 ".%" SCNd64 ", 00:00:%" SCNd64 ".%" SCNd64
		   "] %*f %u %15s %u %31s",
		   &s[0], &ns[0], &s[1], &ns[1], &line->cpu, line->type, &line->vector,
		   line->name) != 8)
		return false;
	line->span = (struct ww_span){ s[0] * WW_NS_PER_S + ns[0], s[1] * WW_NS_PER_S + ns[1] };
	return true;
}

static void check_irq_line(const struct ww_trace *trace, const struct irq_line *line)
{
	const int64_t origin_ns = ww_trace_info(trace)->origin_unix_ns;
	const bool is_hard = strcmp(line->type, "IRQ") == 0;
	struct ww_track_row name;
	struct ww_row_iter iter;
	struct ww_interrupt interrupt;

	g_assert_true(ww_query_interrupt_at(trace, line->cpu, line->span.begin_ns - origin_ns,
					    &interrupt));
	g_assert_cmpint(interrupt.span.begin_ns + origin_ns, ==, line->span.begin_ns);
	g_assert_cmpint(interrupt.span.end_ns + origin_ns, ==, line->span.end_ns);
	g_assert_cmpuint(interrupt.vector, ==, line->vector);
	g_assert_cmpuint(interrupt.context, ==,
			 is_hard ? WW_WIRE_CONTEXT_HARDIRQ : WW_WIRE_CONTEXT_SOFTIRQ);
	g_assert_cmpuint(interrupt.flags, ==, 0);
	if (!is_hard)
		return;
	ww_row_iter_init(&iter, trace, WW_TRACK_IRQ_NAME, line->vector,
			 (struct ww_span){ 0, INT64_MAX });
	g_assert_true(ww_row_iter_next(&iter, &name));
	g_assert_cmpstr(ww_query_text(trace, name.fields[WW_ROW_IRQ_NAME_NAME_TEXT]), ==,
			line->name);
}

static void test_interrupts(void)
{
	ww_auto(trace) trace = load("lttng-analyses/irq");
	g_autofree char *path = corpora_path("lttng-analyses/irqlog.txt");
	g_autoptr(GArray) cpus = ww_query_track_keys(trace, WW_TRACK_INTERRUPT);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	unsigned int n_lines = 0, n_rows = 0;
	struct irq_line line;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (unsigned int i = 0; lines[i]; i++) {
		if (!parse_irq_line(lines[i], &line))
			continue;
		n_lines++;
		check_irq_line(trace, &line);
	}
	for (unsigned int i = 0; i < cpus->len; i++) {
		g_autoptr(GArray) rows =
			ww_query_interrupt(trace, g_array_index(cpus, uint64_t, i),
					   (struct ww_span){ INT64_MIN, INT64_MAX });

		n_rows += rows->len;
	}
	g_assert_cmpuint(n_lines, ==, 17);
	g_assert_cmpuint(n_rows, ==, n_lines);
}

/*
 * Every dialect, with its own numbers for how a thread leaves its CPU. How often a thread left it
 * ready or dead is counted in babeltrace2's text output; nothing may be left unknown but what the
 * trace itself does not know.
 */
static const struct dialect {
	const char *place;
	double max_unknown_share;
	uint32_t n_threads, n_ended;
	uint64_t n_preempted;
} dialects[] = {
	/* LTTng 2.5, Linux 3.10, wake-ups without wakings. Its state dump has no status for the 8
	 * threads of CPUs that are switched off. */
	{ "ctf/bug446190", 0.05, 206, 2, 172 },
	/* LTTng 2.5, Linux 3.14, metadata of one byte order and streams of the other, no wake-ups.
	 * The first of 758 is the first record: before it there is nothing. */
	{ "ctf/flipping-endianness", 0.001, 76, 5, 757 },
	/* LTTng 2.10, Linux 4.15, with wakings, without a state dump. */
	{ "ctf/tracefile-rotation", 0, 180, 6, 17 },
	/* LTTng 2.1, Linux 3.6. 13 end, two more are zombies already when they are dumped. */
	{ "ctf/scp_src", 0.001, 78, 15, 38 },
	/* perf's own names, the CPU in a field. The last of 151 is the last record. */
	{ "ctf/perf-taskset2", 0, 8, 0, 150 },
};

struct tally {
	int64_t unknown_ns, lived_ns;
	uint64_t n_preempted;
	uint32_t n_ended;
};

static void add_thread(const struct ww_trace *trace, uint32_t utid, struct tally *tally)
{
	const struct ww_span life = ww_trace_thread(trace, utid)->life;
	uint8_t last = WW_STATE_UNKNOWN;
	struct ww_interval_iter iter;
	struct ww_interval interval;

	tally->n_ended += life.end_ns < ww_trace_info(trace)->duration_ns;
	tally->lived_ns += ww_span_length_ns(life);
	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, life);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (interval.state == WW_STATE_UNKNOWN)
			tally->unknown_ns += ww_span_length_ns(interval.span);
		tally->n_preempted += (interval.reason == WW_REASON_PREEMPTED ||
				       interval.reason == WW_REASON_AFFINITY_MOVE) &&
				      last != WW_STATE_RUNNABLE;
		last = interval.state;
	}
}

static void test_dialect(gconstpointer data)
{
	const struct dialect *expected = data;
	ww_auto(trace) trace = load(expected->place);
	struct tally tally = { 0 };

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		add_thread(trace, utid, &tally);
	g_test_message("%" PRId64 " of %" PRId64 " unknown, %u threads, %u ended, %" PRIu64
		       " preempted",
		       tally.unknown_ns, tally.lived_ns, ww_trace_info(trace)->n_threads,
		       tally.n_ended, tally.n_preempted);
	g_assert_cmpfloat((double)tally.unknown_ns, <=,
			  expected->max_unknown_share * (double)tally.lived_ns);
	g_assert_cmpuint(ww_trace_info(trace)->n_threads, ==, expected->n_threads);
	g_assert_cmpuint(tally.n_ended, ==, expected->n_ended);
	g_assert_cmpuint(tally.n_preempted, ==, expected->n_preempted);
	g_assert_cmpuint(ww_trace_info(trace)->n_switches_missing, ==, 0);
}

static bool wants_all(const struct ww_thread *thread, void *data)
{
	return true;
}

/* Of all processes together: those called @name, or all where it is NULL. */
struct call_table {
	uint64_t count;
	int64_t total_ns, min_ns, max_ns;
	double squares_ns2;
	GHashTable *names;
};

static void add_call(struct call_table *table, int64_t ns)
{
	table->count++;
	table->total_ns += ns;
	table->min_ns = MIN(table->min_ns, ns);
	table->max_ns = MAX(table->max_ns, ns);
	table->squares_ns2 += (double)ns * (double)ns;
}

static struct call_table call_table_of(const GPtrArray *all, const char *name)
{
	struct call_table table = {
		.min_ns = INT64_MAX,
		.names = g_hash_table_new(g_str_hash, g_str_equal),
	};

	for (guint i = 0; i < all->len; i++) {
		const struct ww_calls *calls = all->pdata[i];

		if ((name && g_strcmp0(calls->name, name) != 0) || calls->lengths.ns->len == 0)
			continue;
		g_hash_table_add(table.names, calls->name);
		for (guint j = 0; j < calls->lengths.ns->len; j++)
			add_call(&table, g_array_index(calls->lengths.ns, int64_t, j));
	}
	return table;
}

/*
 * Trace Compass's table of the system calls of an LTTng 2.5 trace: old event names, names of
 * another machine, exits that do not say what they are of. Its times have the digits below.
 */
static void test_calls(void)
{
	static const struct {
		const char *name; /* NULL: all */
		uint64_t count;
		unsigned int n_names;
		int64_t min_100ns, max_100ns; /* the trace's clock */
		double mean_us;
	} rows[] = {
		{ NULL, 1801, 55, 10, 59040917, 15628 }, { "select", 58, 1, 136, 15092516, 192251 },
		{ "poll", 2, 1, 63, 68, 6.55 },          { "set_tid_address", 1, 1, 23, 23, 2.3 },
		{ "pipe", 2, 1, 279, 297, 28.8 },
	};
	ww_auto(trace) trace = load("ctf/bug446190");
	const struct ww_filter filter = { { 0, INT64_MAX }, .wants_thread = wants_all };
	g_autoptr(GPtrArray) all = ww_calls_collect(trace, &filter, false);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct call_table table = call_table_of(all, rows[i].name);
		const double mean_us = (double)table.total_ns / (double)table.count / 1e3;

		g_assert_cmpuint(table.count, ==, rows[i].count);
		g_assert_cmpuint(g_hash_table_size(table.names), ==, rows[i].n_names);
		g_assert_cmpint(table.min_ns, ==, rows[i].min_100ns * 100);
		g_assert_cmpint(table.max_ns, ==, rows[i].max_100ns * 100);
		g_assert_cmpfloat_with_epsilon(mean_us, rows[i].mean_us,
					       rows[i].mean_us >= 1000 ? 0.5 : 1e-9);
		g_hash_table_unref(table.names);
	}
}

static void test_calls_in_all(void)
{
	ww_auto(trace) trace = load("ctf/bug446190");
	const struct ww_filter filter = { { 0, INT64_MAX }, .wants_thread = wants_all };
	g_autoptr(GPtrArray) all = ww_calls_collect(trace, &filter, false);
	const struct call_table table = call_table_of(all, NULL);
	const double n = (double)table.count, total_ns = (double)table.total_ns;
	const double variance_ns2 = (table.squares_ns2 - total_ns * total_ns / n) / (n - 1);

	g_assert_cmpfloat_with_epsilon(total_ns / 1e9, 28.146, 0.0005);
	g_assert_cmpfloat_with_epsilon(sqrt(variance_ns2) / 1e6, 175.875, 0.0005);
	g_hash_table_unref(table.names);
}

static void add_tests(void)
{
	g_test_add_func("/oracles/states", test_states);
	g_test_add_func("/oracles/gone", test_gone);
	g_test_add_func("/oracles/hand-overs", test_hand_overs);
	g_test_add_func("/oracles/cpu-time", test_cpu_time);
	g_test_add_func("/oracles/switches-only", test_switches_only);
	g_test_add_func("/oracles/cputop", test_cputop);
	g_test_add_func("/oracles/interrupts", test_interrupts);
	g_test_add_func("/oracles/calls", test_calls);
	g_test_add_func("/oracles/calls-in-all", test_calls_in_all);
	for (size_t i = 0; i < G_N_ELEMENTS(dialects); i++) {
		g_autofree char *name = g_strconcat("/oracles/", dialects[i].place, NULL);

		g_test_add_data_func(name, &dialects[i], test_dialect);
	}
}

int main(int argc, char **argv)
{
	return corpora_run(&argc, &argv, add_tests);
}

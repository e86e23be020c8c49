// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-findings TRACE: what it costs to tell what is wrong in a whole trace.
 *
 * Each row is one thing that reports ask for, over all threads, on a trace that is open: CPU time
 * of all our threads, wall time, and CPU time for each event of the trace. The first row is the
 * opening, which is cheap where the trace has an index; the last one is the sum of the others.
 */
#include <glib.h>
#include <stdio.h>
#include <time.h>

#include "analysis/aggregate/allocs.h"
#include "analysis/aggregate/latency.h"
#include "analysis/aggregate/lock-table.h"
#include "analysis/explain/calls.h"
#include "analysis/findings/findings.h"
#include "base/error.h"

struct clocks {
	double cpu_s, wall_s;
};

static double seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct clocks read_clocks(void)
{
	return (struct clocks){ seconds_of(CLOCK_PROCESS_CPUTIME_ID), seconds_of(CLOCK_MONOTONIC) };
}

static void print(const char *what, struct clocks begin, uint64_t n_events)
{
	const struct clocks end = read_clocks();

	printf("%-10s %8.3f s CPU %8.3f s wall %8.3f us CPU an event\n", what,
	       end.cpu_s - begin.cpu_s, end.wall_s - begin.wall_s,
	       (end.cpu_s - begin.cpu_s) * 1e6 / (double)n_events);
}

static bool wants_every(const struct ww_thread *thread, void *data)
{
	return true;
}

static void find(const struct ww_trace *trace, struct ww_span span)
{
	g_autoptr(GPtrArray) findings = ww_findings(trace, span, wants_every, NULL);

	g_assert(findings);
}

static void summarize(const struct ww_trace *trace, struct ww_span span)
{
	struct ww_summary summary;

	ww_summary_init(&summary, trace, span, wants_every, NULL);
	ww_summary_clear(&summary);
}

static void count_calls(const struct ww_trace *trace, struct ww_span span)
{
	const struct ww_filter filter = { .span = span, .wants_thread = wants_every };
	g_autoptr(GPtrArray) calls = ww_calls_collect(trace, &filter, false);

	g_assert(calls);
}

static void sum_threads(const struct ww_trace *trace, struct ww_span span)
{
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		struct ww_totals totals = { 0 };

		ww_totals_add(&totals, trace, utid, span, false);
	}
}

static void measure_latency(const struct ww_trace *trace, struct ww_span span)
{
	const struct ww_filter filter = { .span = span, .wants_thread = wants_every };
	g_autoptr(GArray) latencies = ww_latencies(trace, &filter);

	g_assert(latencies);
}

static void tell_locks(const struct ww_trace *trace, struct ww_span span)
{
	const struct ww_filter filter = { .span = span, .wants_thread = wants_every };
	g_autoptr(GPtrArray) locks = ww_lock_table(trace, &filter);

	g_assert(locks);
}

static void collect_allocs(const struct ww_trace *trace, struct ww_span span)
{
	const struct ww_filter filter = { .span = span, .wants_thread = wants_every };
	g_autoptr(GPtrArray) allocs = ww_allocs_collect(trace, &filter, false);

	g_assert(allocs);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const struct ww_trace *trace, struct ww_span span);
	} phases[] = {
		{ "findings", find },           { "summary", summarize },
		{ "threads", sum_threads },     { "syscalls", count_calls },
		{ "latency", measure_latency }, { "locks", tell_locks },
		{ "allocs", collect_allocs },
	};
	const struct clocks begin = read_clocks();
	g_autoptr(GError) error = NULL;
	ww_auto(trace) trace = NULL;
	const struct ww_trace_info *info;
	struct clocks opened;

	if (argc != 2) {
		fprintf(stderr, "usage: bench-findings TRACE\n");
		return WW_EXIT_USAGE;
	}
	trace = ww_trace_load(argv[1], NULL, &error);
	if (!trace) {
		fprintf(stderr, "bench-findings: %s\n", error->message);
		return WW_EXIT_FAILED;
	}
	info = ww_trace_info(trace);
	print("open", begin, MAX(info->n_events, 1));
	opened = read_clocks();
	for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
		const struct clocks before = read_clocks();

		phases[i].run(trace, (struct ww_span){ 0, info->duration_ns });
		print(phases[i].name, before, MAX(info->n_events, 1));
	}
	print("all", opened, MAX(info->n_events, 1));
	return WW_EXIT_DONE;
}

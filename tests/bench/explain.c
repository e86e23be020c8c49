// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-explain TRACE: what it costs to explain one wait, or 200 ms of one thread, of a trace that
 * is open.
 *
 * For each kind the CPU time of this thread for one explanation, in the mean and at the worst: of
 * the 500 waits that are longest, and of the first 500 threads in the middle of the trace.
 */
#include <glib.h>
#include <stdio.h>
#include <time.h>

#include "analysis/explain/explain.h"
#include "base/error.h"

#define N_EXPLAINED 500
#define WINDOW_NS (200 * WW_NS_PER_MS)

struct costs {
	double sum_ms, worst_ms;
	unsigned int n;
};

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void add(struct costs *costs, double begin_ms)
{
	const double ms = cpu_ms() - begin_ms;

	costs->sum_ms += ms;
	costs->worst_ms = MAX(costs->worst_ms, ms);
	costs->n++;
}

static void print(const char *what, const struct costs *costs)
{
	printf("%-10s %5u explained, %8.3f ms CPU each, %8.3f ms the worst\n", what, costs->n,
	       costs->sum_ms / MAX(costs->n, 1), costs->worst_ms);
}

static void explain_waits(const struct ww_trace *trace, enum ww_state state)
{
	const struct ww_wait_filter filter = {
		.span = { 0, ww_trace_info(trace)->duration_ns },
		.states = 1U << state,
		.limit = N_EXPLAINED,
	};
	g_autoptr(GArray) refs = ww_query_waits(trace, &filter);
	struct costs costs = { 0 };

	for (guint i = 0; i < refs->len; i++) {
		const double begin_ms = cpu_ms();
		ww_auto(explanation) explanation =
			ww_explain_wait(trace, g_array_index(refs, struct ww_wait_ref, i), NULL);

		g_assert(explanation);
		add(&costs, begin_ms);
	}
	print(ww_state_name(state), &costs);
}

static void explain_windows(const struct ww_trace *trace)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	const int64_t middle_ns = info->duration_ns / 2;
	const struct ww_span window = { middle_ns, middle_ns + WINDOW_NS };
	struct costs costs = { 0 };

	for (uint32_t utid = 0; utid < MIN(info->n_threads, N_EXPLAINED); utid++) {
		const double begin_ms = cpu_ms();
		ww_auto(explanation) explanation = ww_explain_window(trace, utid, window, NULL);

		if (explanation)
			add(&costs, begin_ms);
	}
	print("200 ms", &costs);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	ww_auto(trace) trace = argc == 2 ? ww_trace_load(argv[1], NULL, &error) : NULL;

	if (!trace) {
		fprintf(stderr, "bench-explain: %s\n", error ? error->message : "which trace?");
		return argc == 2 ? WW_EXIT_FAILED : WW_EXIT_USAGE;
	}
	explain_waits(trace, WW_STATE_BLOCKED);
	explain_waits(trace, WW_STATE_RUNNABLE);
	explain_windows(trace);
	return WW_EXIT_DONE;
}

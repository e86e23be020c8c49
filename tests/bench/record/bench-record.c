// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-record [--rounds N] [--slice MS] [--cpu N] [--json] [WORKLOAD...]: what recording one event
 * costs the thread that causes it, in nanoseconds of CPU time, beside the kernel's other ways of
 * recording in the same rounds. tests/bench/record/toggle.h says how. It prints and never fails by
 * noise.
 */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#include "base/error.h"
#include "tests/bench/record/toggle.h"

struct arguments {
	int n_rounds, slice_ms, cpu;
	gboolean is_json;
	GStrv workloads; /* NULL: all */
};

static bool parse(struct arguments *arguments, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{ "rounds", 0, 0, G_OPTION_ARG_INT, &arguments->n_rounds, "default 40", "N" },
		{ "slice", 0, 0, G_OPTION_ARG_INT, &arguments->slice_ms, "default 40", "MS" },
		{ "cpu", 0, 0, G_OPTION_ARG_INT, &arguments->cpu, "default: the last one", "N" },
		{ "json", 0, 0, G_OPTION_ARG_NONE, &arguments->is_json, "one object a line", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments->workloads, NULL,
		  "[WORKLOAD...]" },
		{ 0 },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return false;
	if (arguments->n_rounds < 1 || arguments->slice_ms < 1)
		return ww_fail(error, WW_ERROR_USAGE, "rounds and slices are positive numbers");
	return true;
}

/* The workload's CPU, the last one, and the rest for this process; one CPU is shared. */
static int choose_cpu(int wanted)
{
	cpu_set_t cpus;
	int last = 0;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		last = CPU_ISSET(cpu, &cpus) ? cpu : last;
	if (wanted >= 0)
		last = wanted;
	CPU_CLR(last, &cpus);
	if (CPU_COUNT(&cpus) > 0)
		sched_setaffinity(0, sizeof(cpus), &cpus);
	return last;
}

static void print_table(const struct ww_workload_kind *workload, const GPtrArray *figures)
{
	printf("\n%s: ns for one %s\n%-30s%9s%9s%9s%9s%9s%12s%8s\n", workload->name,
	       workload->event, "", "total", "cost", "quarter", "3/4", "least", "records", "lost");
	for (guint i = 0; i < figures->len; i++) {
		const struct ww_toggle_figure *figure = g_ptr_array_index(figures, i);

		if (figure->obstacle)
			printf("%-30s%s\n", figure->subject->name, figure->obstacle);
		else
			printf("%-30s%9.1f%9.1f%9.1f%9.1f%9.1f%12" PRIu64 "%8" PRIu64 "\n",
			       figure->subject->name, figure->total_ns, figure->cost_ns,
			       figure->low_ns, figure->high_ns, figure->least_ns, figure->n_records,
			       figure->n_lost);
	}
	fflush(stdout);
}

static void print_json(const struct ww_workload_kind *workload, const GPtrArray *figures)
{
	for (guint i = 0; i < figures->len; i++) {
		const struct ww_toggle_figure *figure = g_ptr_array_index(figures, i);

		if (figure->obstacle)
			continue;
		printf("{\"workload\": \"%s\", \"subject\": \"%s\", \"total_ns\": %.2f, "
		       "\"cost_ns\": %.2f, \"low_ns\": %.2f, \"high_ns\": %.2f, "
		       "\"least_ns\": %.2f, \"n_records\": %" PRIu64 ", \"n_lost\": %" PRIu64 "}\n",
		       workload->name, figure->subject->name, figure->total_ns, figure->cost_ns,
		       figure->low_ns, figure->high_ns, figure->least_ns, figure->n_records,
		       figure->n_lost);
	}
	fflush(stdout);
}

static bool measure_all(const struct arguments *arguments, GError **error)
{
	const struct ww_toggle_options options = {
		.n_rounds = (unsigned int)arguments->n_rounds,
		.slice_us = (int64_t)arguments->slice_ms * 1000,
		.cpu = choose_cpu(arguments->cpu),
	};
	const char *const *wanted = (const char *const *)arguments->workloads;

	for (const struct ww_workload_kind *kind = ww_workload_kinds; kind->name; kind++) {
		g_autoptr(GPtrArray) figures = NULL;

		if (wanted && !g_strv_contains(wanted, kind->name))
			continue;
		figures = ww_toggle_measure(kind, &options, error);
		if (!figures)
			return false;
		(arguments->is_json ? print_json : print_table)(kind, figures);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .n_rounds = 40, .slice_ms = 40, .cpu = -1 };
	g_autoptr(GError) error = NULL;

	if (parse(&arguments, &argc, &argv, &error))
		measure_all(&arguments, &error);
	g_strfreev(arguments.workloads);
	if (!error)
		return WW_EXIT_DONE;
	fprintf(stderr, "bench-record: %s\n", error->message);
	return ww_exit_status(error);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make-trace [OPTIONS] DIRECTORY: a sound kernel trace of any size with known sums.
 *
 * A machine is made up (world.h) and recorded as trace-record would, by the same writer. Beside
 * the trace, DIRECTORY/truth.json says what must come out of it.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/options.h"
#include "base/units.h"
#include "tests/bench/make-trace/world.h"

#define GAP_NS 10000 /* between two records of one CPU, unless --span says otherwise */
#define CPUS_MAX 1024
#define TIDS_MAX (1 << 22) /* PID_MAX_LIMIT */
#define EVENTS_MAX (INT64_C(1) << 40)

static struct {
	gint64 events, intervals, seed;
	gint threads, forks, cpus;
	char *span;
} options = { .events = 1000000, .seed = 1, .threads = 100, .forks = -1, .cpus = 4 };

static const GOptionEntry entries[] = {
	{ "events", 0, 0, G_OPTION_ARG_INT64, &options.events, "so many records at least (1000000)",
	  "N" },
	{ "intervals", 0, 0, G_OPTION_ARG_INT64, &options.intervals,
	  "instead: so many intervals of threads and CPUs at least", "N" },
	{ "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
	  "threads that are there when it begins (100)", "N" },
	{ "forks", 0, 0, G_OPTION_ARG_INT, &options.forks,
	  "threads born on the way, some of which end (a sixteenth of the others)", "N" },
	{ "cpus", 0, 0, G_OPTION_ARG_INT, &options.cpus, "CPUs (4)", "N" },
	{ "span", 0, 0, G_OPTION_ARG_STRING, &options.span,
	  "how long it lasts (10 us for each record of a CPU)", "TIME" },
	{ "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, "another one, another trace (1)", "N" },
	{ NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
};

static bool check_range(const char *name, int64_t value, int64_t min, int64_t max, GError **error)
{
	if (value >= min && value <= max)
		return true;
	return ww_fail(error, WW_ERROR_USAGE,
		       "'--%s %" PRId64 "' is not between %" PRId64 " and %" PRId64, name, value,
		       min, max);
}

static bool check_options(GError **error)
{
	return check_range("events", options.events, 1, EVENTS_MAX, error) &&
	       check_range("intervals", options.intervals, 0, EVENTS_MAX, error) &&
	       check_range("threads", options.threads, 1, TIDS_MAX / 4, error) &&
	       check_range("forks", options.forks, -1, TIDS_MAX / 4, error) &&
	       check_range("cpus", options.cpus, 1, CPUS_MAX, error);
}

static bool make_plan(struct plan *plan, GError **error)
{
	uint64_t n = options.intervals ? (uint64_t)options.intervals / 2 : (uint64_t)options.events;
	int64_t span_ns = (int64_t)(MAX(n, 1000) * GAP_NS / (uint64_t)options.cpus);

	if (options.span && !ww_duration_parse(options.span, &span_ns, error))
		return false;
	if (span_ns < (int64_t)MAX(n, 1) * 16)
		return ww_fail(error, WW_ERROR_USAGE,
			       "'--span %s' is too short for so many records: each needs 16 ns",
			       options.span);
	*plan = (struct plan){
		.n_events = (uint64_t)options.events,
		.n_intervals = (uint64_t)options.intervals,
		.span_ns = (uint64_t)span_ns,
		.n_threads = (uint32_t)options.threads,
		.n_forks = (uint32_t)(options.forks < 0 ? options.threads / 16 : options.forks),
		.n_cpus = (uint32_t)options.cpus,
		.seed = (uint64_t)options.seed,
	};
	return true;
}

static bool run(int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new("DIRECTORY");
	int64_t begin_us = g_get_monotonic_time();
	struct truth truth;
	struct plan plan;
	double s;

	if (!ww_options_parse(context, entries, argc, argv, error) || !check_options(error) ||
	    !make_plan(&plan, error))
		return false;
	if (*argc != 2)
		return ww_fail(error, WW_ERROR_USAGE, "into which directory?");
	if (!world_make_trace(&plan, (*argv)[1], &truth, error))
		return false;
	s = (double)(g_get_monotonic_time() - begin_us) / 1e6;
	printf("%" PRIu64 " events, %" PRIu64 " intervals, %u threads, %.1f s; made in %.2f s, "
	       "%.1f M events/s\n",
	       truth.n_events, truth.n_intervals, truth.n_threads, (double)truth.end_ns / 1e9, s,
	       (double)truth.n_events / s / 1e6);
	truth_clear(&truth);
	return true;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (run(&argc, &argv, &error))
		return WW_EXIT_DONE;
	fprintf(stderr, "make-trace: %s\n", error->message);
	return ww_exit_status(error);
}

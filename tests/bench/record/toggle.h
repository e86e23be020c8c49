/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The toggle method: one live process, and every recorder in turn switched on for a slice.
 *
 * What a recorder costs is the CPU time that the process needs for one event while it is on, minus
 * what it needs in the slice of the same round in which nothing is on. Slices are short and take
 * turns, so that what the machine does besides meets all of them alike; the difference between two
 * slices of nothing says what the method cannot tell. Numbers are nanoseconds an event.
 */
#ifndef WW_TESTS_BENCH_RECORD_TOGGLE_H
#define WW_TESTS_BENCH_RECORD_TOGGLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/record/subject.h"
#include "tests/bench/record/workload.h"

struct ww_toggle_options {
	unsigned int n_rounds;
	int64_t slice_us;
	int cpu; /* that the workload is pinned to */
};

struct ww_toggle_figure {
	const struct ww_subject_kind *subject;
	char *obstacle;  /* why it was not measured, or NULL */
	double total_ns; /* median of an event's whole CPU time */
	double cost_ns;  /* medians and quartiles of the difference to nothing */
	double low_ns, high_ns;
	double least_ns; /* the least time with it minus the least without */
	uint64_t n_records, n_lost;
};

/* One figure for each subject of the workload's theme. Free with g_ptr_array_unref. */
GPtrArray *ww_toggle_measure(const struct ww_workload_kind *workload,
			     const struct ww_toggle_options *options, GError **error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often tracepoints were passed, machine-wide: the truth that a recording is held against.
 *
 * A BPF program of one addition counts, attached beside the recorder's own. The counters of
 * perf_event_open(2) would need no program, but miss a few events in a million that programs on the
 * same tracepoint see. One thread.
 */
#ifndef WW_TESTS_BENCH_RECORD_COUNTERS_H
#define WW_TESTS_BENCH_RECORD_COUNTERS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_counters;

/* @tracepoints: names without their group, NULL-terminated, borrowed; NULL: none. They count from
 * here on. */
struct ww_counters *ww_counters_open(const char *const *tracepoints, GError **error);
void ww_counters_free(struct ww_counters *counters); /* NULL is fine */
WW_DEFINE_AUTO(counters)

/* One reading is not one instant: it was taken between the two, CLOCK_MONOTONIC. */
struct ww_reading {
	int64_t begin_ns, end_ns;
	uint64_t n_events; /* of all tracepoints and CPUs */
};

bool ww_counters_read(const struct ww_counters *counters, struct ww_reading *reading,
		      GError **error);

#endif

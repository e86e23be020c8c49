/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the hypervisor took of a wait.
 *
 * A guest learns only how much was stolen from each CPU since it booted, now and then. What a total
 * has grown by is spread evenly over the time since it was read before, and taken from slices in
 * which a thread is said to have run: it had the virtual CPU, which had no real one. Always inferred.
 */
#ifndef WW_ANALYSIS_EXPLAIN_STEAL_H
#define WW_ANALYSIS_EXPLAIN_STEAL_H

#include "analysis/explain/explain.h"

/* A part of a runnable wait in which nothing changed. */
struct ww_slice {
	struct ww_span span;
	struct ww_cause_part part; /* its ns are not set; texts are borrowed */
	bool is_inferred;
	int64_t stolen_ns; /* of the span */
};

/* The recorder reads the totals so often. */
#define WW_STEAL_READ_NS WW_NS_PER_S

/* Sets stolen_ns of @slices (struct ww_slice in order of time), which are of @cpu. */
void ww_steal_from(const struct ww_trace *trace, uint16_t cpu, GArray *slices);

#endif

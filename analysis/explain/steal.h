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

/* The recorder reads the totals so often. */
#define WW_STEAL_READ_NS WW_NS_PER_S

/* So much was stolen inside the span, nobody knows when. */
struct ww_theft {
	struct ww_span span;
	int64_t stolen_ns;
};

/* Those of @cpu that overlap @span, in order of time. Elements: struct ww_theft. Free with g_array_unref. */
GArray *ww_thefts(const struct ww_trace *trace, uint16_t cpu, struct ww_span span);

/* What of @thefts falls into @span. */
int64_t ww_stolen_ns(const GArray *thefts, struct ww_span span);

#endif

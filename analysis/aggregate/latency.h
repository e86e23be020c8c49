/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long threads were ready before they ran: the lengths of their runnable waits. */
#ifndef WW_ANALYSIS_AGGREGATE_LATENCY_H
#define WW_ANALYSIS_AGGREGATE_LATENCY_H

#include "analysis/explain/lengths.h"
#include "analysis/explain/summary.h"

struct ww_latency {
	uint32_t utid; /* WW_UTID_NONE: all of them */
	struct ww_lengths lengths; /* sorted; of waits whose begin and end were seen */
	uint64_t n_censored;       /* others */
};

/* That of all threads first, then of each that lives in the span, longest total first. Elements: struct ww_latency. Free with
 * g_array_unref. */
GArray *ww_latencies(const struct ww_trace *trace, const struct ww_filter *filter);

#endif

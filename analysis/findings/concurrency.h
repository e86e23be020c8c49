/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many of some threads ran at once. Pure: any thread. */
#ifndef WW_ANALYSIS_FINDINGS_CONCURRENCY_H
#define WW_ANALYSIS_FINDINGS_CONCURRENCY_H

#include "analysis/query.h"

struct ww_concurrency {
	int64_t any_ns;     /* while one of them ran, or more */
	int64_t several_ns; /* while two of them ran, or more */
};

/* @utids: uint32_t, each once. One pass over their intervals inside @span, and a sort of those they ran in. */
struct ww_concurrency ww_concurrency_of(const struct ww_trace *trace, struct ww_span span, const GArray *utids);

#endif

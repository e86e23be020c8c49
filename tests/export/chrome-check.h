/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every rule that Chrome JSON must keep, checked against the trace it came from.
 *
 * The rules are those of the readers (chrome://tracing, Perfetto's importer, speedscope): types of
 * the fields, slices of a thread nest, both ends of a flow lie in slices and in order; and ours:
 * the states of a thread sum to what the query interface says, to the nanosecond, and names arrive
 * as they are.
 */
#ifndef WW_TESTS_CHROME_CHECK_H
#define WW_TESTS_CHROME_CHECK_H

#include "analysis/query.h"

struct ww_chrome_facts {
	size_t n_states, n_details, n_wakes, n_arrows, n_cpu_slices, n_counters, n_threads;
};

/* @json is what the exporter wrote for @span of @trace. False with a sentence about the first rule
 * that is broken. */
bool ww_chrome_check(const struct ww_trace *trace, struct ww_span span, const char *json,
		     gssize n_bytes, struct ww_chrome_facts *facts, GError **error);

#endif

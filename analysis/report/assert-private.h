/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the subjects of an assertion share: numbers to compare with a bound, and the waits to show
 * when they break it.
 */
#ifndef WW_ANALYSIS_REPORT_ASSERT_PRIVATE_H
#define WW_ANALYSIS_REPORT_ASSERT_PRIVATE_H

#include "analysis/explain/lengths.h"
#include "analysis/report/assert.h"

struct ww_measured {
	struct ww_lengths whole; /* with both ends */
	int64_t total_ns, max_ns;
	uint64_t count;
	uint32_t n_threads; /* that are meant; 0: the question is about nobody */
	const char *doubt;  /* static: why there may be more than was counted; NULL: there is not */
	const char *note;   /* static: what the numbers leave out; NULL */
};

/* A wait that a comparison is about. */
struct ww_meant {
	uint32_t utid;
	int64_t begin_ns; /* the wait at this instant */
	int64_t ns;
};

/* Whether the conditions on thread and process hold, and the options of the report. */
bool ww_assert_means_thread(const struct ww_report *report, const struct ww_comparison *comparison,
			    const struct ww_thread *thread);
bool ww_condition_matches(const struct ww_condition *condition, const char *text);

/* @found (struct ww_meant) may be NULL: then nobody wants to know which waits break the bound
 * alone. */
void ww_assert_measure_calls(const struct ww_report *report, const struct ww_comparison *comparison,
			     struct ww_measured *measured, GArray *found);
void ww_assert_measure_findings(const struct ww_report *report,
				const struct ww_comparison *comparison,
				struct ww_measured *measured, GArray *found);

#endif

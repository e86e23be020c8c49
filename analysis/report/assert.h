/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an expression comes to in a trace.
 *
 * Three answers: yes, no, and nobody knows (the trace has no thread states, or no thread that is
 * meant). An interval of which an end was not seen counts in count, total and max with what was
 * seen of it, and is in no mean and no rank; where there are no others, nobody knows these. Where
 * there is no interval at all none is too long: < and <= hold, and so does !=.
 */
#ifndef WW_ANALYSIS_REPORT_ASSERT_H
#define WW_ANALYSIS_REPORT_ASSERT_H

#include "analysis/report/expression.h"
#include "analysis/report/report.h"

enum ww_answer { WW_ANSWER_NO, WW_ANSWER_UNKNOWN, WW_ANSWER_YES, WW_ANSWER_N };

/* Of one comparison. */
struct ww_outcome {
	const struct ww_comparison *comparison; /* borrowed */
	enum ww_answer answer;
	bool has_value;
	int64_t value;
	uint64_t count;  /* of intervals, calls or findings that went into it, or of lost records */
	const char *why; /* static: why there is no answer or no value; else NULL */
	const char *note; /* static: what the value leaves out; NULL */
};

/* One part of the expression that has to hold for itself: what stands between the outermost "and".
 */
struct ww_assertion {
	const char *text; /* borrowed from the expression */
	enum ww_answer answer;
	GArray *outcomes;     /* struct ww_outcome, as written */
	GArray *offenders;    /* struct ww_wait_ref of a part that does not hold: the waits that are
				 why, longest first, --top of them */
	uint64_t n_offenders; /* all of them */
};

/* Elements: struct ww_assertion. Free with g_array_unref. The expression has to live as long. */
GArray *ww_assert_all(const struct ww_report *report, const struct ww_expression *expression);

/* "3.20 ms", "17", "-". Free with g_free. */
char *ww_outcome_value_text(const struct ww_outcome *outcome);
/* "measured 3.20 ms of 345 intervals". Free with g_free. */
char *ww_outcome_text(const struct ww_outcome *outcome);

/* Writes what became of each assertion as JUnit's XML, so that a CI shows it. */
bool ww_junit_write(const char *path, const struct ww_trace *trace, const GArray *assertions,
		    GError **error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What trace-report assert is asked: an expression, as a tree.
 *
 *     EXPRESSION  CONJUNCT { or CONJUNCT }
 *     CONJUNCT    TERM { and TERM }
 *     TERM        not TERM | ( EXPRESSION ) | MEASURE(SUBJECT {, CONDITION}) COMPARISON BOUND
 *     MEASURE     count total mean min p50 p90 p99 p999 max
 *     SUBJECT     running runnable blocked stopped unknown: intervals of threads; syscall: calls;
 * finding: what is wrong; lost: records, only counted CONDITION   FIELD == != ~ !~ "TEXT"; ~ is a
 * pattern. FIELD: thread process, of intervals also reason syscall, of calls and findings also
 * name; syscall == "x" and finding == "x" as a subject are short for the name COMPARISON  < <= > >=
 * == != BOUND       of count a number, of everything else a duration: 2ms
 *
 * Parsing is pure. Mistakes are WW_ERROR_USAGE and quote where they are.
 */
#ifndef WW_ANALYSIS_REPORT_EXPRESSION_H
#define WW_ANALYSIS_REPORT_EXPRESSION_H

#include "analysis/model.h"
#include "base/auto.h"

enum ww_measure {
	WW_MEASURE_COUNT,
	WW_MEASURE_TOTAL,
	WW_MEASURE_MEAN,
	WW_MEASURE_MIN,
	WW_MEASURE_P50,
	WW_MEASURE_P90,
	WW_MEASURE_P99,
	WW_MEASURE_P999,
	WW_MEASURE_MAX,
	WW_MEASURE_N
};

enum ww_subject {
	WW_SUBJECT_STATE,
	WW_SUBJECT_SYSCALL,
	WW_SUBJECT_FINDING,
	WW_SUBJECT_LOST,
	WW_SUBJECT_N
};

enum ww_field {
	WW_FIELD_THREAD,
	WW_FIELD_PROCESS,
	WW_FIELD_REASON,
	WW_FIELD_SYSCALL,
	WW_FIELD_NAME,
	WW_FIELD_N
};

enum ww_comparator {
	WW_LESS,
	WW_LESS_EQUAL,
	WW_GREATER,
	WW_GREATER_EQUAL,
	WW_EQUAL,
	WW_NOT_EQUAL,
	WW_COMPARATOR_N
};

struct ww_condition {
	enum ww_field field;
	bool is_pattern, is_negated;
	char *text;
};

struct ww_comparison {
	char *text; /* as it was written */
	enum ww_measure measure;
	enum ww_subject subject;
	enum ww_state state; /* WW_SUBJECT_STATE */
	GArray *conditions;  /* struct ww_condition: all must hold */
	enum ww_comparator comparator;
	int64_t bound; /* ns, or a number for WW_MEASURE_COUNT */
};

enum ww_node { WW_NODE_COMPARISON, WW_NODE_NOT, WW_NODE_AND, WW_NODE_OR };

struct ww_expression {
	enum ww_node node;
	struct ww_comparison comparison;    /* WW_NODE_COMPARISON */
	struct ww_expression *left, *right; /* NULL where there is none; NOT has a left one */
	char *text;                         /* as it was written */
};

struct ww_expression *ww_expression_parse(const char *text, GError **error);
void ww_expression_free(struct ww_expression *expression); /* NULL is fine */
WW_DEFINE_AUTO(expression)

/* Whether @value stands to the bound as it should. */
bool ww_comparison_holds(const struct ww_comparison *comparison, int64_t value);

/* So many of a thousand for a rank; -1 for the measures that are none. */
int ww_measure_per_mille(enum ww_measure measure);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls by name: how often, how long, how they ended, and what their threads did meanwhile.
 *
 * Of a process with records of its calls every call counts, from entry to exit; one whose beginning
 * or end is not in the trace has no length and is only counted. Of other processes the trace says
 * which call a thread slept in, no more: there each sleep counts, until the thread runs again.
 * Nobody knows whether two sleeps were in one call, how long it ran, or what it returned.
 */
#ifndef WW_ANALYSIS_EXPLAIN_CALLS_H
#define WW_ANALYSIS_EXPLAIN_CALLS_H

#include "analysis/explain/lengths.h"
#include "analysis/explain/summary.h"

/* All calls of one name of one process, or of one thread. */
struct ww_calls {
	uint32_t upid;
	uint32_t utid;                  /* WW_UTID_NONE: of all threads of the process */
	char *name;                     /* "read"; "call 999" */
	bool has_every_call;            /* false: only sleeps, see above */
	struct ww_lengths lengths;      /* sorted */
	int64_t state_ns[WW_STATE_N];   /* of the lengths; sums to their total */
	int64_t reason_ns[WW_REASON_N]; /* of blocked time */
	uint64_t n_cut_off;             /* calls without a length */
	uint64_t n_errors;              /* 0 where nobody knows */
	GHashTable *errors;             /* error number -> how often, both by GUINT_TO_POINTER */
};

/* Longest total first; @is_by_thread: a row is of one thread. Elements: struct ww_calls *. Free
 * with g_ptr_array_unref. */
GPtrArray *ww_calls_collect(const struct ww_trace *trace, const struct ww_filter *filter,
			    bool is_by_thread);

/* "EAGAIN", "ERESTARTSYS", "error 4000". Free with g_free. */
char *ww_calls_error_text(unsigned int number);

#endif

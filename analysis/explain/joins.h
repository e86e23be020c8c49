/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waits that last until the last one of several has come: of the threads that the waiter is known
 * to join, the processes that were started, or those that meet at a barrier. Whatever is gained at
 * the last one, the wait goes on until the second-latest has come.
 *
 * Told when somebody else came during the wait, and none of them came later: then the waiter would
 * have waited for that one all the same.
 */
#ifndef WW_ANALYSIS_EXPLAIN_JOINS_H
#define WW_ANALYSIS_EXPLAIN_JOINS_H

#include "analysis/query.h"

struct ww_join {
	uint32_t n; /* that came, the last one too; a waiter at a barrier has come itself */
	uint32_t last_utid;
	uint32_t second_utid; /* the second-latest */
	int64_t gain_ns;      /* that at most is gained at the last one */
};

/* False: @wait, which is blocked, is none, or nobody knows. */
bool ww_join_find(const struct ww_trace *trace, const struct ww_interval *wait,
		  struct ww_join *join);

#endif

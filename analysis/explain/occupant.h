/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why the thread that a runnable wait was mostly behind kept the CPU: how long it ran on, beside
 * how many, and what a fair wait would have been.
 *
 * Who waited beside the waiter is counted from the threads' states; the kernel's own counters
 * include sleepers that are not taken off the queue yet. A fair wait is one slice for each thread
 * that waits: with n threads on the CPU everybody else has a turn of a slice before it is one's
 * own. That is only told where shares are equal: the slice was recorded, and all who ran or waited
 * have one priority and are of one process. Between processes the kernel shares by groups too, of
 * which the recording does not know all (it makes some of sessions by itself).
 */
#ifndef WW_ANALYSIS_EXPLAIN_OCCUPANT_H
#define WW_ANALYSIS_EXPLAIN_OCCUPANT_H

#include "analysis/explain/explain.h"

struct ww_occupant {
	uint32_t utid;
	enum ww_cause cause; /* outranked, shared or not-preempted */
	uint16_t cpu;
	int64_t ns;            /* of the wait */
	uint32_t n_turns;      /* in how many pieces */
	int64_t longest_ns;    /* the longest of them */
	int64_t slice_ns;      /* the scheduler's base slice; 0 unknown */
	uint32_t n_waiting;    /* in its queue, of the waiter's rank, it too; the most at a time */
	int64_t fair_ns;       /* a fair wait; 0: cannot be told */
	int prio, waiter_prio; /* the kernel's scale */
	int64_t weight; /* of its control group where the waiter's is another; -1 not recorded */
	int64_t waiter_weight;
};

/* False: no thread had the CPU in @explanation, or it is not of a runnable wait. */
bool ww_explain_occupant(const struct ww_trace *trace, const struct ww_explanation *explanation,
			 struct ww_occupant *occupant);

/* What it says in words; free with g_free. In words-occupant.c. */
char *ww_words_occupant(const struct ww_trace *trace, const struct ww_explanation *explanation,
			const struct ww_occupant *occupant);

/* The nice value of a priority of the fair class. False: it is of another one, or unknown. */
bool ww_prio_nice(int prio, int *nice);

#endif

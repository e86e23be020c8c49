/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Convoys at a lock: threads queue for it for so long that handing it over becomes most of what is
 * done with it.
 *
 * A hand-over begins when whoever lets go wakes the next one, and ends when that one has the lock.
 * Hooks see no lock that was taken at once: a convoy is told only where each holder was woken by the
 * one before it, so that nobody else can have had the lock in between for long.
 */
#ifndef WW_ANALYSIS_FINDINGS_CONVOYS_H
#define WW_ANALYSIS_FINDINGS_CONVOYS_H

#include "analysis/query.h"

/* A wait for the lock that ended with it. */
struct ww_turn {
	struct ww_span span;
	uint32_t utid;
	uint32_t waker_utid; /* whose wake-up was the last one inside; filled by ww_convoys_find() */
	int64_t woken_ns;    /* likewise; -1: there was none */
};

/* Of all convoys at one lock. */
struct ww_convoys {
	uint64_t n_hand_overs;
	int64_t handing_ns; /* while it was handed over */
	int64_t lasted_ns;
	int64_t queued_ns;  /* of all waits meanwhile: over lasted_ns, the mean length of the queue */
};

/* @turns: struct ww_turn, of one lock; they are sorted and filled. False: there is no convoy. */
bool ww_convoys_find(const struct ww_trace *trace, GArray *turns, struct ww_convoys *convoys);

#endif

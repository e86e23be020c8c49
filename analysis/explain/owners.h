/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who held a lock while somebody waited for it.
 *
 * The hooks see waits, not holds. A holder is sighted when a wait for the lock begins (it is read
 * from the lock), when it wakes a waiter (then the lock is that waiter's) and when a wait ends.
 * Between two sightings the last one stands.
 */
#ifndef WW_ANALYSIS_EXPLAIN_OWNERS_H
#define WW_ANALYSIS_EXPLAIN_OWNERS_H

#include "analysis/query.h"

struct ww_owner_tile {
	struct ww_span span;
	uint32_t utid; /* WW_UTID_NONE: unknown */
};

/* Tiles @window, which lies inside the wait @lock. Elements: struct ww_owner_tile. Free with
 * g_array_unref. */
GArray *ww_lock_owners(const struct ww_trace *trace, const struct ww_lock_wait *lock,
		       struct ww_span window);

/*
 * The same for a wait for a lock of the kernel, as it told the holder when the wait began: until
 * whoever woke the waiter had got the lock, if that was another thread. NULL: it is none, or nobody
 * knows who held it.
 */
GArray *ww_kernel_lock_owners(const struct ww_trace *trace, const struct ww_interval *wait,
			      struct ww_span window);

/*
 * The same for a wait for a PI futex that no hook saw: the kernel lends the waiter's priority to
 * whoever holds it, which names the holder; not where that one has as high a one. NULL: it is none.
 */
GArray *ww_pi_owners(const struct ww_trace *trace, const struct ww_interval *wait,
		     struct ww_span window);

/* Whether somebody has such a lock while others wait for it: not so with conditions, semaphores and
 * the like. */
bool ww_lock_has_holder(enum ww_lock_kind kind);

#endif

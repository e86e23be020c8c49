/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is said to have held a lock: its sighted owners, and of what nobody saw, whoever released it
 * in the end.
 *
 * A thread that waits for a condition has let go of a mutex, and hooks do not record of which one.
 * So what is concluded stops there: that an owner which did not release the mutex itself still held
 * it, before that; that who released it had it all along, after that. An owner that nothing
 * contradicts stays, and is only likely during such a wait.
 */
#ifndef WW_ANALYSIS_EXPLAIN_HOLDERS_H
#define WW_ANALYSIS_EXPLAIN_HOLDERS_H

#include "analysis/query.h"

struct ww_holder {
	struct ww_span span;
	uint32_t utid; /* WW_UTID_NONE: unknown */
	bool is_likely;
};

/*
 * Tiles what @owners (struct ww_owner_tile) do. @releaser_utid ended the wait, WW_UTID_NONE: no
 * thread did; @is_mutex: it is a lock that conditions release. Elements: struct ww_holder. Free
 * with g_array_unref.
 */
GArray *ww_holders(const struct ww_trace *trace, const GArray *owners, uint32_t releaser_utid,
		   bool is_mutex);

#endif

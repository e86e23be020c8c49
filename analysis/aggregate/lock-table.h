/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks that were waited for: how often, how long, by whom, and who held them meanwhile.
 *
 * A lock of a program is one of the hooks' records, by process, address and kind; one of the kernel
 * is a contention that the kernel told, by address. Who holds a lock is known while somebody waits
 * for it, and as explain/owners.h says.
 */
#ifndef WW_ANALYSIS_AGGREGATE_LOCK_TABLE_H
#define WW_ANALYSIS_AGGREGATE_LOCK_TABLE_H

#include "analysis/explain/lengths.h"
#include "analysis/explain/summary.h"

struct ww_lock_holder {
	uint32_t utid;
	int64_t ns; /* while others waited, each of them counted */
};

struct ww_lock_row {
	bool is_kernel;
	bool has_holder;  /* false: conditions and the like, which nobody holds */
	const char *kind; /* "mutex"; "kernel-rwsem". Static */
	uint64_t address;
	uint32_t upid; /* of the process it belongs to; UINT32_MAX: the kernel's */
	struct ww_wait_object object;
	struct ww_lengths lengths; /* of waits, whole; sorted */
	int64_t total_ns;          /* of them, as the filter counts it */
	uint32_t max_queue;        /* so many threads waited at once */
	GArray *waiters;           /* uint32_t utid, in order */
	GArray *holders;           /* struct ww_lock_holder, longest first */
	GPtrArray *sites; /* char *: where the waits were called from, each once; of the kernel's
			     the system calls */
};

/*
 * Of clipped waits total, queue and holders are of what lies inside of the filter's span.
 *
 * What somebody can hold first, then the rest, then the kernel's; of each the longest total first.
 * Elements: struct ww_lock_row *. Free with g_ptr_array_unref.
 */
GPtrArray *ww_lock_table(const struct ww_trace *trace, const struct ww_filter *filter);

#endif

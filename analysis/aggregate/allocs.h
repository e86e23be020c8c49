/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slow calls of the allocator by call and site: how often, how long, and what happened inside of
 * them.
 *
 * The hooks tell when a call was slow; what its thread did meanwhile, which page faults the kernel
 * served and which system calls it made is joined from the kernel's records. What those do not hold
 * is not known, which is not 0.
 */
#ifndef WW_ANALYSIS_AGGREGATE_ALLOCS_H
#define WW_ANALYSIS_AGGREGATE_ALLOCS_H

#include "analysis/explain/lengths.h"
#include "analysis/explain/summary.h"

/* The system calls by which an allocator asks the kernel for memory and gives it back, and the
 * rest. */
enum ww_memory_call {
	WW_MEMORY_BRK,
	WW_MEMORY_MMAP,
	WW_MEMORY_MUNMAP,
	WW_MEMORY_MADVISE,
	WW_MEMORY_MREMAP,
	WW_MEMORY_MPROTECT,
	WW_MEMORY_OTHER,
	WW_MEMORY_N
};
const char *ww_memory_call_name(enum ww_memory_call call); /* "brk"; "other" */

/* All pauses in one call at one site of one process, or of one thread. */
struct ww_allocs {
	uint32_t upid;
	uint32_t utid; /* whose they all are; WW_UTID_NONE: of several threads */
	uint32_t n_threads;
	enum ww_alloc_call call;
	uint64_t site;                  /* 0 unknown */
	uint64_t size_bytes;            /* sum of what was asked for, given back or mapped */
	struct ww_lengths lengths;      /* sorted */
	int64_t state_ns[WW_STATE_N];   /* of the lengths; sums to their total. Without the kernel's
					   records all of it is unknown */
	int64_t reason_ns[WW_REASON_N]; /* of blocked time */
	uint64_t n_mmap_lock_waits;
	bool knows_faults, knows_calls;
	uint64_t n_faults, n_major_faults;
	uint64_t n_calls[WW_MEMORY_N];
};

/* Longest total first; @is_by_thread: a row is of one thread. Elements: struct ww_allocs *. Free
 * with g_ptr_array_unref. */
GPtrArray *ww_allocs_collect(const struct ww_trace *trace, const struct ww_filter *filter,
			     bool is_by_thread);

#endif

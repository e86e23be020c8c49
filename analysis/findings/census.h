/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over the threads that are asked about: what detectors count of each.
 *
 * Every runnable wait is cut into its causes; a tally adds up one sort of them over all waits of a
 * thread. The time is dealt out in windows, to as many threads of ours as there are CPUs: whoever has
 * a window tells of the waits that begin in it.
 */
#ifndef WW_ANALYSIS_FINDINGS_CENSUS_H
#define WW_ANALYSIS_FINDINGS_CENSUS_H

#include "analysis/explain/summary.h"

enum ww_tally_kind {
	WW_TALLY_THROTTLED,
	WW_TALLY_OUTRANKED_BY_RT,     /* a fair thread */
	WW_TALLY_RT_BUDGET,
	WW_TALLY_SAME_PROCESS,        /* behind an equal of its own process */
	WW_TALLY_OTHER_PROCESS,       /* behind an equal of another process, neither the kernel's nor the recorder's */
	WW_TALLY_IRQ,
	WW_TALLY_STEAL,
	WW_TALLY_RECORDER,
	WW_TALLY_LOST,
	WW_TALLY_ALLOWED_IDLE,        /* another CPU, for 1 ms of a wait at least */
	WW_TALLY_PINNED_BEHIND_PINNED, /* the same, not allowed, and neither was who had its CPU */
	WW_TALLY_RECLAIM,
	WW_TALLY_MMAP_LOCK,           /* blocked by it */
	WW_TALLY_DISK,                /* blocked */
	WW_TALLY_ARENA,               /* blocked by a futex nobody knows, inside of the allocator */
	WW_TALLY_SLOW_IDLE_EXIT,      /* for WW_SLOW_EXIT_NS of a wait at least */
	WW_TALLY_N,
};

#define WW_SLOW_EXIT_NS (50 * WW_NS_PER_US)

struct ww_tally {
	uint64_t count; /* of waits */
	int64_t total_ns;
	int64_t worst_ns; /* in one wait */
	struct ww_wait_ref worst; /* utid WW_UTID_NONE: it was none that can be explained */
	int64_t inferred_ns;
};

struct ww_census_thread {
	uint32_t utid;
	int64_t lived_ns; /* of the span, without UNKNOWN */
	const struct ww_tally *tallies; /* WW_TALLY_N, the census's */
};

struct ww_census {
	const struct ww_trace *trace;
	struct ww_span span;
	GArray *threads;    /* struct ww_census_thread, by utid */
	GArray *idle_exits; /* uint32_t, sorted if somebody lost a millisecond to slow ones: for how many ns each wait stood before a CPU that woke from idle */
	struct ww_tally **tallies; /* likewise; NULL: it has none */
};

void ww_census_init(struct ww_census *census, const struct ww_trace *trace, struct ww_span span,
		    ww_wants_thread wants_thread, void *data);
void ww_census_clear(struct ww_census *census);

/* The first wait of @utid in one of @states (1 << enum ww_state) that begins inside @span; utid WW_UTID_NONE: there is none. */
struct ww_wait_ref ww_first_wait(const struct ww_trace *trace, uint32_t utid, struct ww_span span, unsigned int states);

#endif

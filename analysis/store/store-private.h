/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shape of the store: for store.c, the queries and trace-model.c.
 *
 * A lane is an array of intervals in time order, none of them empty. Sealing adds prefix sums every
 * WW_LANE_NODE intervals, so that the time in each state up to any instant costs one binary search
 * and a short scan: pixels and sums are exact at every zoom. Wakes, lock waits and allocator pauses
 * are arrays in the order they were appended (their index never changes) with lists of indices per
 * thread beside them.
 */
#ifndef WW_ANALYSIS_STORE_STORE_PRIVATE_H
#define WW_ANALYSIS_STORE_STORE_PRIVATE_H

#include <glib.h>

#include "analysis/store/store.h"

#define WW_LANE_NODE                                                                               \
	16 /* intervals per prefix sum: 3 bytes per interval, a scan of 8 on average               \
	    */

struct ww_lane_sums {
	int64_t ns[WW_STATE_N];
};

struct ww_lane_node {
	int64_t begin_ns;           /* of its first interval */
	struct ww_lane_sums before; /* the time in each state before it */
};

struct ww_store_lane {
	struct ww_interval *intervals;
	uint32_t n_intervals;
	uint32_t capacity;
	struct ww_lane_node *nodes; /* ceil(n_intervals / WW_LANE_NODE); NULL until sealed */
};

/* Indices into an array of records, grouped by a key below n_keys: those of key k are [first[k],
 * first[k + 1]). */
struct ww_index {
	uint32_t n_keys;
	uint32_t *first;
	uint32_t *entries;
	int64_t *reach_ns; /* per entry: the latest end of it and those before it under its key;
			      NULL: the records are instants */
};

struct ww_queue_lane {
	GArray *steps; /* struct ww_store_step; NULL: the CPU was never said */
};

struct ww_store_step {
	int64_t time_ns;
	uint16_t n_runnable;
};

struct ww_store {
	bool is_sealed;
	GStringChunk *strings;
	GArray *threads;      /* struct ww_thread; the index is the utid */
	GArray *processes;    /* struct ww_process; the index is the upid */
	GArray *thread_lanes; /* struct ww_store_lane; by utid */
	GArray *cpu_lanes;    /* struct ww_store_lane; by CPU number, empty: not seen */
	GArray *queues;       /* struct ww_queue_lane; by CPU number */
	GArray *wakes;        /* struct ww_wake, by time once sealed */
	GArray *lock_waits;   /* struct ww_lock_wait */
	GArray *alloc_pauses; /* struct ww_alloc_pause */

	/* once sealed */
	uint32_t *process_utids;          /* the threads of all processes, grouped */
	uint32_t *utids_by_tid;           /* all utids by (tid, utid) */
	struct ww_index wakes_of;         /* by wakee, in time order */
	struct ww_index wakes_by;         /* by waker, in time order */
	struct ww_index lock_waits_of;    /* by thread, in order of begin */
	struct ww_index alloc_pauses_of;  /* by thread, in order of begin */
	struct ww_index lock_waits_all;   /* one key, by (begin, index) */
	struct ww_index lock_waits_on;    /* keys are locks by (upid, address), in order of begin */
	struct ww_index alloc_pauses_all; /* one key, by (begin, index) */
};

/* NULL when there is no such lane. */
const struct ww_store_lane *ww_store_thread_lane(const struct ww_store *store, uint32_t utid);
const struct ww_store_lane *ww_store_cpu_lane(const struct ww_store *store, uint32_t cpu);

static inline uint32_t ww_lane_n_nodes(const struct ww_store_lane *lane)
{
	return (lane->n_intervals + WW_LANE_NODE - 1) / WW_LANE_NODE;
}

/* The index of the first interval that ends after @t_ns, n_intervals when none does. */
uint32_t ww_lane_find(const struct ww_store_lane *lane, int64_t t_ns);

/* The last node that begins at or before @t_ns, 0 when none does; the lane is sealed and has
 * intervals. */
uint32_t ww_lane_find_node(const struct ww_store_lane *lane, int64_t t_ns);

/* The time in each state from the lane's first interval up to @t_ns, which lies in @node. */
struct ww_lane_sums ww_lane_sums_until(const struct ww_store_lane *lane, uint32_t node,
				       int64_t t_ns);

/* ww_query_pixels() on a lane that has intervals; the span is not empty. */
struct ww_pixel;
void ww_lane_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		    struct ww_pixel *pixels);

/* Compares (@upid, @address) with the lock of a wait: below, at or above 0. */
int ww_store_compare_locks(const struct ww_store *store, uint32_t upid, uint64_t address,
			   const struct ww_lock_wait *wait);

#endif

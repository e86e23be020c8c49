/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of the chain: one walk over threads that wait for each other, and its leaves.
 */
#ifndef WW_ANALYSIS_EXPLAIN_WALK_H
#define WW_ANALYSIS_EXPLAIN_WALK_H

#include "analysis/explain/chain.h"
#include "analysis/explain/tiles.h"

struct ww_walk {
	const struct ww_trace *trace;
	struct ww_chain *chain;
	uint32_t stack[WW_CHAIN_DEPTH_MAX + 1];     /* who wait for each other, the waiter first */
	enum ww_edge edges[WW_CHAIN_DEPTH_MAX + 1]; /* how each came into the chain */
	uint32_t depth;                             /* index of the thread that is looked at */
	bool is_inferred;
	bool is_guess; /* of the edge to the thread one hop from the waiter */
};

/* A leaf that is one cause as a whole. @detail and @step_detail may be NULL; parts of one cause and
 * @detail are told as one. Valid until the next leaf. */
struct ww_leaf *ww_walk_account_as(struct ww_walk *walk, const struct ww_tile *tile,
				   enum ww_cause cause, const char *detail,
				   const char *step_detail);
struct ww_leaf *ww_walk_account(struct ww_walk *walk, const struct ww_tile *tile,
				enum ww_cause cause, const char *detail);

/* The thread at the other end of an edge, or the leaf that says why it is not followed. */
void ww_walk_follow(struct ww_walk *walk, uint32_t utid, const struct ww_tile *tile,
		    enum ww_edge edge);

/* walk-ends.c: a wait that no thread ended. */
void ww_walk_end(struct ww_walk *walk, const struct ww_tile *tile);
/* The same for one in which memory was freed: how much, and whose. */
void ww_walk_reclaim(struct ww_walk *walk, const struct ww_tile *tile);
/* The same for one that a disk's request ended at @until_ns. False: none is known. */
bool ww_walk_disk(struct ww_walk *walk, const struct ww_tile *tile, int64_t until_ns);

#endif

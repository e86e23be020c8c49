/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain behind a blocked wait: who held the lock or ended the wait, what that thread did
 * meanwhile, and so on down.
 *
 * A walk over lock-owner and wake edges. A child's window lies inside its parent's, so leaves tile
 * the wait in time order. The walk ends at threads that ran or were ready, at timers, disks,
 * networks and devices, and where the trace knows no further. Bounds: 32 hops deep, 4096 leaves,
 * nothing below 1 us is followed.
 */
#ifndef WW_ANALYSIS_EXPLAIN_CHAIN_H
#define WW_ANALYSIS_EXPLAIN_CHAIN_H

#include "analysis/explain/explain.h"

#define WW_CHAIN_DEPTH_MAX 32
#define WW_CHAIN_LEAVES_MAX 4096

struct ww_leaf {
	struct ww_path_step step;
	enum ww_cause cause; /* a runnable leaf has several and says WW_CAUSE_UNKNOWN here */
	uint32_t first_utid; /* the thread one hop from the waiter under which this leaf lies;
				WW_UTID_NONE: itself */
	enum ww_edge first_edge;
	bool is_deadlock; /* the locks wait for each other; the step's detail says who for whom */
	bool is_contradiction; /* its wake-up came from somebody who waited for it meanwhile */
	bool is_inferred;      /* an edge on the way here is a best guess */
	bool is_guess;         /* the first one is, to first_utid */
	bool has_device;       /* it is the part of a request to this disk */
	uint32_t device;
};

struct ww_chain {
	GArray *leaves; /* struct ww_leaf */
	GArray *causes; /* struct ww_cause_part, sorted; runnable leaves are expanded */
	int64_t inferred_ns;
	bool has_deadlock;
};

/* Of a leaf whose cause is an interrupt: the one that told that a disk's request was done. */
#define WW_DETAIL_COMPLETION "completion of the request"

/* Follows the part of the blocked interval @wait inside @window, which lies in it. */
void ww_chain_init(struct ww_chain *chain, const struct ww_trace *trace,
		   const struct ww_interval *wait, struct ww_span window);
/* Follows whatever @utid did in @window: its critical path. Where it ran or was ready it is a leaf
 * itself. */
void ww_chain_init_window(struct ww_chain *chain, const struct ww_trace *trace, uint32_t utid,
			  struct ww_span window);
void ww_chain_clear(struct ww_chain *chain);

/* Whether the thread that ended @wait is only taken for the one whose packet did: it was sending
 * while one came. */
bool ww_chain_is_likely_sender(const struct ww_trace *trace, const struct ww_interval *wait);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is drawn over the lanes for a selection: stretches of threads that matter to it, and arrows
 * between lanes.
 *
 * Arrows say who woke whom and who held the lock. The path is what a wait was made of: of a blocked
 * one the leaves of its critical path, of a runnable one whoever had the CPU meanwhile. Plain
 * values; made on any thread, immutable afterwards.
 */
#ifndef WW_VIEWER_MODEL_OVERLAY_H
#define WW_VIEWER_MODEL_OVERLAY_H

#include "analysis/explain/explain.h"

/* More than this is no picture any more: what follows is left out. */
#define WW_OVERLAY_SPANS_MAX 4000

enum ww_overlay_kind {
	WW_OVERLAY_WAKEUP, /* an edge: from who woke to who was woken, at one instant */
	WW_OVERLAY_OWNER, /* an edge: from who waits to who holds the lock; a span: while it does */
	WW_OVERLAY_PATH,  /* an edge: from one span of the path to the next one; a span: a step */
	WW_OVERLAY_N,
};

struct ww_overlay_span {
	enum ww_overlay_kind kind;
	uint32_t utid;
	uint32_t depth; /* in the chain of waits: 0 is the waiter itself */
	struct ww_span span;
};

struct ww_overlay_edge {
	enum ww_overlay_kind kind;
	uint32_t from_utid, to_utid; /* never the same */
	int64_t from_ns, to_ns;
};

struct ww_overlay {
	GArray *spans; /* struct ww_overlay_span, in order of time */
	GArray *edges; /* struct ww_overlay_edge, likewise */
};

/* The arrows of one interval of a thread: its wake-up, also of one that ran because it had been
 * woken, and the owners of the lock it waits for. Never NULL, may be empty. */
struct ww_overlay *ww_overlay_new_arrows(const struct ww_trace *trace,
					 const struct ww_interval *interval);
/* The path of an explained wait or window. */
struct ww_overlay *ww_overlay_new_path(const struct ww_trace *trace,
				       const struct ww_explanation *explanation);
void ww_overlay_free(struct ww_overlay *overlay); /* NULL is fine */
WW_DEFINE_AUTO(overlay)

/* The wake-up that made @interval happen: its own, or that of the ready time before it. False when
 * no thread is known to have done it. */
bool ww_overlay_find_wakeup(const struct ww_trace *trace, const struct ww_interval *interval,
			    struct ww_interval *woken);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flame graph of waits: a tree whose nodes are as wide as what was waited below them.
 *
 * By reason: process, thread, reason, object, cause, owner. By stack: process, the functions that
 * led to the wait from the outermost in, reason. Sums are exact: each node is its own time and that
 * of its children, and the root is all that was waited. Waits for work and sleeps that were asked
 * for are left out. Slow; made on a worker thread, then constant.
 */
#ifndef WW_VIEWER_MODEL_FLAME_H
#define WW_VIEWER_MODEL_FLAME_H

#include "viewer/model/whose.h"

enum ww_flame_kind {
	WW_FLAME_ROOT,
	WW_FLAME_PROCESS,
	WW_FLAME_THREAD,
	WW_FLAME_REASON,
	WW_FLAME_OBJECT,
	WW_FLAME_CAUSE,
	WW_FLAME_OWNER,
	WW_FLAME_FRAME,
	WW_FLAME_KIND_N,
};

#define WW_FLAME_NONE UINT32_MAX

struct ww_flame_node {
	enum ww_flame_kind kind;
	enum ww_state state; /* of the waits from a REASON on; UNKNOWN: of both kinds */
	char *label;
	uint32_t depth; /* the root's is 0 */
	/* Of nodes; WW_FLAME_NONE: there is none. Siblings stand from the largest to the smallest.
	 */
	uint32_t parent, first_child, next, previous;
	int64_t begin_ns; /* where it begins in the width of the whole */
	int64_t total_ns; /* its own and its children's */
	int64_t own_ns;
	struct ww_wait_ref longest; /* below it; of the root of nothing it is none */
	int64_t longest_ns;         /* -1: there is none */
};

struct ww_flame {
	GArray *nodes; /* struct ww_flame_node; the root is 0 */
	uint32_t n_levels;
	bool is_estimated; /* by reason: not all waits were explained */
};

struct ww_flame_scope {
	const struct ww_trace *trace;
	struct ww_span span;             /* what of waits lies inside */
	const struct ww_lane_set *lanes; /* NULL: of whoever is in focus */
	bool is_by_stack;
	GCancellable *cancellable; /* NULL is fine */
};

/* Whether the trace has stacks of programs at all. */
bool ww_flame_has_stacks(const struct ww_trace *trace);

/* NULL when it was cancelled. */
struct ww_flame *ww_flame_new(const struct ww_flame_scope *scope);
void ww_flame_free(struct ww_flame *flame); /* NULL is fine */
WW_DEFINE_AUTO(flame)

/* Borrowed; valid as long as the flame. */
const struct ww_flame_node *ww_flame_node(const struct ww_flame *flame, uint32_t i);

#endif

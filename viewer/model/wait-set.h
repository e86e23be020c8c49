/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which waits a person asks about, and a walk over them. Tables, histogram and flame graph share
 * it, so that one choice of waits counts the same in all of them.
 *
 * Threads are those that model/whose.h wants. Pure: any thread.
 */
#ifndef WW_VIEWER_MODEL_WAIT_SET_H
#define WW_VIEWER_MODEL_WAIT_SET_H

#include "analysis/explain/explain.h"
#include "viewer/model/whose.h"

enum ww_wait_set {
	WW_WAIT_SET_HELD_UP, /* ready, or blocked by what is no rest: see below */
	WW_WAIT_SET_READY,
	WW_WAIT_SET_BLOCKED,
	WW_WAIT_SET_ALL,
	WW_WAIT_SET_N,
};

/*
 * Not held up: who sleeps because it wants to, waits for work or for the recorder, or was not seen
 * to begin or end its wait, unless that was in a lock.
 */
bool ww_wait_set_holds(enum ww_wait_set set, const struct ww_trace *trace,
		       const struct ww_interval *wait);

/* "ready (woken)", "mutex". Free with g_free. */
char *ww_wait_reason_label(enum ww_state state, enum ww_reason reason);

/* What was waited for, in a word or two: "cache_lock", "tcp to redis-server/411 at ..."; NULL when
 * nobody knows. Free with g_free. */
char *ww_wait_object_label(const struct ww_wait_object *object);

struct ww_wait_walk {
	const struct ww_trace *trace;
	const struct ww_lane_set *lanes; /* NULL: of whoever is in focus */
	struct ww_span span;             /* waits that overlap it; the whole of each counts */
	enum ww_wait_set set;
	int64_t min_ns, max_ns; /* of this length, half-open */
	GCancellable *cancellable;
};

typedef void (*ww_wait_visit)(struct ww_wait_ref ref, const struct ww_interval *wait, void *data);

/* By thread, then in order of time. False when it was cancelled on the way. */
bool ww_wait_walk(const struct ww_wait_walk *walk, ww_wait_visit visit, void *data);

#endif

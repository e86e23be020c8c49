/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person can look for by name: threads, processes, what was waited for, tasks of the
 * program's own, findings' places, and a time.
 *
 * Made on a worker thread, immutable afterwards.
 */
#ifndef WW_VIEWER_MODEL_SEARCH_H
#define WW_VIEWER_MODEL_SEARCH_H

#include "analysis/query.h"
#include "base/auto.h"

enum ww_search_kind {
	WW_SEARCH_TIME,
	WW_SEARCH_PROCESS,
	WW_SEARCH_THREAD,
	WW_SEARCH_CPU,
	WW_SEARCH_WAITS, /* all waits of a process for one thing */
	WW_SEARCH_TASK,
	WW_SEARCH_N,
};

const char *ww_search_kind_label(enum ww_search_kind kind); /* "Thread" */

struct ww_search_entry {
	enum ww_search_kind kind;
	char *title;    /* "worker-2/4100", "mutex cache_lock" */
	char *folded;   /* the title, to be compared with what was typed; of a TIME NULL */
	char *subtitle; /* what a row says in small; NULL: nothing */
	struct ww_lane
		lane; /* THREAD, CPU, TASK; PROCESS: its first thread's; WAITS: the longest's */
	struct ww_span span;    /* TASK, WAITS: of the longest; TIME: an instant */
	struct ww_wait_ref ref; /* WAITS: the longest */
	int64_t weight_ns;      /* of equal matches the larger is first */
};

struct ww_search;

/* Names of @trace alone, which takes a moment at the most. The trace must outlive it. */
struct ww_search *ww_search_new(const struct ww_trace *trace);
/* Adds what has to be summed up over all waits: slow for a large trace. Before it is shared. */
void ww_search_add_waits(struct ww_search *search);
void ww_search_free(struct ww_search *search); /* NULL is fine */
WW_DEFINE_AUTO(search)

/*
 * The entries that answer @typed, best first, @limit at the most. Elements: struct ww_search_entry
 * *, borrowed: valid until the search is freed or asked again (a time is made for the question).
 * Free with g_ptr_array_unref.
 */
GPtrArray *ww_search_find(struct ww_search *search, const char *typed, guint limit);

/*
 * Every wait for the same thing in the same process as @entry's (of kind WAITS), longest first,
 * @limit at the most. Elements: struct ww_wait_ref. Slow for a large trace.
 */
GArray *ww_search_alike(const struct ww_trace *trace, const struct ww_search_entry *entry,
			guint limit);

#endif

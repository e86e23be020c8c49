/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many waits as few rows: how often and how long threads waited for the same thing.
 *
 * The caller chooses what makes waits equal. A part of a wait that is asked for by cause or by
 * owner counts with its own length, else the whole wait does; so the totals of all rows are the
 * time that was waited, each nanosecond once. A wait of which an end was not seen counts in count,
 * total and max with what was seen of it, and is in no rank. Every rank is that of a real wait.
 * Waits of idle threads for work are rows of their own and nobody's blockers.
 *
 * By cause or owner every wait has to be explained. Of more than WW_WAIT_SUMS_LONGEST +
 * WW_WAIT_SUMS_SAMPLED the longest are, and of the others, in order of length, one of each so many
 * that are next to each other: it stands for all of these, and its parts are told as parts of their
 * time. So totals of all rows are exact still, each of them is an estimate, and so are counts and
 * ranks; threads are counted where a wait was explained.
 */
#ifndef WW_ANALYSIS_AGGREGATE_WAIT_SUMS_H
#define WW_ANALYSIS_AGGREGATE_WAIT_SUMS_H

#include "analysis/explain/summary.h"

/* KEY(ID, "name", "TITLE") */
#define WW_WAIT_KEYS(KEY)                                                                          \
	KEY(REASON, "reason", "REASON")                                                            \
	KEY(OBJECT, "object", "OBJECT")                                                            \
	KEY(SITE, "site", "CALLED AT")                                                             \
	KEY(CAUSE, "cause", "CAUSE")                                                               \
	KEY(OWNER, "owner", "OWNER")                                                               \
	KEY(THREAD, "thread", "THREAD")                                                            \
	KEY(PROCESS, "process", "PROCESS")

#define WW_WAIT_SUMS_LONGEST 1000
#define WW_WAIT_SUMS_SAMPLED 9000

#define WW_ENUM_WAIT_KEY(ID, ...) WW_WAIT_KEY_##ID,
enum ww_wait_key { WW_WAIT_KEYS(WW_ENUM_WAIT_KEY) WW_WAIT_KEY_N };
const char *ww_wait_key_name(enum ww_wait_key key);  /* "reason" */
const char *ww_wait_key_title(enum ww_wait_key key); /* "REASON" */

/* "reason,object" as 1 << enum ww_wait_key. Fails with WW_ERROR_USAGE and names the nearest one. */
bool ww_wait_keys_parse(const char *text, unsigned int *keys, GError **error);

/* Members of keys that were not asked for are unknown or none. */
struct ww_wait_sum {
	bool is_idle;          /* of threads that had no work */
	bool is_estimated;     /* not all waits were explained */
	uint32_t n_explained;  /* then so many of all */
	enum ww_state state;   /* REASON */
	enum ww_reason reason; /* REASON */
	struct ww_wait_object
		object;      /* OBJECT: as the longest wait has it; without the site of that one */
	uint64_t site;       /* SITE: of the call that waits; 0 unknown */
	enum ww_cause cause; /* CAUSE; WW_CAUSE_N: not asked for */
	uint32_t owner_utid; /* OWNER: who ran instead, held it, ... */
	uint32_t utid;       /* THREAD */
	uint32_t upid;  /* PROCESS, and of an OBJECT or SITE whose it is; UINT32_MAX: of several */
	uint64_t count; /* of waits */
	uint64_t n_censored; /* of these */
	uint64_t n_rewakes;
	uint32_t n_waiters;               /* threads */
	int64_t total_ns;                 /* of a clipped filter: inside of its span */
	int64_t max_ns;                   /* of whole waits, and so are the ranks */
	int64_t p50_ns, p99_ns;           /* -1: there is none */
	int64_t in_task_ns;               /* of waits that began inside a task of their thread's */
	struct ww_wait_ref p50, p99, max; /* which these are; without a rank the longest */
};

/* @keys: 1 << enum ww_wait_key, one at least. Longest total first, idle ones behind all others.
 * Elements: struct ww_wait_sum *. Free with g_ptr_array_unref. */
GPtrArray *ww_wait_sums(const struct ww_trace *trace, const struct ww_filter *filter,
			unsigned int keys);
/* The same with another budget than WW_WAIT_SUMS_LONGEST and WW_WAIT_SUMS_SAMPLED; none is 0. */
GPtrArray *ww_wait_sums_within(const struct ww_trace *trace, const struct ww_filter *filter,
			       unsigned int keys, guint n_longest, guint n_sampled);

#endif

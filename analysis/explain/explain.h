/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a wait took as long as it did.
 *
 * One explanation object serves trace-report, trace-view and the exporters. Its parts tile the wait: the causes sum to its
 * length to the nanosecond, so do the avoidability parts of a runnable wait and the leaves of a blocked wait's path. What the
 * data cannot tell is a part of its own (WW_CAUSE_UNKNOWN and its kin), never a guess. Pure: any thread.
 *
 * Method: the occupancy of the CPU it queued on for runnable waits (SchedViz's antagonists, with a cause for every slice);
 * for blocked waits the chain over lock-owner and wake edges (Giraldeau and Dagenais, TPDS 2016; wPerf).
 */
#ifndef WW_ANALYSIS_EXPLAIN_EXPLAIN_H
#define WW_ANALYSIS_EXPLAIN_EXPLAIN_H

#include "analysis/query.h"

/* A part of the wait with one cause and one culprit. */
struct ww_cause_part {
	enum ww_cause cause;
	uint32_t utid; /* the thread that ran instead, held the lock, ...; WW_UTID_NONE */
	enum ww_relation relation;
	uint16_t cpu; /* WW_CPU_UNKNOWN when it does not matter */
	int64_t ns;
	int64_t inferred_ns; /* so much of it rests on a best estimate of who ran */
	int64_t first_ns; /* where it first shows: what a link selects */
	char *detail;     /* for people, NULL */
	char *actor;      /* what had the CPU when it was no thread: "softirq NET_RX"; NULL */
};

/* What people read beside a part's cause and thread: actor and detail; NULL when there is neither. Free with g_free. */
char *ww_cause_part_text(const struct ww_cause_part *part);

struct ww_avoidable_part {
	enum ww_avoidable kind;
	uint16_t cpu;
	int64_t ns;
};

enum ww_edge {
	WW_EDGE_SELF,
	WW_EDGE_LOCK_OWNER,
	WW_EDGE_WAKER,
	WW_EDGE_CHILD,
	WW_EDGE_WORK,
	WW_EDGE_N,
};
const char *ww_edge_name(enum ww_edge edge);

/* One leaf of the chain behind a blocked wait. Leaves tile the wait in time order. */
struct ww_path_step {
	uint32_t depth;
	uint32_t utid;
	enum ww_edge edge; /* how the thread came into the chain */
	enum ww_state state;
	enum ww_reason reason;
	struct ww_span span;
	char *detail; /* NULL */
};

/* What was waited for. Members are NULL or 0 when unknown. */
struct ww_wait_object {
	bool is_known;
	const char *kind; /* "mutex", "futex", "descriptor", ... */
	uint64_t address;
	char *symbol; /* "cache_lock" */
	char *site;   /* "handle_request+0x4f" */
	int fd;       /* -1 none */
	char *path;   /* of a file: "/var/log/x" */
	char *peer;   /* at the other end: "127.0.0.1:80 (redis-server/411)", "sh/17" */
	char *device; /* the disk that it was in the end: "vda" */
	char *name;   /* of a descriptor, for people: "tcp to redis-server/411 at 127.0.0.1:80" */
};

struct ww_explanation {
	struct ww_wait_ref ref;
	struct ww_interval wait;
	struct ww_span span; /* what is explained of it */
	struct ww_wait_object object;
	GArray *causes;     /* struct ww_cause_part, largest first; sums to the span */
	GArray *avoidables; /* struct ww_avoidable_part; runnable only, sums to the span */
	GArray *path;       /* struct ww_path_step; blocked only, tiles the span */
	int64_t inferred_ns; /* so much of it is a guess */
	bool has_deadlock;   /* its ring of lock owners is one */
	enum ww_confidence confidence;
	char *sentence; /* plain English, number first; NULL of a part */
};

/* Explains a runnable or blocked interval. NULL with WW_ERROR_USAGE when @ref is of another state or does not exist. */
struct ww_explanation *ww_explain_wait(const struct ww_trace *trace, struct ww_wait_ref ref, GError **error);
/* Only what of it lies inside @window: the parts sum to that, and there is no sentence. Likewise NULL when nothing lies there. */
struct ww_explanation *ww_explain_part(const struct ww_trace *trace, struct ww_wait_ref ref, struct ww_span window, GError **error);
/*
 * The critical path of whatever @utid did in @window: leaves that tile it in time order, where it
 * ran or was ready itself, else those of the chain behind what it waited for. The state of its wait
 * is unknown and the index of its ref UINT32_MAX: it is no interval. NULL with WW_ERROR_USAGE when the thread
 * does not live through any of the window.
 */
struct ww_explanation *ww_explain_window(const struct ww_trace *trace, uint32_t utid, struct ww_span window, GError **error);
/* The least certain of the parts that the sentence names: the largest ones, down to nine tenths of
 * the span; no better than likely where more than a tenth of it is a guess. */
enum ww_confidence ww_explanation_weigh(const struct ww_explanation *explanation);
void ww_explanation_free(struct ww_explanation *explanation); /* NULL is fine */
WW_DEFINE_AUTO(explanation)

/* The trace in one paragraph: what a person should read first. Free with g_free. */
char *ww_explain_summary(const struct ww_trace *trace);

#endif

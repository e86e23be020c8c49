/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's own tasks (whywait.h) by name: how long they took, and what the slow ones did that
 * the middle ones did not.
 *
 * The slow set are the tasks at or above the 99th percentile, the middle set those from the 40th to
 * the 60th. Of each, the time of the thread that began the task is split into parts by what it did
 * and, while it waited, by the leaves of the critical path behind the wait; the parts of a task sum
 * to its length. Sets are compared by their means: means of parts add up to the mean of the whole,
 * percentiles do not.
 */
#ifndef WW_ANALYSIS_AGGREGATE_TASK_SUMS_H
#define WW_ANALYSIS_AGGREGATE_TASK_SUMS_H

#include "analysis/explain/lengths.h"
#include "analysis/explain/summary.h"

#define WW_TASKS_COMPARED_MIN 10 /* of fewer, a percentile is one of them by chance */

/* What threads did for a part of their tasks. */
struct ww_task_part {
	/* "CPU time", "mutex cache_lock (another thread ran)", "behind an equal": equal parts have
	 * equal texts. */
	char *text;
	enum ww_state state;
	enum ww_reason reason;      /* BLOCKED */
	enum ww_cause cause;        /* RUNNABLE; BLOCKED: a leaf of the critical path */
	int64_t slow_ns, middle_ns; /* sums over all tasks of the set */
};

struct ww_task_set {
	uint32_t n;
	int64_t total_ns; /* sum of its parts */
	int64_t min_ns, max_ns;
};

struct ww_task_sum {
	uint32_t upid;
	const char *name;          /* borrowed from the trace */
	struct ww_lengths lengths; /* sorted; of tasks with both ends */
	uint64_t n_censored;       /* tasks without */
	bool is_compared; /* false: too few, or all take about the same time; the rest is empty */
	struct ww_task_set slow, middle;
	GArray *parts; /* struct ww_task_part, by how much the means differ, most first */
};

/* Of tasks that a thread began that is wanted. Longest total first. Elements: struct ww_task_sum *.
 * Free with g_ptr_array_unref. */
GPtrArray *ww_task_sums(const struct ww_trace *trace, const struct ww_filter *filter);

/* How much longer a part is in the mean of the slow set than in that of the middle set; negative:
 * shorter. */
int64_t ww_task_difference_ns(const struct ww_task_sum *sum, const struct ww_task_part *part);

/* "Slow ones (4 of 400, from 52.1 ms on) take 44.0 ms more than middle ones: +38.0 ms mutex
 * cache_mu, +6.00 ms CPU quota used up; CPU time is equal." Free with g_free. */
char *ww_words_slow_tasks(const struct ww_task_sum *sum);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that are ready and not allowed to run, because their control group has used up its quota.
 *
 * Recordings say so of a thread that leaves its CPU. Where the kernel does not tell the recorder,
 * it is inferred from what must be true then: the thread left ready, for nobody of a higher rank;
 * its group, or one above it, has a quota; the group's count of throttled periods rose between the
 * two readings round the wait; it ran again within a millisecond of the kernel's timer that hands
 * out quotas; and of no thread at all does the recording say it, as it would if it could.
 *
 * It lasts until the kernel's timer has handed out the quota, the last one to go off on any CPU
 * before the thread ran again. From there on the thread is ready like any other and may stand
 * behind some. Where no such timer was recorded, and where nobody saw it run again, it lasts to the
 * end.
 */
#ifndef WW_ANALYSIS_EXPLAIN_QUOTA_H
#define WW_ANALYSIS_EXPLAIN_QUOTA_H

#include "analysis/query.h"

/* Whose quota kept @wait from running: the group of its thread, or the nearest one above it, whose
 * count of throttled periods rose; where no count is there to tell, the only one with a quota.
 * NULL: not known. Borrowed from the manifest. */
const struct ww_cgroup *ww_quota_used(const struct ww_trace *trace, const struct ww_interval *wait);

struct ww_throttling {
	int64_t until_ns; /* where the wait begins: it was allowed to run all the time */
	bool is_inferred;
};

/* Of @wait, which is runnable and whole. */
struct ww_throttling ww_throttling_of(const struct ww_trace *trace, const struct ww_interval *wait);

#endif

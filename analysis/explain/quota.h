/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that are ready and not allowed to run, because their control group has used up its quota.
 *
 * Recordings say so of a thread that leaves its CPU. Where the kernel does not tell the recorder,
 * it is inferred from what must be true then: the thread left ready, for nobody of a higher rank;
 * its group, or one above it, has a quota; the group's count of throttled periods rose between the
 * two readings round the wait; it ran again within a millisecond of the kernel's timer that hands
 * out quotas; and of no thread at all does the recording say it, as it would if it could.
 */
#ifndef WW_ANALYSIS_EXPLAIN_QUOTA_H
#define WW_ANALYSIS_EXPLAIN_QUOTA_H

#include "analysis/query.h"

/* The recording says it of @wait, which is runnable. */
bool ww_is_throttled(const struct ww_interval *wait);

/* It does not, but it is likely. */
bool ww_is_likely_throttled(const struct ww_trace *trace, const struct ww_interval *wait);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who woke whom, step by step backwards: the thread that woke the waiter, the one that had woken
 * that thread before, and so on until something that is no thread did it. Pure: any thread.
 */
#ifndef WW_VIEWER_MODEL_WAKERS_H
#define WW_VIEWER_MODEL_WAKERS_H

#include "analysis/query.h"

/* So many steps at the most: further back nobody looks for a reason. */
#define WW_WAKERS_MAX 6

struct ww_wake_step {
	struct ww_wake wake; /* who, whom, when; the CPU is that of the waker */
	int64_t slept_ns;    /* how long the woken one had been blocked; -1: not known */
	int64_t ready_ns;    /* how long it then was ready before it ran; -1: it had not run */
};

/* The wake-up behind @interval first. Elements: struct ww_wake_step; empty when none is known. Free
 * with g_array_unref. */
GArray *ww_wakers_of(const struct ww_trace *trace, const struct ww_interval *interval);

#endif

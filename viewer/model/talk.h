/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who talks to whom: an order of threads and of processes by how often they wake each other.
 *
 * Threads are linked inside of their process (kernel threads inside of all of the kernel), then
 * processes to each other, by ww_chain_rank(). Reads every wake of the trace (about 50 ns each), so
 * it belongs on a worker. Immutable afterwards.
 */
#ifndef WW_VIEWER_MODEL_TALK_H
#define WW_VIEWER_MODEL_TALK_H

#include "analysis/query.h"
#include "base/auto.h"

struct ww_talk {
	uint32_t *thread_ranks;  /* by utid */
	uint32_t *process_ranks; /* by upid */
};

/* NULL when @cancellable was cancelled. */
struct ww_talk *ww_talk_new(const struct ww_trace *trace, GCancellable *cancellable);
void ww_talk_free(struct ww_talk *talk); /* NULL is fine */
WW_DEFINE_AUTO(talk)

#endif

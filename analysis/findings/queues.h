/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runnable waits that begin in a window of time, by the CPU they were queued on, and a few blocked ones.
 *
 * Threads are read one after the other; a CPU's queue can then be gone through at once, beside what
 * that CPU did.
 */
#ifndef WW_ANALYSIS_FINDINGS_QUEUES_H
#define WW_ANALYSIS_FINDINGS_QUEUES_H

#include "analysis/query.h"

struct ww_queued {
	struct ww_interval wait;
	uint32_t index; /* of struct ww_wait_ref */
	uint32_t place; /* the caller's number of its thread */
	int prio;       /* it waited with; -1 unknown */
};

struct ww_queues {
	GPtrArray *by_cpu; /* GArray of struct ww_queued, or NULL; the first is of waits whose CPU is unknown, then CPU 0, 1, ... */
	GArray *blocked;   /* struct ww_queued: those for the disk or the lock of the address space */
	GArray *pending;   /* struct ww_queued: their thread has not run yet */
};

void ww_queues_init(struct ww_queues *queues);
void ww_queues_clear(struct ww_queues *queues);

/* Takes all out again, and keeps the room. */
void ww_queues_empty(struct ww_queues *queues);

/* Adds the waits of @utid that begin in @window, and with @has_earlier those that reach into it. */
void ww_queues_add(struct ww_queues *queues, const struct ww_trace *trace, uint32_t utid, uint32_t place,
		   struct ww_span window, bool has_earlier);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every thread is doing, from the kernel's records alone.
 *
 * Records are taken in any order of CPUs, each CPU's in its own: of two records about one thread
 * the younger one is believed. Where records were lost, what was said before is not believed any
 * more. No I/O and no clock. One thread at a time.
 */
#ifndef WW_TRACER_THREAD_STATES_H
#define WW_TRACER_THREAD_STATES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "base/wire.h"

enum ww_thread_now {
	WW_THREAD_UNKNOWN, /* never seen to change, or records were lost since */
	WW_THREAD_RUNNING,
	WW_THREAD_RUNNABLE,
	WW_THREAD_BLOCKED,
	WW_THREAD_STOPPED,
	WW_THREAD_DEAD,
};

struct ww_thread_state {
	struct ww_wire_task task; /* tid, pid (0: unknown), name and where it is or waits */
	uint64_t changed_ns;      /* its last switch, or the picture of it; 0: never seen */
	uint64_t ready_ns;        /* its first waking since then, if not before @changed_ns */
	uint64_t last_ready_ns;   /* its last waking */
	uint64_t named_ns;        /* since when it has its name */
	uint64_t affinity_ns;     /* since when it may run on the CPUs it may run on */
	uint64_t first_ns;        /* its first record */
	bool is_dead;             /* kept a while: its last records may come late */
	bool is_target;           /* for the caller; inherited by what it starts */
	uint64_t told_wait_ns;    /* for the caller: begin of the wait that it told of */
	uint64_t told;            /* for the caller: bits of what it told */
};

struct ww_thread_states;

struct ww_thread_states *ww_thread_states_new(void);
void ww_thread_states_free(struct ww_thread_states *states); /* NULL is fine */
WW_DEFINE_AUTO(thread_states)

/* Takes a record of base/wire.h; kinds that say nothing of a thread are passed over. */
void ww_thread_states_take(struct ww_thread_states *states, uint32_t cpu, const void *record);

/* Records from before @timestamp are missing. */
void ww_thread_states_lose(struct ww_thread_states *states, uint64_t timestamp);

/* Forgets the threads that died before @timestamp. */
void ww_thread_states_sweep(struct ww_thread_states *states, uint64_t timestamp);

/* NULL: never seen. Borrowed until the next record. */
struct ww_thread_state *ww_thread_states_find(const struct ww_thread_states *states, int32_t tid);

/* What it is doing, and since when by the records. @since_ns may be NULL. */
enum ww_thread_now ww_thread_states_now(const struct ww_thread_states *states,
					const struct ww_thread_state *thread, uint64_t *since_ns);

typedef void (*ww_thread_state_func)(const struct ww_thread_states *states,
				     struct ww_thread_state *thread, void *user_data);
void ww_thread_states_for_each(const struct ww_thread_states *states, ww_thread_state_func func,
			       void *user_data);

/* Every thread that lives, as task records of @timestamp: what they were doing then, when all
 * records until then were taken. Free with g_array_unref. */
GArray *ww_thread_states_picture(const struct ww_thread_states *states, uint64_t timestamp);

#endif

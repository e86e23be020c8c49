/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_event_open(2): one ring per CPU, into which the events of any number of threads write.
 *
 * The dummy event counts nothing; its switches, forks, exits and names are what it is for. An event
 * that threads inherit from their parent can only be mapped when it is bound to a CPU, hence one
 * for each thread and CPU: so many descriptors. Not thread-safe.
 */
#ifndef WW_TRACER_PERF_RINGS_H
#define WW_TRACER_PERF_RINGS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/source.h"

struct ww_perf_rings;

struct ww_perf_rings *ww_perf_rings_new(ww_record_func func, void *user_data);
void ww_perf_rings_free(struct ww_perf_rings *rings); /* NULL is fine */
WW_DEFINE_AUTO(perf_rings)

uint32_t ww_perf_rings_n_cpus(const struct ww_perf_rings *rings);

enum ww_perf_added {
	WW_PERF_ADDED,
	WW_PERF_GONE,           /* the thread has ended */
	WW_PERF_REFUSED,        /* WW_ERROR_NO_RIGHTS */
	WW_PERF_NO_DESCRIPTORS, /* the limit of open files is reached: as much as there is room for
				 */
	WW_PERF_FAILED,
};

/*
 * Opens events of @tid and of all it will start; what it started before needs its own. They record
 * from ww_perf_rings_set_recording() on. Sets @error for the last three, and then nothing of the
 * thread is recorded.
 */
enum ww_perf_added ww_perf_rings_add(struct ww_perf_rings *rings, int32_t tid, GError **error);
bool ww_perf_rings_has(const struct ww_perf_rings *rings, int32_t tid);

/* Whether this user may have events of any thread: of this one. */
bool ww_perf_rings_are_allowed(void);

void ww_perf_rings_set_recording(struct ww_perf_rings *rings, bool is_recording);

/* The CPU on which an added thread is running right now; false when it is on none. */
bool ww_perf_rings_find_cpu(const struct ww_perf_rings *rings, int32_t tid, uint16_t *cpu);

/* Gives what the rings hold. False when the receiver said so. */
bool ww_perf_rings_read(struct ww_perf_rings *rings);

/* Records that found no room, per CPU: before the rings are read. */
void ww_perf_rings_read_lost(struct ww_perf_rings *rings, uint64_t *n_lost);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes that do one thing as fast as they can, pinned to one CPU, and keep count.
 *
 * The process reads its own CPU clock, which is exact only for whoever runs at that instant, and
 * publishes it with its count in shared memory many times a slice. One controlling thread.
 */
#ifndef WW_TESTS_BENCH_RECORD_WORKLOAD_H
#define WW_TESTS_BENCH_RECORD_WORKLOAD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

/* Which recorders see anything of a workload. */
enum ww_workload_theme {
	WW_THEME_SWITCH = 1 << 0,
	WW_THEME_SYSCALL = 1 << 1,
	WW_THEME_FAULT = 1 << 2,
};

struct ww_meter;

struct ww_workload_kind {
	const char *name;
	const char *event; /* what it counts */
	enum ww_workload_theme theme;
	void (*run)(struct ww_meter *meter); /* returns when it failed */
};

extern const struct ww_workload_kind ww_workload_kinds[]; /* ends with name NULL */

struct ww_sample {
	int64_t cpu_ns; /* of all threads of the process */
	uint64_t n_events;
};

struct ww_workload;

/* Forks the process, which dies with this one. */
struct ww_workload *ww_workload_start(const struct ww_workload_kind *kind, int cpu, GError **error);
void ww_workload_free(struct ww_workload *workload); /* NULL is fine; kills */
WW_DEFINE_AUTO(workload)

/* A sample that was taken after this call. Fails when the process stands still or is gone. */
bool ww_workload_sample(const struct ww_workload *workload, struct ww_sample *sample,
			GError **error);

#endif

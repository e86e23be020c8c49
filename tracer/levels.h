/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions that /proc and the cgroup file system answer: memory, threads, CPU quota of the
 * target.
 *
 * Each is raised when its value rises above the limit, and again after it was below. Main thread
 * only.
 */
#ifndef WW_TRACER_LEVELS_H
#define WW_TRACER_LEVELS_H

#include <glib.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/processes.h"
#include "tracer/watch.h"

struct ww_levels;

/* @conditions: struct ww_condition, borrowed; @watch, where they are raised, too. */
struct ww_levels *ww_levels_new(const GArray *conditions, struct ww_watch *watch);
void ww_levels_free(struct ww_levels *levels); /* NULL is fine */
WW_DEFINE_AUTO(levels)

/* For every tick of about 100 ms; looks at the processes only as far as a condition needs it. */
void ww_levels_look(struct ww_levels *levels, const struct ww_processes *processes, int64_t now_ns);

/* Figures of the text of /proc/PID/stat: false when it is none. */
bool ww_levels_parse_stat(const char *stat, int64_t *n_threads, int64_t *rss_pages);

#endif

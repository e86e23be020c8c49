/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel counts and tells by no event: how long cgroups were throttled, and how much of
 * each CPU's time the host of a virtual machine took.
 *
 * A record of each total at the first reading and whenever it has grown. Files stay open and are
 * read again in place: a reading of two CPUs and one cgroup costs some 20 us. Reading and watching
 * may happen on different threads.
 */
#ifndef WW_TRACER_TOTALS_H
#define WW_TRACER_TOTALS_H

#include <stdint.h>

#include "base/auto.h"
#include "tracer/source.h"

struct ww_totals;

/* @stat_path: "/proc/stat". */
struct ww_totals *ww_totals_new(const char *stat_path);
void ww_totals_free(struct ww_totals *totals); /* NULL is fine */
WW_DEFINE_AUTO(totals)

/* A cgroup and its directory; one without a cpu.stat, or one of too many, is left out. */
void ww_totals_watch(struct ww_totals *totals, uint64_t cgroup, const char *directory);

/* Gives struct ww_wire_throttle_total and struct ww_wire_steal, with no CPU (UINT32_MAX). */
void ww_totals_read(struct ww_totals *totals, ww_record_func func, void *user_data);

#endif

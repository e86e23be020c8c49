/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rings of perf_event_open(2), machine-wide, one per CPU: what perf(1) records with, without
 * what it does afterwards. The fields of a sample are those of `perf sched record`. One thread.
 */
#ifndef WW_TESTS_BENCH_RECORD_PERF_RINGS_H
#define WW_TESTS_BENCH_RECORD_PERF_RINGS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* In place of a tracepoint: the kernel's own records of switches, which need none. */
#define WW_PERF_SWITCH_RECORDS "PERF_RECORD_SWITCH"

struct ww_perf_rings;

/* @tracepoints: "group/name", NULL-terminated. The rings are switched off yet. */
struct ww_perf_rings *ww_perf_rings_open(const char *const *tracepoints, GError **error);
void ww_perf_rings_free(struct ww_perf_rings *rings); /* NULL is fine */

void ww_perf_rings_enable(struct ww_perf_rings *rings, bool is_enabled);
uint64_t ww_perf_rings_drain(struct ww_perf_rings *rings); /* number of records */
uint64_t ww_perf_rings_n_lost(const struct ww_perf_rings *rings);

#endif

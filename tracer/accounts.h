/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has counted of each thread, from /proc: time on a CPU, time in a run queue,
 * context switches, and the cgroup.
 *
 * A thread's end cannot be read, so what counts is the last reading before it. Main thread only.
 */
#ifndef WW_TRACER_ACCOUNTS_H
#define WW_TRACER_ACCOUNTS_H

#include <glib.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/cgroups.h"

struct ww_accounts;

/* @cgroups is borrowed. */
struct ww_accounts *ww_accounts_new(struct ww_cgroups *cgroups);
void ww_accounts_free(struct ww_accounts *accounts); /* NULL is fine */
WW_DEFINE_AUTO(accounts)

/* Reads a thread when the recording begins / at any time later. One that is gone leaves nothing
 * new. */
void ww_accounts_begin(struct ww_accounts *accounts, int32_t pid, int32_t tid);
void ww_accounts_read(struct ww_accounts *accounts, int32_t pid, int32_t tid);

/* Appends a struct ww_schedstat for each thread that was read after the beginning, by tid. */
void ww_accounts_list(const struct ww_accounts *accounts, GArray *schedstats);

#endif

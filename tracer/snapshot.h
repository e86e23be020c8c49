/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every thread of the machine as task records, read from /proc: for kernels whose task iterator is
 * not to be had.
 *
 * Slower than the iterator and less sharp: the walk takes milliseconds, and whether a cgroup is
 * throttled is not known.
 */
#ifndef WW_TRACER_SNAPSHOT_H
#define WW_TRACER_SNAPSHOT_H

#include <glib.h>
#include <stdbool.h>

#include "base/wire.h"
#include "tracer/source.h"

/* Fills @record from the text of /proc/TID/stat; @syscall is that of /proc/TID/syscall or NULL.
 * False when it is not one. */
bool ww_snapshot_parse(const char *stat, const char *syscall, struct ww_wire_task *record);

/*
 * The thread @tid of the process @pid as it is now: the timestamp is from before the look, so that
 * whatever it does meanwhile comes later. False when it is gone.
 */
bool ww_snapshot_read_thread(int32_t pid, int32_t tid, struct ww_wire_task *record);

/* Gives one record per thread to @func with cpu UINT32_MAX; stops when it says so. */
void ww_snapshot_read_proc(ww_record_func func, void *user_data);

#endif

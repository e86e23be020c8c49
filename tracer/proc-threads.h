/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The threads and children of processes as /proc lists them now. */
#ifndef WW_TRACER_PROC_THREADS_H
#define WW_TRACER_PROC_THREADS_H

#include <glib.h>
#include <stdint.h>

typedef void (*ww_proc_thread_func)(int32_t pid, int32_t tid, void *user_data);

/* The next number among the entries of a directory of /proc; 0 at its end. */
int32_t ww_proc_read_id(GDir *directory);

/* Nothing for a process that is gone. */
void ww_proc_for_each_thread(int32_t pid, ww_proc_thread_func func, void *user_data);

/*
 * Every thread of @pids (int32_t) and of all that descends from them. A thread's children are
 * listed after @func had it, so that none is started in between.
 */
void ww_proc_for_each_relative(const GArray *pids, ww_proc_thread_func func, void *user_data);

/* Appends the children (int32_t) of one thread: they belong to the thread that made them. */
void ww_proc_add_children(int32_t pid, int32_t tid, GArray *children);

/* The name of a process, or its number when it is gone. Free with g_free. */
char *ww_proc_name(int32_t pid);

#endif

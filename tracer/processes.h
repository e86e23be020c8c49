/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes a recording is about: the root ones and whatever they start, as /proc shows them
 * from time to time.
 *
 * Their memory maps are copied soon after each process appears, ever more rarely while it runs, and
 * at the end; of one that comes and goes between two looks the records tell (newborns.h). Main
 * thread only.
 */
#ifndef WW_TRACER_PROCESSES_H
#define WW_TRACER_PROCESSES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/cgroups.h"
#include "tracer/symbols.h"

struct ww_processes;

/* @is_all: every process of the machine that has user memory. @symbols is borrowed; NULL: no maps
 * are copied. */
struct ww_processes *ww_processes_new(bool is_all, struct ww_symbols *symbols);
void ww_processes_free(struct ww_processes *processes); /* NULL is fine */
WW_DEFINE_AUTO(processes)

void ww_processes_add(struct ww_processes *processes, int32_t pid);

/*
 * Finds the new children and copies the maps that are due. For each tick of about 100 ms; where
 * there is so much to see that it would take more than a fiftieth of the time, it looks less often.
 */
void ww_processes_look(struct ww_processes *processes);

/* The cgroups that threads are met in; borrowed. */
struct ww_cgroups *ww_processes_cgroups(const struct ww_processes *processes);

/* Copies the maps of every process that still lives. */
void ww_processes_take_all_maps(struct ww_processes *processes);

/*
 * Reads every thread's account: while the records already flow and while they still do, so that
 * both ends lie inside the trace. Between them they are read whenever the maps are due.
 */
void ww_processes_read_begin(struct ww_processes *processes);
void ww_processes_read_end(struct ww_processes *processes);

/*
 * Appends what was read to arrays of struct ww_schedstat and struct ww_cgroup. A leader that has
 * ended counts as long as nobody reaped it; of any other thread that ended, the last reading does.
 */
void ww_processes_list_accounts(const struct ww_processes *processes, GArray *schedstats,
				GArray *cgroups);

/* Every process that is known now; some may have ended. */
typedef void (*ww_process_func)(int32_t pid, void *user_data);
void ww_processes_for_each(const struct ww_processes *processes, ww_process_func func,
			   void *user_data);

#endif

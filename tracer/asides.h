/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is looked up beside the kernel's events while a recording runs: names behind the descriptors
 * that threads wait for, and totals that no event tells.
 *
 * For the thread that drains the rings; watching may be asked for by another one.
 */
#ifndef WW_TRACER_ASIDES_H
#define WW_TRACER_ASIDES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/source.h"
#include "tracer/symbols.h"

struct ww_asides;

struct ww_asides *ww_asides_new(void);
void ww_asides_free(struct ww_asides *asides); /* NULL is fine */
WW_DEFINE_AUTO(asides)

/* Any record of base/wire.h; those of a descriptor are questions, and functions of the kernel are
 * remembered. */
void ww_asides_note(struct ww_asides *asides, const void *record);

/* Maps of the target's processes are copied as they come to be; before the first record.
 * Borrowed. */
void ww_asides_watch_processes(struct ww_asides *asides, struct ww_symbols *symbols,
			       const GArray *root_pids);

/* Begins to read the names of the kernel's functions: see kernel-symbols.h. */
void ww_asides_prepare_symbols(struct ww_asides *asides);

/* Names of the kernel's functions, into DIRECTORY/symbols. */
bool ww_asides_write_symbols(struct ww_asides *asides, const char *directory, GError **error);

/* Its throttle totals are told from the next time on. */
void ww_asides_watch_cgroup(struct ww_asides *asides, uint64_t cgroup, const char *directory);

/*
 * Gives what is new as records without a CPU (UINT32_MAX); takes a few milliseconds at the most.
 * @end_ns: 0, or when the recording ended: then no record is younger, and what is known of a name
 * so far is all that will be.
 */
void ww_asides_tell(struct ww_asides *asides, uint64_t end_ns, ww_record_func func,
		    void *user_data);

#endif

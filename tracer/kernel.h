/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel side of a recording: one ring per CPU, CTF packets on disk, or in memory until a
 * snapshot is wanted. Records come from BPF programs on scheduler tracepoints or, without the right
 * to those, from perf events of one's own processes (source.h).
 *
 * A thread of its own drains the rings, every 50 ms or sooner, into DIR/kernel; records are copied
 * as they are. Losses are counted per CPU and told by packets of their own, between the records
 * around them. Other calls: main thread only.
 */
#ifndef WW_TRACER_KERNEL_H
#define WW_TRACER_KERNEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/ring.h"
#include "tracer/source.h"
#include "tracer/symbols.h"
#include "tracer/watch.h"

struct ww_kernel;

struct ww_kernel_options {
	const char *directory;           /* the trace directory; kernel/ is made in it */
	int64_t clock_offset_ns;         /* Unix ns minus CLOCK_MONOTONIC, for the metadata */
	struct ww_source_options source; /* its ring_bytes 0: as ring-size.h says */
	const GArray *pids;              /* int32_t, the target's roots; NULL: nobody. Borrowed */
	const GArray *own_pids; /* int32_t. NULL: the whole machine, by BPF; else only these
				   processes and their descendants, by perf events */
	size_t kept_bytes;      /* 0: all goes to disk; else the newest packets stay in memory */
	int64_t kept_ns;        /* with @kept_bytes: and none older than that; 0: no limit */
	struct ww_watch *watch; /* sees every record; borrowed until the stop. NULL: nobody does */
};

/*
 * Whether ww_kernel_start() would be allowed and able; the names of the hooks that this kernel
 * lacks are added to @missing when it is not NULL. Takes as long as a start.
 */
bool ww_kernel_probe(GStrvBuilder *missing, GError **error);

/* Whether perf events of one's own threads would be allowed. */
bool ww_kernel_probe_own(GError **error);

/*
 * Loads and attaches the source; nothing is recorded yet. NULL with WW_ERROR_NO_RIGHTS and a
 * sentence when this user may not. A hook this kernel lacks is left out: ww_kernel_missing().
 */
struct ww_kernel *ww_kernel_start(const struct ww_kernel_options *options, GError **error);

/* Switches all hooks on at one instant, records a snapshot of every thread it is about, writes that
 * to disk, if there all goes, and begins to drain. Once. */
void ww_kernel_begin(struct ww_kernel *kernel);

/* Switches all hooks off at one instant: no record is younger than this call's return. What is left
 * to do is begun; ww_kernel_stop() waits for it. */
void ww_kernel_end(struct ww_kernel *kernel);

/* Maps of the processes of @root_pids (int32_t) and their children are copied into @symbols
 * (borrowed) as they come to be. Before the beginning. */
void ww_kernel_watch_processes(struct ww_kernel *kernel, struct ww_symbols *symbols,
			       const GArray *root_pids);

/* Writes DIRECTORY/symbols/kernel: names of the kernel's functions that the records so far name.
 * After the stop. */
bool ww_kernel_write_symbols(struct ww_kernel *kernel, const char *directory, GError **error);

/* The throttle totals of this cgroup are recorded from now on; @directory is where its cpu.stat is.
 */
void ww_kernel_watch_cgroup(struct ww_kernel *kernel, uint64_t cgroup, const char *directory);

/* Names of the record kinds that are switched on / of the hooks that this kernel does not have.
 * Borrowed, NULL-terminated; complete after the beginning. */
const char *const *ww_kernel_recorded(const struct ww_kernel *kernel);
const char *const *ww_kernel_missing(const struct ww_kernel *kernel);

/* Whether it is about every thread of the machine, with wake-ups and system calls. */
bool ww_kernel_sees_all(const struct ww_kernel *kernel);

/* What it does not follow of its own_pids, or NULL: all is followed. Borrowed. */
struct ww_unattached;
const struct ww_unattached *ww_kernel_unattached(const struct ww_kernel *kernel);

struct ww_kernel_counts {
	uint64_t n_events;
	uint64_t n_lost;
};

/* So far; the losses of the last 50 ms may be missing. */
void ww_kernel_count(struct ww_kernel *kernel, struct ww_kernel_counts *counts);

/* The first error of writing (a full disk), NULL while all is well; the main loop ends the
 * recording then. Borrowed. */
const GError *ww_kernel_error(struct ww_kernel *kernel);

/* Ends, detaches, drains what is left and closes the streams. What was written stays sound even
 * when this fails. */
bool ww_kernel_stop(struct ww_kernel *kernel, struct ww_kernel_counts *counts, GError **error);

/*
 * With packets in memory: writes the newest into @directory/kernel, as a trace of its own whose
 * clock has @clock_offset_ns; recording goes on. What was written stays when this fails. Also after
 * the stop.
 */
bool ww_kernel_snapshot(struct ww_kernel *kernel, const char *directory, int64_t clock_offset_ns,
			struct ww_ring_window *window, GError **error);

/* Writes the metadata again with LTTng's own clock offset, so that both traces merge to the
 * nanosecond. After the stop. */
bool ww_kernel_set_clock_offset(struct ww_kernel *kernel, int64_t offset_ns, GError **error);

void ww_kernel_free(struct ww_kernel *kernel); /* NULL is fine */
WW_DEFINE_AUTO(kernel)

#endif

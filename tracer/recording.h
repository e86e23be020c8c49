/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that records, as one: kernel side, user side, symbols, the account of /proc, the
 * manifest.
 *
 * prepare, begin, tick as long as it lasts, end, save. What this user or this kernel does not allow
 * is left out and named in the manifest; only when nothing is left does it fail. Main thread only.
 */
#ifndef WW_TRACER_RECORDING_H
#define WW_TRACER_RECORDING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "base/manifest.h"
#include "tracer/kernel.h"
#include "tracer/options.h"
#include "tracer/user.h"
#include "tracer/warden.h"
#include "tracer/watch.h"

struct ww_recording;

/* The options, the user and the directory are borrowed until the recording is freed; @name is that
 * of the command. */
struct ww_recording *ww_recording_new(const struct ww_record_options *options,
				      const struct ww_user *user, const char *directory,
				      const char *name);
void ww_recording_free(struct ww_recording *recording); /* NULL is fine */
WW_DEFINE_AUTO(recording)

/* A process that the recording is about, with all it starts. */
void ww_recording_add_root(struct ww_recording *recording, int32_t pid);

/* The command, which waits to begin: also a root. */
void ww_recording_add_command(struct ww_recording *recording, int32_t pid);

/* The recorder's warden, which the session keeps from working while it runs; borrowed. */
void ww_recording_set_warden(struct ww_recording *recording, const struct ww_warden *warden);

/* Starts both sides at once; with --delay the kernel's is only looked for, and the user's waits for the
 * beginning. Roots are added before. */
bool ww_recording_prepare(struct ww_recording *recording, GError **error);

/* What the command needs, set over @environment (consumed). */
GStrv ww_recording_environment(const struct ww_recording *recording, GStrv environment);

bool ww_recording_begin(struct ww_recording *recording, GError **error);

/* Every 100 ms while the command runs. False when the recording cannot go on: a full disk; the end
 * tells why. */
bool ww_recording_tick(struct ww_recording *recording);

void ww_recording_count(const struct ww_recording *recording, struct ww_kernel_counts *counts);

/* Stops both sides; with --ring, the user's goes on until the last snapshot. What was written
 * stays, even when this fails. The processes should still be
 * there. */
bool ww_recording_end(struct ww_recording *recording, GError **error);

/* Why a snapshot of the ring was written. */
struct ww_snapshot_cause {
	uint32_t number;
	const char *text;
	int64_t value; /* as in a trigger; 0: of no condition */
	int32_t tid;
	int64_t at_ns; /* CLOCK_MONOTONIC */
	bool is_end;   /* the recording has ended */
};

/* With --ring: writes what it holds into @directory, which is empty; ww_recording_save() completes
 * it. Also after the end. */
bool ww_recording_snapshot(struct ww_recording *recording, const char *directory,
			   const struct ww_snapshot_cause *cause, GError **error);

/* Where conditions are met; NULL: none was given. Borrowed. */
struct ww_watch *ww_recording_watch(const struct ww_recording *recording);

/* Symbols and, last of all, the manifest; @exit_status of the command, or -1. */
bool ww_recording_save(struct ww_recording *recording, int exit_status, GError **error);

/* CLOCK_MONOTONIC. */
int64_t ww_recording_begin_ns(const struct ww_recording *recording);

/* Borrowed. */
const struct ww_manifest *ww_recording_manifest(const struct ww_recording *recording);

#endif

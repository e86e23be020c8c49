/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user-space side of a recording: a private, throw-away LTTng daemon and the preloaded hooks.
 *
 * Nobody configures anything: the session starts its own lttng-sessiond below a private directory,
 * records the providers whywait:* and lttng_ust_statedump:bin_info into DIR/ust, or into rings that
 * reach the disk by snapshots alone, and is gone when it ends. Whole packets reach the disk at least every 0.2 s, metadata included, so that a trace
 * whose recorder or daemon is killed stays readable. As root it lives in a mount namespace of its
 * own, because LTTng 2.13 compiles root's paths in; the recorded command is started in the caller's
 * namespace. Main thread only.
 */
#ifndef WW_TRACER_SESSION_H
#define WW_TRACER_SESSION_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/auto.h"

struct ww_session;

struct ww_session_options {
	const char *directory; /* the trace directory; ust/ is made in it, unless there are rings */
	uid_t uid;             /* who runs the command and must reach the daemon's socket */
	gid_t gid;
	int64_t lock_threshold_ns;  /* lock waits shorter than this are not recorded; 0: all */
	int64_t alloc_threshold_ns; /* allocator calls shorter than this are not recorded */
	int lifeline; /* stays open as long as a process of the session lives; -1: none */
	uint32_t ring_subbuffer_bytes; /* 0: all goes to disk. A power of two: the newest stays in
					  memory, WW_RING_SUBBUFFERS and one more of these per CPU */
	bool is_waiting; /* nothing is recorded before ww_session_begin() */
};

/*
 * Starts the daemon and the recording: about 140 ms. NULL with a sentence that says what is missing
 * and how to get it.
 */
struct ww_session *ww_session_start(const struct ww_session_options *options, GError **error);

/* The recording of a session that was started to wait. What the command has loaded by then is told. */
bool ww_session_begin(struct ww_session *session, GError **error);

/*
 * What the command needs in its environment, to be set over @environment (consumed); returns the
 * new one.
 */
GStrv ww_session_environment(const struct ww_session *session, GStrv environment);

/* Daemons that belong to the recorder: int32_t pids, borrowed. */
const GArray *ww_session_pids(const struct ww_session *session);

/*
 * LTTng's clock offset (Unix ns minus CLOCK_MONOTONIC), read from its metadata, that of the last
 * snapshot where there are rings. False while there is none.
 */
bool ww_session_clock_offset(const struct ww_session *session, int64_t *offset_ns);

/*
 * Writes what the rings hold into @directory/ust, a trace of its own; recording goes on. No ust/
 * comes to be when no program has the hooks.
 */
bool ww_session_snapshot(struct ww_session *session, const char *directory, GError **error);

/*
 * Stops, writes everything out and ends the daemon. @n_lost: discarded events. A session stops
 * once.
 */
bool ww_session_stop(struct ww_session *session, uint64_t *n_lost, GError **error);

/* Removes what sessions of killed recorders left outside of their traces. */
void ww_session_sweep(uid_t uid, gid_t gid);

/* Ends the daemon whatever happened. NULL is fine. */
void ww_session_free(struct ww_session *session);
WW_DEFINE_AUTO(session)

#endif

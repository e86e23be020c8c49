/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private lttng-sessiond: its directory, its mount namespace, its process.
 *
 * LTTng 2.13 compiles /var/run/lttng in for root, for the daemon and for liblttng-ctl. So the
 * thread that calls ww_daemon_start() as root leaves the recorder's mount namespace for one of its
 * own, in which /var/run/lttng and /dev/shm are empty file systems, and the daemon is its child
 * there. It must be a thread of its own that makes all calls of liblttng-ctl and lives as long as
 * the daemon: a namespace belongs to a thread, so the recorder's other threads, and the commands
 * they start, stay on the host; and the daemon is told to end when the thread that started it ends.
 * A system-wide LTTng may run beside it, and shared memory of a killed daemon goes with the
 * namespace.
 *
 * Other users need no namespace: for them LTTng derives all paths from LTTNG_HOME.
 */
#ifndef WW_TRACER_SESSION_DAEMON_H
#define WW_TRACER_SESSION_DAEMON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/auto.h"

struct ww_daemon;

/*
 * Makes what lies outside the namespace. @uid is the user whose programs will connect; @lifeline, a
 * descriptor or -1, stays open until the daemon and its children are gone.
 */
struct ww_daemon *ww_daemon_new(uid_t uid, gid_t gid, int lifeline, GError **error);

/* Removes what daemons of killed recorders left outside of their namespaces. */
void ww_daemon_sweep(uid_t uid, gid_t gid);

/* The value of LTTNG_HOME for programs that shall be recorded. Borrowed. */
const char *ww_daemon_home(const struct ww_daemon *daemon);

/* Starts the process. @is_alive asks liblttng-ctl whether it answers; it is polled. */
bool ww_daemon_start(struct ww_daemon *daemon, bool (*is_alive)(void), GError **error);

/* The daemon and its children, as far as they run: int32_t pids. */
GArray *ww_daemon_pids(const struct ww_daemon *daemon);

/*
 * Ends the process and its children: at once when all its data is on disk (@is_drained), else it
 * gets 5 s to write it. May be called twice, and for a daemon that never started. Any thread.
 */
void ww_daemon_stop(struct ww_daemon *daemon, bool is_drained);

/* Only the signal, for one that does not answer: the next stop has nothing to wait for. Any thread.
 */
void ww_daemon_kill(struct ww_daemon *daemon);

/* Stops it and removes every file, when the thread of ww_daemon_start() has ended. NULL is fine. */
void ww_daemon_free(struct ww_daemon *daemon);
WW_DEFINE_AUTO(daemon)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that outlives a killed recorder and puts in order what that one could not.
 *
 * It sleeps until the recorder and the daemons of its session are gone. Unless it was dismissed, it
 * then cuts the streams to whole packets, removes what the session left outside of the trace, gives
 * the trace to its user, and removes the directory of a recording that holds nothing. In a session
 * of its own, so that no signal of a terminal or to the recorder's process group reaches it. Main
 * thread only.
 */
#ifndef WW_TRACER_WARDEN_H
#define WW_TRACER_WARDEN_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/auto.h"
#include "tracer/user.h"

struct ww_warden;

/* Forks, so it is called while there is one thread. */
struct ww_warden *ww_warden_new(const char *directory, const struct ww_user *user, GError **error);

/* Dismisses it. NULL is fine. */
void ww_warden_free(struct ww_warden *warden);
WW_DEFINE_AUTO(warden)

pid_t ww_warden_pid(const struct ww_warden *warden);

/* A process that keeps this descriptor open counts as part of the recording. Borrowed. */
int ww_warden_lifeline(const struct ww_warden *warden);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwJob: a command that runs beside the window, watched from the main loop.
 *
 * It has no input, and what it says on its outputs is kept, the newest lines at least. It does not
 * see which renderer the window chose for itself. When the last reference goes while it runs it is
 * told to end, as by ww_job_stop(), and nobody waits for it; what it still says is read and
 * dropped.
 *
 * Signals: "said" (const char *: a line), "ended" (int: its exit status, or 128 plus the signal).
 */
#ifndef WW_VIEWER_PROCESS_JOB_H
#define WW_VIEWER_PROCESS_JOB_H

#include <glib-object.h>
#include <stdbool.h>

enum ww_job_stop {
	WW_JOB_STOP_SIGNAL, /* by SIGINT */
	WW_JOB_STOP_INPUT,  /* by the end of its input: it may belong to somebody else */
	WW_JOB_STOP_N,
};

#define WW_TYPE_JOB (ww_job_get_type())
G_DECLARE_FINAL_TYPE(WwJob, ww_job, WW, JOB, GObject)

/* @folder: where it runs, NULL: here. Fails when it cannot be started. */
WwJob *ww_job_start(const char *const *argv, const char *folder, enum ww_job_stop how,
		    GError **error);

/* Asks it to end; "ended" follows when it has. Again is fine. */
void ww_job_stop(WwJob *job);
/* The last lines that it said, each with its newline. Borrowed until the next line. */
const char *ww_job_output(WwJob *job);

/* The last line of it that @program said of itself, without its name before it; NULL: none. Free
 * with g_free. */
char *ww_job_complaint(WwJob *job, const char *program);

#endif

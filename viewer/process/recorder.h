/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwRecorder: one recording that the window started, from its beginning to its trace.
 *
 * It runs trace-record as a process. When the last reference goes while it records, or this whole
 * process does, the recording is ended as by ww_recorder_stop() and its trace stays. It knows no
 * widget. Main thread only.
 *
 * Signal: "changed" (the state).
 */
#ifndef WW_VIEWER_PROCESS_RECORDER_H
#define WW_VIEWER_PROCESS_RECORDER_H

#include <gio/gio.h>

#include "viewer/model/record-wish.h"

enum ww_recorder_state {
	WW_RECORDER_IDLE,
	WW_RECORDER_RECORDING,
	WW_RECORDER_STOPPING, /* the trace is being completed */
	WW_RECORDER_DONE,     /* the trace can be opened */
	WW_RECORDER_FAILED,   /* there is none */
	WW_RECORDER_STATE_N,
};

#define WW_TYPE_RECORDER (ww_recorder_get_type())
G_DECLARE_FINAL_TYPE(WwRecorder, ww_recorder, WW, RECORDER, GObject)

WwRecorder *ww_recorder_new(void);

/*
 * Begins what @wish says, in @folder. @with_rights: asks for an administrator's by pkexec. Fails,
 * with the state as it was, when there is nothing to start.
 */
bool ww_recorder_start(WwRecorder *recorder, const struct ww_record_wish *wish, const char *folder,
		       bool with_rights, GError **error);
void ww_recorder_stop(WwRecorder *recorder);

enum ww_recorder_state ww_recorder_state(WwRecorder *recorder);
/* Of the recording, until now or its end. */
int64_t ww_recorder_elapsed_ns(WwRecorder *recorder);
/* All borrowed until the next start. */
const char *ww_recorder_output(WwRecorder *recorder);  /* what trace-record and the command said */
const char *ww_recorder_trace(WwRecorder *recorder);   /* the directory that was asked for */
const char *ww_recorder_failure(WwRecorder *recorder); /* a sentence without a period, or NULL */

/* Asks trace-record what it can record here; takes about a second, on no thread of the window. */
void ww_recorder_examine(GCancellable *cancellable, GAsyncReadyCallback done, void *data);
bool ww_recorder_examine_finish(GAsyncResult *result, struct ww_record_rights *rights,
				GError **error);

#endif

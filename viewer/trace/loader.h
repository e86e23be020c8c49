/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwLoader: brings the trace of one path to the main thread, as far as it has been read.
 *
 * Reads and derives on a thread of its own. Documents follow one another: parts of a trace that
 * takes long, then all of it, then what is derived from it. The last reference that goes ends it;
 * what it has brought stays with whoever holds it.
 *
 * Signals, on the main thread: "progressed" (fraction and events, ten times a second while it
 * reads), "loaded" (another document), "ended" (it is done, or has failed).
 */
#ifndef WW_VIEWER_TRACE_LOADER_H
#define WW_VIEWER_TRACE_LOADER_H

#include <glib-object.h>

#include "viewer/trace/document.h"

enum ww_loader_state {
	WW_LOADER_READING,   /* its document is NULL, or of a trace that is partial */
	WW_LOADER_DIGESTING, /* the trace is all that will be read; the rest of the document is not
			      */
	WW_LOADER_DONE,
	WW_LOADER_FAILED,
};

#define WW_TYPE_LOADER (ww_loader_get_type())
G_DECLARE_FINAL_TYPE(WwLoader, ww_loader, WW, LOADER, GObject)

/* Begins at once. */
WwLoader *ww_loader_new(const char *path);

const char *ww_loader_path(WwLoader *loader);
enum ww_loader_state ww_loader_state(WwLoader *loader);
/* Borrowed until the next one is "loaded"; NULL until the first one. */
const struct ww_document *ww_loader_document(WwLoader *loader);
const GError *ww_loader_error(WwLoader *loader); /* WW_LOADER_FAILED; as of ww_trace_load() */
double ww_loader_fraction(WwLoader *loader);
uint64_t ww_loader_n_events(WwLoader *loader);

/* Reads no further and makes do with the part that it has brought; fails where there is none. */
void ww_loader_stop(WwLoader *loader);
bool ww_loader_is_stopped(WwLoader *loader);

#endif

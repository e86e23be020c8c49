/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a document on a worker thread; progress and result arrive on the main thread. */
#ifndef WW_VIEWER_LOADER_H
#define WW_VIEWER_LOADER_H

#include "viewer/document.h"

typedef void (*ww_loader_progress)(double fraction, uint64_t n_events, void *data);

/* @progress is called on the main thread, at most 20 times a second, never after @done or once
 * @cancellable is cancelled. */
void ww_loader_start(const char *path, GCancellable *cancellable, ww_loader_progress progress,
		     GAsyncReadyCallback done, void *data);
/* The caller's reference, or NULL with the error of ww_trace_load(). */
struct ww_document *ww_loader_finish(GAsyncResult *result, GError **error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the waits of a scope were, collected on a worker thread. Main thread only. */
#ifndef WW_VIEWER_TABLES_WAIT_LENGTHS_H
#define WW_VIEWER_TABLES_WAIT_LENGTHS_H

#include "viewer/model/histogram.h"
#include "viewer/tables/listing.h"

/* Of all lengths, whatever the scope says. @done gets the result, cancelled or not. */
void ww_wait_lengths_start(struct ww_document *document, const struct ww_listing_scope *scope,
			   GCancellable *cancellable, GAsyncReadyCallback done, gpointer data);
/* NULL: it was cancelled. */
struct ww_histogram *ww_wait_lengths_finish(GAsyncResult *result);

#endif

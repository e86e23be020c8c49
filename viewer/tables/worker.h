/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Computes and arranges a listing on a worker thread. Main thread only. */
#ifndef WW_VIEWER_TABLES_WORKER_H
#define WW_VIEWER_TABLES_WORKER_H

#include <gio/gio.h>

#include "viewer/tables/listing.h"

struct ww_table_order {
	const struct ww_listing_kind *kind;
	struct ww_document *document;
	struct ww_listing_scope scope;
	struct ww_listing *listing; /* one of that scope is there; NULL: it has to be computed */
	struct ww_arrangement arrangement;
};

/* Takes references on what it needs. @done gets the result, unless it was cancelled. */
void ww_table_worker_start(const struct ww_table_order *order, GCancellable *cancellable,
			   GAsyncReadyCallback done, gpointer data);
/* The listing and the order of its rows, which may be NULL; both are the caller's. NULL: it was
 * cancelled. */
struct ww_listing *ww_table_worker_finish(GAsyncResult *result, GArray **order);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loaded trace and what the window derives from it once: rows' order, summary, worst waits,
 * overview.
 *
 * Made on a worker thread, immutable afterwards; only its reference count changes, so any thread
 * may hold it.
 */
#ifndef WW_VIEWER_DOCUMENT_H
#define WW_VIEWER_DOCUMENT_H

#include "analysis/explain/summary.h"
#include "viewer/model/overview.h"
#include "viewer/model/rows.h"

struct ww_document {
	struct ww_trace *trace;
	char *title;               /* the manifest's name, else the directory's */
	struct ww_summary summary; /* of the threads in focus; its groups are the worst waits */
	struct ww_overview *overview;
	struct ww_row_facts *row_facts;
};

/* Loads and derives; blocks. See ww_trace_load() for options and errors. */
struct ww_document *ww_document_load(const char *path, const struct ww_load_options *options,
				     GError **error);
/* Takes @trace. */
struct ww_document *ww_document_new(struct ww_trace *trace);
struct ww_document *ww_document_ref(struct ww_document *document);
void ww_document_unref(struct ww_document *document);

#endif

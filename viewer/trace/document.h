/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loaded trace and what the window derives from it once: rows' order, summary, worst waits,
 * overview.
 *
 * What takes a moment comes in steps, each a document of its own that shares the trace with the one
 * before: the timeline is there at once, the rest when it is known. Made on a worker thread,
 * immutable afterwards; only its reference count changes, so any thread may hold it.
 */
#ifndef WW_VIEWER_TRACE_DOCUMENT_H
#define WW_VIEWER_TRACE_DOCUMENT_H

#include <gio/gio.h>

#include "analysis/explain/summary.h"
#include "viewer/model/overview.h"
#include "viewer/model/row-facts.h"
#include "viewer/model/rows.h"

struct ww_document_base; /* document.c */

struct ww_document {
	struct ww_document_base *base; /* what documents of one trace share */
	struct ww_trace *trace;
	const char *title; /* the manifest's name, else the directory's */
	const struct ww_row_facts *row_facts;
	bool is_read; /* no more of the trace is to come */
	/* The summary is that of the trace; until then it is empty, and on its way once the trace
	 * is read. */
	bool is_digested;
	struct ww_summary summary;   /* of the threads in focus; its groups are the worst waits */
	struct ww_overview overview; /* empty until it is known */
};

/* The first step, cheap. Takes @trace. */
struct ww_document *ww_document_sketch(struct ww_trace *trace, bool is_read);
/* The next one: with the overview. About 40 us for each thread. */
struct ww_document *ww_document_outline(const struct ww_document *document);
/* The last one: everything. Seconds for a large trace. NULL when it was cancelled (NULL: by
 * nobody). */
struct ww_document *ww_document_digest(const struct ww_document *document,
				       GCancellable *cancellable);
/* All steps at once. Takes @trace. */
struct ww_document *ww_document_new(struct ww_trace *trace);

struct ww_document *ww_document_ref(const struct ww_document *document);
void ww_document_unref(struct ww_document *document);
/* The same for the main thread: to unmap a large trace takes longer than a frame may. */
void ww_document_unref_aside(struct ww_document *document);

#endif

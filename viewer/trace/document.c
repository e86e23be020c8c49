// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/trace/document.h"

#include "viewer/model/focus.h"
#include "viewer/model/worst.h"

struct ww_document_base {
	struct ww_trace *trace;
	char *title;
	struct ww_row_facts *row_facts;
};

static void base_clear(gpointer data)
{
	struct ww_document_base *base = data;

	g_free(base->title);
	ww_row_facts_free(base->row_facts);
	ww_trace_free(base->trace);
}

static void document_clear(gpointer data)
{
	struct ww_document *document = data;

	ww_summary_clear(&document->summary);
	g_atomic_rc_box_release_full(document->base, base_clear);
}

static char *title_of(const struct ww_trace_info *info)
{
	if (info->manifest && info->manifest->name && *info->manifest->name)
		return g_strdup(info->manifest->name);
	return info->path ? g_path_get_basename(info->path) : g_strdup("Trace");
}

static struct ww_span whole(const struct ww_trace *trace)
{
	return (struct ww_span){ 0, MAX(ww_trace_info(trace)->duration_ns, 1) };
}

struct focused {
	struct ww_focus focus;
	GCancellable *cancellable; /* NULL: nobody cancels */
};

/* Nobody is left to be summed up once it is cancelled: so it ends soon. */
static bool wants_thread(const struct ww_thread *thread, void *data)
{
	const struct focused *focused = data;

	return !g_cancellable_is_cancelled(focused->cancellable) &&
	       ww_focus_covers(&focused->focus, thread);
}

/* Takes @base. */
static struct ww_document *document_of(struct ww_document_base *base)
{
	struct ww_document *document = g_atomic_rc_box_new0(struct ww_document);

	document->base = base;
	document->trace = base->trace;
	document->title = base->title;
	document->row_facts = base->row_facts;
	return document;
}

static struct ww_document *next_of(const struct ww_document *document)
{
	struct ww_document *next = document_of(g_atomic_rc_box_acquire(document->base));

	next->is_read = document->is_read;
	next->overview = document->overview;
	return next;
}

static void leave_undigested(struct ww_document *document)
{
	document->summary = (struct ww_summary){
		.span = whole(document->trace),
		.groups = g_array_new(FALSE, FALSE, sizeof(struct ww_wait_group)),
	};
}

struct ww_document *ww_document_sketch(struct ww_trace *trace, bool is_read)
{
	struct ww_document_base *base = g_atomic_rc_box_new0(struct ww_document_base);
	struct ww_document *document;

	base->trace = trace;
	base->title = title_of(ww_trace_info(trace));
	base->row_facts = ww_row_facts_new(trace);
	document = document_of(base);
	document->is_read = is_read;
	leave_undigested(document);
	return document;
}

struct ww_document *ww_document_outline(const struct ww_document *document)
{
	struct ww_document *next = next_of(document);

	leave_undigested(next);
	ww_overview_init(&next->overview, next->trace);
	return next;
}

struct ww_document *ww_document_digest(const struct ww_document *document,
				       GCancellable *cancellable)
{
	struct ww_document *next = next_of(document);
	struct focused focused = { .cancellable = cancellable };

	ww_focus_init(&focused.focus, next->trace);
	ww_summary_init(&next->summary, next->trace, whole(next->trace), wants_thread, &focused);
	ww_worst_order(next->trace, next->summary.groups, cancellable);
	next->is_digested = true;
	if (g_cancellable_is_cancelled(cancellable))
		g_clear_pointer(&next, ww_document_unref);
	return next;
}

struct ww_document *ww_document_new(struct ww_trace *trace)
{
	struct ww_document *sketch = ww_document_sketch(trace, true);
	struct ww_document *outline = ww_document_outline(sketch);
	struct ww_document *document = ww_document_digest(outline, NULL);

	ww_document_unref(sketch);
	ww_document_unref(outline);
	return document;
}

struct ww_document *ww_document_ref(const struct ww_document *document)
{
	return g_atomic_rc_box_acquire((struct ww_document *)(uintptr_t)document);
}

void ww_document_unref(struct ww_document *document)
{
	g_atomic_rc_box_release_full(document, document_clear);
}

static gpointer unref(gpointer document)
{
	ww_document_unref(document);
	return NULL;
}

void ww_document_unref_aside(struct ww_document *document)
{
	GThread *thread = g_thread_try_new("document", unref, document, NULL);

	if (thread)
		g_thread_unref(thread);
	else
		ww_document_unref(document);
}

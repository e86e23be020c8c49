// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/document.h"

#include "viewer/model/focus.h"

static void document_clear(gpointer data)
{
	struct ww_document *document = data;

	ww_row_facts_free(document->row_facts);
	ww_overview_free(document->overview);
	ww_summary_clear(&document->summary);
	g_free(document->title);
	ww_trace_free(document->trace);
}

static char *title_of(const struct ww_trace_info *info)
{
	if (info->manifest && info->manifest->name && *info->manifest->name)
		return g_strdup(info->manifest->name);
	return info->path ? g_path_get_basename(info->path) : g_strdup("Trace");
}

static bool wants_thread(const struct ww_thread *thread, void *data)
{
	return ww_focus_covers(data, thread);
}

struct ww_document *ww_document_new(struct ww_trace *trace)
{
	const struct ww_span all = { 0, MAX(ww_trace_info(trace)->duration_ns, 1) };
	struct ww_document *document = g_atomic_rc_box_new0(struct ww_document);
	struct ww_focus focus;

	document->trace = trace;
	document->title = title_of(ww_trace_info(trace));
	ww_focus_init(&focus, trace);
	ww_summary_init(&document->summary, trace, all, wants_thread, &focus);
	document->overview = ww_overview_new(trace);
	document->row_facts = ww_row_facts_new(trace);
	return document;
}

struct ww_document *ww_document_load(const char *path, const struct ww_load_options *options,
				     GError **error)
{
	struct ww_trace *trace = ww_trace_load(path, options, error);

	return trace ? ww_document_new(trace) : NULL;
}

struct ww_document *ww_document_ref(struct ww_document *document)
{
	return g_atomic_rc_box_acquire(document);
}

void ww_document_unref(struct ww_document *document)
{
	g_atomic_rc_box_release_full(document, document_clear);
}

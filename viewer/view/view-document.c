// SPDX-License-Identifier: GPL-2.0-or-later
/* Another document under the same view: more of the trace, or more about it. */
#include "viewer/view/view-private.h"

/* Threads keep their numbers while a trace is read on. One that was recorded anew, or grew in
 * between, may have others. */
static bool goes_on(const struct ww_trace *before, const struct ww_trace *after)
{
	const uint32_t n_threads = ww_trace_info(before)->n_threads;

	if (ww_trace_info(after)->n_threads < n_threads ||
	    ww_trace_info(after)->n_cpus < ww_trace_info(before)->n_cpus ||
	    ww_trace_info(after)->origin_unix_ns != ww_trace_info(before)->origin_unix_ns)
		return false;
	for (uint32_t utid = 0; utid < n_threads; utid++) {
		if (ww_trace_thread(before, utid)->tid != ww_trace_thread(after, utid)->tid)
			return false;
	}
	return true;
}

/* Whoever looked at everything goes on to. */
static void move_limits(WwView *view)
{
	struct ww_viewport *viewport = &view->viewport;
	const struct ww_span shown = viewport->span;
	const bool shows_all = shown.begin_ns == viewport->limits.begin_ns &&
			       shown.end_ns == viewport->limits.end_ns;
	const struct ww_span all = { 0, ww_trace_info(view->document->trace)->duration_ns };

	ww_viewport_init(viewport, all, viewport->width_px);
	if (!shows_all)
		ww_viewport_show(viewport, shown);
}

/* What was still going on may have ended by now. False when it is another one. */
static bool renew_selection(WwView *view)
{
	struct ww_selection *selection = &view->selection;
	struct ww_interval interval;

	if (selection->kind != WW_SELECTION_INTERVAL)
		return selection->kind == WW_SELECTION_NONE;
	if (!ww_query_at(view->document->trace, selection->lane, selection->span.begin_ns,
			 &interval)) {
		*selection = (struct ww_selection){ .kind = WW_SELECTION_NONE };
		return false;
	}
	if (interval.state == selection->interval.state &&
	    interval.span.end_ns == selection->span.end_ns)
		return true;
	selection->interval = interval;
	selection->span = interval.span;
	return false;
}

static void begin_anew(WwView *view)
{
	struct ww_place place;

	ww_rows_free(view->rows);
	view->rows = ww_rows_new(view->document->trace, view->document->row_facts);
	view->selection = (struct ww_selection){ .kind = WW_SELECTION_NONE };
	place = (struct ww_place){ view->viewport.span, view->selection };
	ww_history_reset(view->history, &place);
	view->next_worst = 0;
}

/* True when what is selected stays as it was. */
static bool take_trace(WwView *view, const struct ww_trace *before)
{
	const bool is_same_trace = goes_on(before, view->document->trace);

	view->pointed_ns = -1;
	move_limits(view);
	if (!is_same_trace) {
		begin_anew(view);
		return false;
	}
	ww_rows_renew(view->rows, view->document->trace, view->document->row_facts);
	return renew_selection(view);
}

void ww_view_set_document(WwView *view, const struct ww_document *document)
{
	struct ww_document *former = view->document;
	const bool is_other_trace = former->trace != document->trace;
	bool keeps_selection = true;

	view->document = ww_document_ref(document);
	if (is_other_trace)
		keeps_selection = take_trace(view, former->trace);
	ww_view_emit(view, WW_VIEW_DOCUMENT);
	if (is_other_trace) {
		ww_view_emit(view, WW_VIEW_FOLDED);
		ww_view_emit(view, WW_VIEW_MOVED);
	}
	if (!keeps_selection)
		ww_view_emit(view, WW_VIEW_SELECTED);
	ww_document_unref_aside(former);
}

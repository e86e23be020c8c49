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

/* What a person put into the trace before means nothing in this one. */
static void forget_places(WwView *view)
{
	ww_marks_free(view->marks);
	view->marks = ww_marks_new();
	view->present_mark = 0;
	view->cursors_ns[WW_CURSOR_A] = -1;
	view->cursors_ns[WW_CURSOR_B] = -1;
	view->origin_ns = 0;
	view->is_extended = false;
	view->next_worst = 0;
	view->match = 0;
	g_clear_pointer(&view->matches, g_array_unref);
	g_clear_pointer(&view->event_text, g_free);
}

static void begin_anew(WwView *view)
{
	struct ww_place place;

	ww_rows_free(view->rows);
	view->rows = ww_rows_new(view->document->trace, view->document->row_facts);
	view->order = WW_ROWS_AS_RECORDED;
	view->n_begun++;
	view->selection = (struct ww_selection){ .kind = WW_SELECTION_NONE };
	forget_places(view);
	place = (struct ww_place){ view->viewport.span, view->selection };
	ww_history_reset(view->history, &place);
}

unsigned int ww_view_n_begun(WwView *view)
{
	return view->n_begun;
}

/* True when what is selected stays as it was. */
static bool take_trace(WwView *view, const struct ww_trace *before)
{
	const bool is_same_trace = goes_on(before, view->document->trace);

	view->pointed_ns = -1;
	move_limits(view);
	if (is_same_trace)
		ww_rows_renew(view->rows, view->document->trace, view->document->row_facts);
	else
		begin_anew(view);
	ww_view_renew_talk(view);
	return is_same_trace && renew_selection(view);
}

void ww_view_set_document(WwView *view, const struct ww_document *document)
{
	struct ww_document *former = view->document;
	const unsigned int n_begun = view->n_begun;
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
	if (view->n_begun != n_begun) {
		ww_view_emit(view, WW_VIEW_MARKED);
		ww_view_emit(view, WW_VIEW_ORIGIN);
	}
	ww_document_unref_aside(former);
}

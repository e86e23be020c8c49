// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rows there are: sorting, filtering, pinning, hiding, folding. What takes long to find out
 * (who talks to whom, which lanes are empty) is found out on a worker and comes later. */
#include "viewer/view/view-private.h"

/* Lanes are hidden once the view has come to rest. */
#define HIDE_DELAY_MS 200

struct work {
	struct ww_document *document;
	struct ww_span span;
};

static void work_free(gpointer data)
{
	struct work *work = data;

	ww_document_unref_aside(work->document);
	g_free(work);
}

/* The task keeps view and document alive until @done has run. */
static void start(WwView *view, GTaskThreadFunc run, GAsyncReadyCallback done)
{
	g_autoptr(GTask) task = g_task_new(view, NULL, done, NULL);
	struct work *work = g_new0(struct work, 1);

	work->document = ww_document_ref(view->document);
	work->span = view->viewport.span;
	g_task_set_task_data(task, work, work_free);
	g_task_run_in_thread(task, run);
}

void ww_view_clear_rows(WwView *view)
{
	g_clear_handle_id(&view->hide_timer, g_source_remove);
	g_clear_pointer(&view->talk, ww_talk_free);
}

static void find_talk(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct work *work = data;

	g_task_return_pointer(task, ww_talk_new(work->document->trace, cancellable),
			      (GDestroyNotify)ww_talk_free);
}

static void on_talk(GObject *source, GAsyncResult *result, gpointer data)
{
	WwView *view = WW_VIEW(source);
	const struct work *work = g_task_get_task_data(G_TASK(result));
	struct ww_talk *talk = g_task_propagate_pointer(G_TASK(result), NULL);

	if (!talk || view->talk || work->document->trace != view->document->trace) {
		ww_talk_free(talk);
		return;
	}
	view->talk = talk;
	ww_rows_set_talk(view->rows, talk);
	if (view->order == WW_ROWS_BY_TALK)
		ww_view_sort(view, WW_ROWS_BY_TALK);
}

void ww_view_renew_talk(WwView *view)
{
	g_clear_pointer(&view->talk, ww_talk_free);
	if (view->order == WW_ROWS_BY_TALK)
		start(view, find_talk, on_talk);
}

void ww_view_sort(WwView *view, enum ww_rows_order order)
{
	view->order = order;
	if (order == WW_ROWS_BY_TALK && !view->talk)
		start(view, find_talk, on_talk);
	else
		ww_rows_sort(view->rows, order);
	ww_view_emit(view, WW_VIEW_FOLDED);
}

enum ww_rows_order ww_view_order(WwView *view)
{
	return view->order;
}

void ww_view_filter(WwView *view, const char *text)
{
	ww_rows_filter(view->rows, text);
	ww_view_emit(view, WW_VIEW_FOLDED);
}

void ww_view_pin(WwView *view, struct ww_lane lane, bool is_pinned)
{
	if (ww_rows_pin(view->rows, lane, is_pinned))
		ww_view_emit(view, WW_VIEW_FOLDED);
}

bool ww_view_toggle_pin(WwView *view)
{
	const struct ww_selection *selection = &view->selection;

	if (selection->kind != WW_SELECTION_INTERVAL)
		return false;
	ww_view_pin(view, selection->lane, !ww_rows_is_pinned(view->rows, selection->lane));
	return true;
}

/* As many as there are threads. */
static void find_empty(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct work *work = data;
	const uint32_t n_threads = ww_trace_info(work->document->trace)->n_threads;
	g_autofree struct ww_state_sums *sums = g_new0(struct ww_state_sums, n_threads);
	bool *is_empty = g_new0(bool, n_threads);

	ww_query_thread_sums(work->document->trace, work->span, sums);
	for (uint32_t utid = 0; utid < n_threads; utid++)
		is_empty[utid] = sums[utid].ns[WW_STATE_RUNNING] == 0 &&
				 sums[utid].ns[WW_STATE_RUNNABLE] == 0;
	g_task_return_pointer(task, is_empty, g_free);
}

static bool is_span(struct ww_span a, struct ww_span b)
{
	return a.begin_ns == b.begin_ns && a.end_ns == b.end_ns;
}

static void on_empty(GObject *source, GAsyncResult *result, gpointer data)
{
	WwView *view = WW_VIEW(source);
	const struct work *work = g_task_get_task_data(G_TASK(result));
	g_autofree bool *is_empty = g_task_propagate_pointer(G_TASK(result), NULL);

	/* What was found of another trace or another span comes too late: of this one it is on its
	 * way. */
	if (!view->is_hiding || !is_empty || work->document->trace != view->document->trace ||
	    !is_span(work->span, view->viewport.span))
		return;
	if (ww_rows_hide(view->rows, is_empty))
		ww_view_emit(view, WW_VIEW_FOLDED);
}

static gboolean hide(gpointer data)
{
	WwView *view = data;

	view->hide_timer = 0;
	start(view, find_empty, on_empty);
	return G_SOURCE_REMOVE;
}

static void hide_later(WwView *view)
{
	g_clear_handle_id(&view->hide_timer, g_source_remove);
	view->hide_timer = g_timeout_add(HIDE_DELAY_MS, hide, view);
}

void ww_view_hide_empty(WwView *view, bool is_hiding)
{
	if (is_hiding == view->is_hiding)
		return;
	view->is_hiding = is_hiding;
	if (is_hiding) {
		view->hide_handler = g_signal_connect(view, "moved", G_CALLBACK(hide_later), NULL);
		hide(view);
	} else {
		g_clear_signal_handler(&view->hide_handler, view);
		g_clear_handle_id(&view->hide_timer, g_source_remove);
		ww_rows_hide(view->rows, NULL);
	}
	ww_view_emit(view, WW_VIEW_FOLDED);
}

bool ww_view_is_hiding_empty(WwView *view)
{
	return view->is_hiding;
}

void ww_view_fold_all(WwView *view, bool is_folded)
{
	ww_rows_fold_all(view->rows, is_folded);
	ww_view_emit(view, WW_VIEW_FOLDED);
}

void ww_view_toggle_row(WwView *view, uint32_t i)
{
	if (ww_rows_toggle(view->rows, i))
		ww_view_emit(view, WW_VIEW_FOLDED);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/view-private.h"

/* Moves closer together than this are one gesture. */
#define GESTURE_US (700 * G_TIME_SPAN_MILLISECOND)
/* How much of the width a wait takes when a link leads to it. */
#define FRAME_SHARE 0.4

static guint signals[WW_VIEW_SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwView, ww_view, G_TYPE_OBJECT)

static void view_finalize(GObject *object)
{
	WwView *view = WW_VIEW(object);

	g_clear_object(&view->insight);
	ww_view_clear_rows(view);
	ww_marks_free(view->marks);
	ww_marks_free(view->removed);
	g_free(view->event_text);
	ww_rows_free(view->rows);
	ww_history_free(view->history);
	g_clear_pointer(&view->matches, g_array_unref);
	g_ptr_array_unref(view->lane_sets);
	g_clear_pointer(&view->document, ww_document_unref_aside);
	G_OBJECT_CLASS(ww_view_parent_class)->finalize(object);
}

static void ww_view_class_init(WwViewClass *class)
{
	static const char *const names[] = { "moved",  "selected", "pointed", "folded",
					     "origin", "marked",   "document" };

	G_OBJECT_CLASS(class)->finalize = view_finalize;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		signals[i] = g_signal_new(names[i], WW_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
					  NULL, G_TYPE_NONE, 0);
	signals[WW_VIEW_REVEAL] =
		g_signal_new("reveal", WW_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			     G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
	g_signal_new("edit-note", WW_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
		     1, G_TYPE_UINT);
	g_signal_new("mark-removed", WW_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void ww_view_init(WwView *view)
{
	view->history = ww_history_new();
	view->lane_sets = g_ptr_array_new_with_free_func((GDestroyNotify)ww_lane_set_free);
	view->pointed_ns = -1;
	view->marks = ww_marks_new();
	view->removed = ww_marks_new();
	view->cursors_ns[WW_CURSOR_A] = -1;
	view->cursors_ns[WW_CURSOR_B] = -1;
}

static struct ww_place present_place(WwView *view)
{
	return (struct ww_place){ view->viewport.span, view->selection };
}

WwView *ww_view_new(const struct ww_document *document)
{
	WwView *view = g_object_new(WW_TYPE_VIEW, NULL);
	const struct ww_span all = { 0, ww_trace_info(document->trace)->duration_ns };
	struct ww_place place;

	view->document = ww_document_ref(document);
	view->rows = ww_rows_new(document->trace, document->row_facts);
	ww_viewport_init(&view->viewport, all, 1);
	place = present_place(view);
	ww_history_reset(view->history, &place);
	view->insight = ww_insight_new(view);
	g_signal_connect_object(view->insight, "overlaid", G_CALLBACK(ww_view_reveal_path), view,
				G_CONNECT_SWAPPED);
	return view;
}

const struct ww_document *ww_view_document(WwView *view)
{
	return view->document;
}

const struct ww_trace *ww_view_trace(WwView *view)
{
	return view->document->trace;
}

const struct ww_rows *ww_view_rows(WwView *view)
{
	return view->rows;
}

const struct ww_viewport *ww_view_viewport(WwView *view)
{
	return &view->viewport;
}

const struct ww_selection *ww_view_selection(WwView *view)
{
	return &view->selection;
}

int64_t ww_view_pointed_ns(WwView *view)
{
	return view->pointed_ns;
}

void ww_view_emit(WwView *view, enum ww_view_signal signal)
{
	g_signal_emit(view, signals[signal], 0);
}

static void remember_move(WwView *view)
{
	const struct ww_place place = present_place(view);
	const int64_t now_us = g_get_monotonic_time();

	if (view->last_move_us != 0 && now_us - view->last_move_us < GESTURE_US)
		ww_history_amend(view->history, &place);
	else
		ww_history_push(view->history, &place);
	view->last_move_us = now_us;
}

void ww_view_remember_step(WwView *view)
{
	const struct ww_place place = present_place(view);

	ww_history_push(view->history, &place);
	view->last_move_us = 0;
}

static void after_move(WwView *view, const struct ww_viewport *before)
{
	if (ww_viewport_is_equal(&view->viewport, before))
		return;
	remember_move(view);
	ww_view_emit(view, WW_VIEW_MOVED);
}

void ww_view_resize(WwView *view, double width_px)
{
	if (width_px == view->viewport.width_px)
		return;
	ww_viewport_resize(&view->viewport, width_px);
	ww_view_emit(view, WW_VIEW_MOVED);
}

void ww_view_zoom(WwView *view, double factor, double x_px)
{
	const struct ww_viewport before = view->viewport;

	ww_viewport_zoom(&view->viewport, factor, x_px);
	after_move(view, &before);
}

void ww_view_pan(WwView *view, double dx_px)
{
	const struct ww_viewport before = view->viewport;

	ww_viewport_pan(&view->viewport, dx_px);
	after_move(view, &before);
}

void ww_view_show(WwView *view, struct ww_span span)
{
	const struct ww_viewport before = view->viewport;

	ww_viewport_show(&view->viewport, span);
	after_move(view, &before);
}

void ww_view_show_all(WwView *view)
{
	view->last_move_us = 0;
	ww_view_show(view, view->viewport.limits);
}

void ww_view_show_selection(WwView *view)
{
	if (view->selection.kind == WW_SELECTION_NONE)
		return;
	view->last_move_us = 0;
	ww_view_show(view, view->selection.span);
}

void ww_view_frame_selection(WwView *view)
{
	const struct ww_viewport before = view->viewport;

	if (view->selection.kind == WW_SELECTION_NONE)
		return;
	view->last_move_us = 0;
	ww_viewport_frame(&view->viewport, view->selection.span, FRAME_SHARE);
	after_move(view, &before);
}

void ww_view_point(WwView *view, int64_t t_ns)
{
	if (t_ns == view->pointed_ns)
		return;
	view->pointed_ns = t_ns;
	ww_view_emit(view, WW_VIEW_POINTED);
}

static void select_interval(WwView *view, struct ww_lane lane, const struct ww_interval *interval)
{
	view->selection = (struct ww_selection){
		.kind = WW_SELECTION_INTERVAL,
		.lane = lane,
		.interval = *interval,
		.span = interval->span,
	};
}

void ww_view_select_none(WwView *view)
{
	view->selection = (struct ww_selection){ .kind = WW_SELECTION_NONE };
	ww_view_remember_step(view);
	ww_view_emit(view, WW_VIEW_SELECTED);
}

/* The history holds places with sets as long as the view lives, so sets do as well; what a drag
 * crosses again is not kept twice. Takes @lanes. */
static const struct ww_lane_set *keep_lanes(WwView *view, struct ww_lane_set *lanes)
{
	for (guint i = view->lane_sets->len; i > 0; i--) {
		const struct ww_lane_set *kept = g_ptr_array_index(view->lane_sets, i - 1);

		if (!ww_lane_set_is_equal(kept, lanes))
			continue;
		ww_lane_set_free(lanes);
		return kept;
	}
	g_ptr_array_add(view->lane_sets, lanes);
	return lanes;
}

void ww_view_select_lanes(WwView *view, struct ww_span span, struct ww_lane_set *lanes,
			  const char *title)
{
	const bool goes_on = view->amends_area && view->selection.kind == WW_SELECTION_AREA;
	struct ww_place place;

	view->selection = (struct ww_selection){
		.kind = WW_SELECTION_AREA,
		.span = ww_span_intersect(span, view->viewport.limits),
		.lanes = lanes ? keep_lanes(view, lanes) : NULL,
		.title = g_intern_string(title), /* outlives the part of the trace it is of */
	};
	place = present_place(view);
	if (goes_on)
		ww_history_amend(view->history, &place);
	else
		ww_view_remember_step(view);
	view->amends_area = view->is_dragging;
	ww_view_emit(view, WW_VIEW_SELECTED);
}

void ww_view_begin_drag(WwView *view)
{
	view->is_dragging = true;
	view->amends_area = false;
}

void ww_view_end_drag(WwView *view)
{
	view->is_dragging = false;
	view->amends_area = false;
}

void ww_view_select_area(WwView *view, struct ww_span span)
{
	ww_view_select_lanes(view, span, NULL, NULL);
}

void ww_view_select_at(WwView *view, struct ww_lane lane, int64_t t_ns)
{
	struct ww_interval interval;

	if (!ww_query_at(view->document->trace, lane, t_ns, &interval)) {
		ww_view_select_none(view);
		return;
	}
	select_interval(view, lane, &interval);
	ww_view_remember_step(view);
	ww_view_emit(view, WW_VIEW_SELECTED);
}

void ww_view_reveal_rows(WwView *view, uint32_t first, uint32_t last)
{
	g_signal_emit(view, signals[WW_VIEW_REVEAL], 0, first, last);
}

void ww_view_reveal_lane(WwView *view, struct ww_lane lane)
{
	bool has_changed;
	uint32_t row;

	if (!ww_rows_unfold(view->rows, lane, &row, &has_changed))
		return;
	if (has_changed)
		ww_view_emit(view, WW_VIEW_FOLDED);
	ww_view_reveal_rows(view, row, row);
}

/* Zooms only when the interval would be a hair or more than the screen. */
static void reveal_interval(WwView *view, const struct ww_interval *interval)
{
	const double width_px =
		(double)ww_span_length_ns(interval->span) / ww_viewport_ns_per_px(&view->viewport);

	if (width_px < 24 || width_px > view->viewport.width_px * 0.9)
		ww_viewport_frame(&view->viewport, interval->span, FRAME_SHARE);
	else
		ww_viewport_reveal(&view->viewport,
				   (interval->span.begin_ns + interval->span.end_ns) / 2);
}

void ww_view_go_to_interval(WwView *view, struct ww_lane lane, const struct ww_interval *interval)
{
	select_interval(view, lane, interval);
	ww_view_remember_step(view);
	ww_view_reveal_lane(view, lane);
	ww_view_emit(view, WW_VIEW_MOVED);
	ww_view_emit(view, WW_VIEW_SELECTED);
}

bool ww_view_go_to(WwView *view, struct ww_lane lane, int64_t t_ns, bool keeps_scale)
{
	struct ww_interval interval;

	if (!ww_query_at(view->document->trace, lane, t_ns, &interval))
		return false;
	if (keeps_scale)
		ww_viewport_reveal(&view->viewport, t_ns);
	else
		reveal_interval(view, &interval);
	ww_view_go_to_interval(view, lane, &interval);
	return true;
}

bool ww_view_go_to_wait(WwView *view, struct ww_wait_ref ref)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ref.utid };
	struct ww_interval wait;

	if (!ww_query_wait(view->document->trace, ref, &wait))
		return false;
	ww_viewport_frame(&view->viewport, wait.span, FRAME_SHARE);
	ww_view_go_to_interval(view, lane, &wait);
	return true;
}

static void go_to_place(WwView *view, const struct ww_place *place)
{
	ww_viewport_show(&view->viewport, place->span);
	view->selection = place->selection;
	view->last_move_us = 0;
	if (view->selection.kind == WW_SELECTION_INTERVAL)
		ww_view_reveal_lane(view, view->selection.lane);
	ww_view_emit(view, WW_VIEW_MOVED);
	ww_view_emit(view, WW_VIEW_SELECTED);
}

bool ww_view_undo(WwView *view)
{
	struct ww_place place;

	if (!ww_history_undo(view->history, &place))
		return false;
	go_to_place(view, &place);
	return true;
}

bool ww_view_redo(WwView *view)
{
	struct ww_place place;

	if (!ww_history_redo(view->history, &place))
		return false;
	go_to_place(view, &place);
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view.h"

/* Moves closer together than this are one gesture. */
#define GESTURE_US (700 * G_TIME_SPAN_MILLISECOND)
/* How much of the width a wait takes when a link leads to it. */
#define FRAME_SHARE 0.4

enum signal {
	SIGNAL_MOVED,
	SIGNAL_SELECTED,
	SIGNAL_POINTED,
	SIGNAL_FOLDED,
	SIGNAL_REVEAL,
	SIGNAL_N,
};

struct _WwView {
	GObject parent;
	struct ww_document *document;
	struct ww_rows *rows;
	struct ww_viewport viewport;
	struct ww_selection selection;
	struct ww_history *history;
	int64_t last_move_us; /* monotonic; 0: the last change was not a move */
	int64_t pointed_ns;
	guint next_worst;
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwView, ww_view, G_TYPE_OBJECT)

static void view_finalize(GObject *object)
{
	WwView *view = WW_VIEW(object);

	ww_rows_free(view->rows);
	ww_history_free(view->history);
	g_clear_pointer(&view->document, ww_document_unref);
	G_OBJECT_CLASS(ww_view_parent_class)->finalize(object);
}

static void ww_view_class_init(WwViewClass *class)
{
	static const char *const names[] = { "moved", "selected", "pointed", "folded" };

	G_OBJECT_CLASS(class)->finalize = view_finalize;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		signals[i] = g_signal_new(names[i], WW_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
					  NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_REVEAL] = g_signal_new("reveal", WW_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
					      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void ww_view_init(WwView *view)
{
	view->history = ww_history_new();
	view->pointed_ns = -1;
}

static struct ww_place present_place(WwView *view)
{
	return (struct ww_place){ view->viewport.span, view->selection };
}

WwView *ww_view_new(struct ww_document *document)
{
	WwView *view = g_object_new(WW_TYPE_VIEW, NULL);
	const struct ww_span all = { 0, ww_trace_info(document->trace)->duration_ns };
	struct ww_place place;

	view->document = ww_document_ref(document);
	view->rows = ww_rows_new(document->trace);
	ww_viewport_init(&view->viewport, all, 1);
	place = present_place(view);
	ww_history_reset(view->history, &place);
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

static void emit(WwView *view, enum signal signal)
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

static void remember_step(WwView *view)
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
	emit(view, SIGNAL_MOVED);
}

void ww_view_resize(WwView *view, double width_px)
{
	if (width_px == view->viewport.width_px)
		return;
	ww_viewport_resize(&view->viewport, width_px);
	emit(view, SIGNAL_MOVED);
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
	emit(view, SIGNAL_POINTED);
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
	remember_step(view);
	emit(view, SIGNAL_SELECTED);
}

void ww_view_select_area(WwView *view, struct ww_span span)
{
	const bool goes_on = view->selection.kind == WW_SELECTION_AREA;
	struct ww_place place;

	view->selection = (struct ww_selection){
		.kind = WW_SELECTION_AREA,
		.span = ww_span_intersect(span, view->viewport.limits),
	};
	place = present_place(view);
	if (goes_on)
		ww_history_amend(view->history, &place);
	else
		remember_step(view);
	emit(view, SIGNAL_SELECTED);
}

void ww_view_select_at(WwView *view, struct ww_lane lane, int64_t t_ns)
{
	struct ww_interval interval;

	if (!ww_query_at(view->document->trace, lane, t_ns, &interval)) {
		ww_view_select_none(view);
		return;
	}
	select_interval(view, lane, &interval);
	remember_step(view);
	emit(view, SIGNAL_SELECTED);
}

static void reveal_lane(WwView *view, struct ww_lane lane)
{
	bool has_changed;
	uint32_t row;

	if (!ww_rows_unfold(view->rows, lane, &row, &has_changed))
		return;
	if (has_changed)
		emit(view, SIGNAL_FOLDED);
	g_signal_emit(view, signals[SIGNAL_REVEAL], 0, row);
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

static void go_to_interval(WwView *view, struct ww_lane lane, const struct ww_interval *interval)
{
	select_interval(view, lane, interval);
	remember_step(view);
	reveal_lane(view, lane);
	emit(view, SIGNAL_MOVED);
	emit(view, SIGNAL_SELECTED);
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
	go_to_interval(view, lane, &interval);
	return true;
}

bool ww_view_go_to_wait(WwView *view, struct ww_wait_ref ref)
{
	const struct ww_lane lane = { WW_LANE_THREAD, ref.utid };
	struct ww_interval wait;

	if (!ww_query_wait(view->document->trace, ref, &wait))
		return false;
	ww_viewport_frame(&view->viewport, wait.span, FRAME_SHARE);
	go_to_interval(view, lane, &wait);
	return true;
}

bool ww_view_next_worst(WwView *view)
{
	const GArray *worst = view->document->summary.groups;
	const struct ww_wait_group *group;

	if (worst->len == 0)
		return false;
	group = &g_array_index(worst, struct ww_wait_group, view->next_worst++ % worst->len);
	return ww_view_go_to_wait(view, group->longest);
}

bool ww_view_step_state(WwView *view, int direction)
{
	const unsigned int any = (1u << WW_STATE_N) - 1;
	const struct ww_selection selection = view->selection;
	struct ww_interval interval;
	bool found;

	if (selection.kind != WW_SELECTION_INTERVAL)
		return false;
	found = direction > 0 ? ww_query_next(view->document->trace, selection.lane,
					      selection.span.end_ns, any, &interval)
			      : ww_query_previous(view->document->trace, selection.lane,
						  selection.span.begin_ns, any, &interval);
	if (!found)
		return false;
	ww_viewport_reveal(&view->viewport,
			   direction > 0 ? interval.span.begin_ns : interval.span.end_ns - 1);
	go_to_interval(view, selection.lane, &interval);
	return true;
}

static struct ww_span visible_part(WwView *view, struct ww_span span)
{
	return ww_span_overlaps(span, view->viewport.span)
		       ? ww_span_intersect(span, view->viewport.span)
		       : view->viewport.span;
}

bool ww_view_step_lane(WwView *view, int direction)
{
	const struct ww_span span = visible_part(view, view->selection.span);
	const int64_t t_ns = span.begin_ns + ww_span_length_ns(span) / 2;
	const int64_t n_rows = ww_rows_count(view->rows);
	int64_t row = direction > 0 ? -1 : n_rows;
	uint32_t present;

	if (view->selection.kind == WW_SELECTION_INTERVAL &&
	    ww_rows_find(view->rows, view->selection.lane, &present))
		row = present;
	for (row += direction; 0 <= row && row < n_rows; row += direction) {
		const struct ww_row *candidate = ww_rows_row(view->rows, (uint32_t)row);

		if (candidate->kind == WW_ROW_LANE &&
		    ww_view_go_to(view, candidate->lane, t_ns, true))
			return true;
	}
	return false;
}

bool ww_view_go_to_waker(WwView *view)
{
	const struct ww_interval *wait = &view->selection.interval;

	if (view->selection.kind != WW_SELECTION_INTERVAL || wait->waking_ns < 0 ||
	    wait->waker_utid >= WW_UTID_IDLE)
		return false;
	return ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, wait->waker_utid },
			     wait->waking_ns, true);
}

bool ww_view_go_to_woken(WwView *view)
{
	const struct ww_span from_here = { view->selection.span.begin_ns,
					   view->viewport.limits.end_ns };
	g_autoptr(GArray) wakes = NULL;
	const struct ww_wake *wake;

	if (view->selection.kind != WW_SELECTION_INTERVAL ||
	    view->selection.lane.kind != WW_LANE_THREAD)
		return false;
	wakes = ww_query_wakes_by(view->document->trace, view->selection.lane.index, from_here);
	if (wakes->len == 0)
		return false;
	wake = &g_array_index(wakes, struct ww_wake, 0);
	return ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, wake->wakee_utid },
			     wake->time_ns, true);
}

static void go_to_place(WwView *view, const struct ww_place *place)
{
	ww_viewport_show(&view->viewport, place->span);
	view->selection = place->selection;
	view->last_move_us = 0;
	if (view->selection.kind == WW_SELECTION_INTERVAL)
		reveal_lane(view, view->selection.lane);
	emit(view, SIGNAL_MOVED);
	emit(view, SIGNAL_SELECTED);
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

void ww_view_toggle_row(WwView *view, uint32_t i)
{
	if (ww_rows_toggle(view->rows, i))
		emit(view, SIGNAL_FOLDED);
}

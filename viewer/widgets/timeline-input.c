// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "viewer/app/preferences.h"
#include "viewer/widgets/timeline-private.h"

/* One wheel notch. */
#define ZOOM_STEP 1.25
#define PAN_STEP_PX 80
/* A click that trembles is still a click. */
#define DRAG_THRESHOLD_PX 4

/* GTK 4.8 gives no position with a scroll event, so the last motion's is kept. */
static void on_motion(GtkEventControllerMotion *motion, double x, double y, WwTimeline *timeline)
{
	const double area_x = ww_timeline_area_x(x);

	timeline->pointer_x = x;
	timeline->pointer_y = y;
	ww_view_point(timeline->view,
		      area_x < 0 ? -1
				 : ww_viewport_time_ns(ww_view_viewport(timeline->view), area_x));
}

static void on_leave(GtkEventControllerMotion *motion, WwTimeline *timeline)
{
	ww_view_point(timeline->view, -1);
}

static gboolean on_scroll(GtkEventControllerScroll *scroll, double dx, double dy,
			  WwTimeline *timeline)
{
	const GdkModifierType modifiers =
		gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(scroll));
	const bool is_wheel = gtk_event_controller_scroll_get_unit(scroll) == GDK_SCROLL_UNIT_WHEEL;
	const double notch_px = is_wheel ? PAN_STEP_PX : 1;

	if (modifiers & GDK_CONTROL_MASK) {
		const double notches = is_wheel ? dy : dy / 20;

		ww_view_zoom(timeline->view, pow(ZOOM_STEP, notches),
			     ww_timeline_area_x(timeline->pointer_x));
		return TRUE;
	}
	if (modifiers & GDK_SHIFT_MASK || fabs(dx) > fabs(dy)) {
		ww_view_pan(timeline->view, (dx != 0 ? dx : dy) * notch_px);
		return TRUE;
	}
	return FALSE; /* the scrolled window scrolls the rows */
}

static bool wants_pan(GtkGesture *gesture)
{
	const GdkModifierType modifiers =
		gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
	const guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));

	const bool is_shifted = modifiers & GDK_SHIFT_MASK;

	if (button == GDK_BUTTON_MIDDLE)
		return true;
	/* Shift does what a plain drag does not. */
	return ww_preferences_flag(ww_preferences_default(), WW_PREFERENCE_DRAG_PANS) != is_shifted;
}

static void on_drag_begin(GtkGestureDrag *drag, double x, double y, WwTimeline *timeline)
{
	const guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(drag));
	const double area_x = ww_timeline_area_x(x);

	/* Over the headers the buttons are clicked. */
	if (area_x < 0 || button == GDK_BUTTON_SECONDARY) {
		gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
		return;
	}
	gtk_widget_grab_focus(GTK_WIDGET(timeline));
	ww_view_begin_drag(timeline->view);
	timeline->is_panning = wants_pan(GTK_GESTURE(drag));
	timeline->has_dragged = false;
	timeline->drag_x = area_x;
	timeline->drag_y = y;
	timeline->drag_span = ww_view_viewport(timeline->view)->span;
	timeline->drag_begin_ns = ww_viewport_time_ns(ww_view_viewport(timeline->view), area_x);
}

/* Those whose rows lie between two heights; a group stands for its lanes. */
static struct ww_lane_set *lanes_between(WwTimeline *timeline, double y0, double y1)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const double scroll_px = ww_timeline_scroll_px(timeline);
	const uint32_t last = ww_rows_at_screen(rows, MAX(y0, y1), scroll_px);
	const uint32_t first = ww_rows_at_screen(rows, MIN(y0, y1), scroll_px);
	struct ww_lane_set *set = ww_lane_set_new();

	for (uint32_t i = first; i <= last; i++) {
		uint32_t n_lanes;
		const struct ww_lane *lanes = ww_rows_lanes(rows, ww_rows_row(rows, i), &n_lanes);

		for (uint32_t l = 0; l < n_lanes; l++)
			ww_lane_set_add(set, lanes[l]);
	}
	return set;
}

static void on_drag_update(GtkGestureDrag *drag, double dx, double dy, WwTimeline *timeline)
{
	const struct ww_viewport *viewport = ww_view_viewport(timeline->view);
	int64_t end_ns;

	if (!timeline->has_dragged && fabs(dx) < DRAG_THRESHOLD_PX)
		return;
	timeline->has_dragged = true;
	if (timeline->is_panning) {
		const int64_t back_ns = (int64_t)(dx * ww_viewport_ns_per_px(viewport));

		ww_view_show(timeline->view,
			     (struct ww_span){ timeline->drag_span.begin_ns - back_ns,
					       timeline->drag_span.end_ns - back_ns });
		return;
	}
	if (ww_rows_count(ww_view_rows(timeline->view)) == 0)
		return;
	end_ns = ww_viewport_time_ns(viewport, timeline->drag_x + dx);
	ww_view_select_lanes(timeline->view,
			     (struct ww_span){ MIN(timeline->drag_begin_ns, end_ns),
					       MAX(timeline->drag_begin_ns, end_ns) },
			     lanes_between(timeline, timeline->drag_y, timeline->drag_y + dy),
			     NULL);
}

static void on_drag_end(WwTimeline *timeline)
{
	ww_view_end_drag(timeline->view);
}

static void on_released(GtkGestureClick *click, int n_press, double x, double y,
			WwTimeline *timeline)
{
	const double area_x = ww_timeline_area_x(x);
	const struct ww_row *row = ww_timeline_row_at(timeline, y);
	struct ww_lane lane;

	if (timeline->has_dragged || area_x < 0 || ww_timeline_follow_chip(timeline, x, y))
		return;
	if (n_press == 1 && row && row->kind == WW_ROW_TASKS &&
	    ww_timeline_select_task(timeline, row, area_x, y))
		return;
	if (n_press == 2) {
		ww_view_show_selection(timeline->view);
		return;
	}
	if (!ww_timeline_lane_at(timeline, y, &lane)) {
		ww_view_select_none(timeline->view);
		return;
	}
	if (n_press == 1)
		ww_view_select_at(timeline->view, lane,
				  ww_viewport_time_ns(ww_view_viewport(timeline->view), area_x));
}

static void on_pinch_begin(GtkGesture *pinch, GdkEventSequence *sequence, WwTimeline *timeline)
{
	timeline->pinch_scale = 1;
}

static void on_pinch(GtkGestureZoom *pinch, double scale, WwTimeline *timeline)
{
	double x = timeline->pointer_x;
	double y;

	if (gtk_gesture_is_recognized(GTK_GESTURE(pinch)))
		gtk_gesture_get_bounding_box_center(GTK_GESTURE(pinch), &x, &y);
	ww_view_zoom(timeline->view, timeline->pinch_scale / scale, ww_timeline_area_x(x));
	timeline->pinch_scale = scale;
}

void ww_timeline_add_input(WwTimeline *timeline)
{
	GtkEventController *motion = gtk_event_controller_motion_new();
	GtkEventController *scroll =
		gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
	GtkGesture *drag = gtk_gesture_drag_new();
	GtkGesture *click = gtk_gesture_click_new();
	GtkGesture *pinch = gtk_gesture_zoom_new();

	gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), 0);
	g_signal_connect(motion, "motion", G_CALLBACK(on_motion), timeline);
	g_signal_connect(motion, "leave", G_CALLBACK(on_leave), timeline);
	g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), timeline);
	g_signal_connect(drag, "drag-begin", G_CALLBACK(on_drag_begin), timeline);
	g_signal_connect(drag, "drag-update", G_CALLBACK(on_drag_update), timeline);
	g_signal_connect_swapped(drag, "drag-end", G_CALLBACK(on_drag_end), timeline);
	g_signal_connect_swapped(drag, "cancel", G_CALLBACK(on_drag_end), timeline);
	g_signal_connect(click, "released", G_CALLBACK(on_released), timeline);
	g_signal_connect(pinch, "begin", G_CALLBACK(on_pinch_begin), timeline);
	g_signal_connect(pinch, "scale-changed", G_CALLBACK(on_pinch), timeline);
	gtk_widget_add_controller(GTK_WIDGET(timeline), motion);
	gtk_widget_add_controller(GTK_WIDGET(timeline), scroll);
	gtk_widget_add_controller(GTK_WIDGET(timeline), GTK_EVENT_CONTROLLER(drag));
	gtk_widget_add_controller(GTK_WIDGET(timeline), GTK_EVENT_CONTROLLER(click));
	gtk_widget_add_controller(GTK_WIDGET(timeline), GTK_EVENT_CONTROLLER(pinch));
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/histogram-private.h"

static void on_drag_begin(GtkGestureDrag *gesture, double x, double y, WwHistogramView *view)
{
	const guint i =
		ww_histogram_view_n_buckets(view) > 0 ? ww_histogram_view_bucket_at(view, x) : 0;

	if (ww_histogram_view_n_buckets(view) == 0) {
		gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
		return;
	}
	gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
	gtk_widget_grab_focus(GTK_WIDGET(view));
	ww_histogram_view_mark(view, i, i);
}

static void on_drag_update(GtkGestureDrag *gesture, double dx, double dy, WwHistogramView *view)
{
	double x, y;

	if (!view->is_marked || ww_histogram_view_n_buckets(view) == 0 ||
	    !gtk_gesture_drag_get_start_point(gesture, &x, &y))
		return;
	ww_histogram_view_mark(view, ww_histogram_bucket_of(view->histogram, view->anchor_ns),
			       ww_histogram_view_bucket_at(view, x + dx));
}

static void on_drag_end(GtkGestureDrag *gesture, double dx, double dy, WwHistogramView *view)
{
	if (view->is_marked)
		ww_histogram_view_apply(view);
}

/* The nearest bucket in that direction that has something in it. */
static guint step(WwHistogramView *view, guint from, int direction)
{
	const int n = (int)ww_histogram_view_n_buckets(view);

	for (int i = (int)from + direction; 0 <= i && i < n; i += direction) {
		if (ww_histogram_view_bucket(view, (guint)i)->count > 0)
			return (guint)i;
	}
	return from;
}

static void move(WwHistogramView *view, int direction, bool extends)
{
	const guint n = ww_histogram_view_n_buckets(view);
	guint anchor, cursor;

	if (!view->is_marked) {
		cursor = direction > 0 ? 0 : n - 1;
		ww_histogram_view_mark(view, cursor, cursor);
		return;
	}
	anchor = ww_histogram_bucket_of(view->histogram, view->anchor_ns);
	cursor = step(view, ww_histogram_bucket_of(view->histogram, view->cursor_ns), direction);
	ww_histogram_view_mark(view, extends ? anchor : cursor, cursor);
}

static gboolean on_key(GtkEventControllerKey *controller, guint keyval, guint keycode,
		       GdkModifierType modifiers, WwHistogramView *view)
{
	if (ww_histogram_view_n_buckets(view) == 0 || modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK))
		return FALSE;
	switch (keyval) {
	case GDK_KEY_Left:
	case GDK_KEY_Right:
		move(view, keyval == GDK_KEY_Left ? -1 : 1, modifiers & GDK_SHIFT_MASK);
		return TRUE;
	case GDK_KEY_Return:
	case GDK_KEY_KP_Enter:
	case GDK_KEY_space:
		ww_histogram_view_apply(view);
		return TRUE;
	case GDK_KEY_Escape:
		if (!view->is_marked)
			return FALSE;
		ww_histogram_view_clear(view);
		ww_histogram_view_apply(view);
		return TRUE;
	default:
		return FALSE;
	}
}

void ww_histogram_view_listen(WwHistogramView *view)
{
	GtkGesture *drag = gtk_gesture_drag_new();
	GtkEventController *keys = gtk_event_controller_key_new();

	g_signal_connect(drag, "drag-begin", G_CALLBACK(on_drag_begin), view);
	g_signal_connect(drag, "drag-update", G_CALLBACK(on_drag_update), view);
	g_signal_connect(drag, "drag-end", G_CALLBACK(on_drag_end), view);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), view);
	gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(drag));
	gtk_widget_add_controller(GTK_WIDGET(view), keys);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/ruler.h"

#include <math.h>

#include "viewer/app/i18n.h"
#include "viewer/widgets/lanes-menu.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/ruler-private.h"

/* A click that trembles is still a click. */
#define DRAG_THRESHOLD_PX 4
/* A double click this near to the origin takes it back. */
#define ORIGIN_NEAR_PX 6

G_DEFINE_FINAL_TYPE(WwRuler, ww_ruler, GTK_TYPE_WIDGET)

static void ruler_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	WwRuler *ruler = WW_RULER(widget);

	gtk_widget_measure(ruler->corner, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
	gtk_widget_size_allocate(ruler->corner,
				 &(GtkAllocation){ 0, 0, WW_HEADER_WIDTH_PX, height }, -1);
	gtk_widget_measure(ruler->popover, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
	gtk_widget_size_allocate(ruler->popover, &(GtkAllocation){ 0, 0, width, height }, -1);
}

static void show_length(WwRuler *ruler)
{
	const struct ww_span span = ww_view_viewport(ruler->view)->span;
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *text = g_strdup_printf(_("%s shown"), length);

	gtk_label_set_text(GTK_LABEL(ruler->length), text);
}

static void ruler_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
			  int *natural, int *minimum_baseline, int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? WW_RULER_HEIGHT_PX : 0;
	*natural = *minimum;
}

static void on_motion(GtkEventControllerMotion *motion, double x, double y, WwRuler *ruler)
{
	enum ww_cursor cursor;
	uint32_t number;
	const char *shape = ww_ruler_cursor_at(ruler, x, y, &cursor) ? "ew-resize"
			    : ww_ruler_mark_at(ruler, x, y, &number) ? "pointer"
								     : NULL;

	gtk_widget_set_cursor_from_name(GTK_WIDGET(ruler), shape);
	ww_view_point(ruler->view,
		      x < WW_HEADER_WIDTH_PX ? -1 : MAX(ww_ruler_time_ns(ruler, x), 0));
}

static void on_leave(GtkEventControllerMotion *motion, WwRuler *ruler)
{
	ww_view_point(ruler->view, -1);
}

static void on_drag_begin(GtkGestureDrag *drag, double x, double y, WwRuler *ruler)
{
	if (x < WW_HEADER_WIDTH_PX) {
		gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
		return;
	}
	ruler->dragged = WW_CURSOR_N;
	ruler->has_dragged = false;
	ww_ruler_cursor_at(ruler, x, y, &ruler->dragged);
	ruler->drag_begin_ns = ww_ruler_time_ns(ruler, x);
	ww_view_begin_drag(ruler->view);
}

static void on_drag_end(WwRuler *ruler)
{
	ww_view_end_drag(ruler->view);
}

/* Of all lanes. */
static void select_area(WwRuler *ruler, int64_t end_ns)
{
	ww_view_select_area(ruler->view, (struct ww_span){ MIN(ruler->drag_begin_ns, end_ns),
							   MAX(ruler->drag_begin_ns, end_ns) });
}

static void on_drag_update(GtkGestureDrag *drag, double dx, double dy, WwRuler *ruler)
{
	double x, y;

	if (!ruler->has_dragged && fabs(dx) < DRAG_THRESHOLD_PX)
		return;
	gtk_gesture_drag_get_start_point(drag, &x, &y);
	ruler->has_dragged = true;
	if (ruler->dragged == WW_CURSOR_N)
		select_area(ruler, ww_ruler_time_ns(ruler, x + dx));
	else
		ww_view_put_cursor(ruler->view, ruler->dragged, ww_ruler_time_ns(ruler, x + dx));
}

static void move_origin(WwRuler *ruler, double x)
{
	const int64_t origin_ns = ww_view_origin_ns(ruler->view);
	const bool is_there =
		origin_ns != 0 && fabs(ww_ruler_x(ruler, origin_ns) - x) < ORIGIN_NEAR_PX;

	ww_view_set_origin(ruler->view, is_there ? 0 : ww_ruler_time_ns(ruler, x));
}

static void on_released(GtkGestureClick *click, int n_press, double x, double y, WwRuler *ruler)
{
	uint32_t number;

	if (ruler->has_dragged || x < WW_HEADER_WIDTH_PX)
		return;
	if (ww_ruler_mark_at(ruler, x, y, &number)) {
		ww_view_go_to_mark(ruler->view, number);
		if (n_press == 2)
			ww_view_edit_note(ruler->view);
	} else if (n_press == 2) {
		move_origin(ruler, x);
	}
}

static void on_edit_note(WwView *view, guint number, WwRuler *ruler)
{
	const struct ww_marks *marks = ww_view_marks(view);
	uint32_t i;

	if (ww_marks_find(marks, number, &i))
		ww_mark_popover_edit(WW_MARK_POPOVER(ruler->popover), number,
				     ww_ruler_x(ruler, ww_marks_at(marks, i)->t_ns));
}

static void add_input(WwRuler *ruler)
{
	GtkEventController *motion = gtk_event_controller_motion_new();
	GtkGesture *drag = gtk_gesture_drag_new();
	GtkGesture *click = gtk_gesture_click_new();

	g_signal_connect(motion, "motion", G_CALLBACK(on_motion), ruler);
	g_signal_connect(motion, "leave", G_CALLBACK(on_leave), ruler);
	g_signal_connect(drag, "drag-begin", G_CALLBACK(on_drag_begin), ruler);
	g_signal_connect(drag, "drag-update", G_CALLBACK(on_drag_update), ruler);
	g_signal_connect_swapped(drag, "drag-end", G_CALLBACK(on_drag_end), ruler);
	g_signal_connect_swapped(drag, "cancel", G_CALLBACK(on_drag_end), ruler);
	g_signal_connect(click, "released", G_CALLBACK(on_released), ruler);
	gtk_widget_add_controller(GTK_WIDGET(ruler), motion);
	gtk_widget_add_controller(GTK_WIDGET(ruler), GTK_EVENT_CONTROLLER(drag));
	gtk_widget_add_controller(GTK_WIDGET(ruler), GTK_EVENT_CONTROLLER(click));
}

static void ruler_dispose(GObject *object)
{
	WwRuler *ruler = WW_RULER(object);

	if (ruler->view)
		g_signal_handlers_disconnect_by_data(ruler->view, ruler);
	g_clear_pointer(&ruler->corner, gtk_widget_unparent);
	g_clear_pointer(&ruler->popover, gtk_widget_unparent);
	g_clear_pointer(&ruler->layouts, ww_layouts_free);
	g_clear_object(&ruler->view);
	G_OBJECT_CLASS(ww_ruler_parent_class)->dispose(object);
}

static void ww_ruler_class_init(WwRulerClass *class)
{
	G_OBJECT_CLASS(class)->dispose = ruler_dispose;
	GTK_WIDGET_CLASS(class)->snapshot = ww_ruler_snapshot;
	GTK_WIDGET_CLASS(class)->measure = ruler_measure;
	GTK_WIDGET_CLASS(class)->size_allocate = ruler_size_allocate;
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "timeruler");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void ww_ruler_init(WwRuler *ruler)
{
	ww_name_widget(GTK_WIDGET(ruler), _("Time ruler"));
	ruler->layouts = ww_layouts_new(GTK_WIDGET(ruler), 0.82);
	ruler->corner = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
	ruler->length = gtk_label_new(NULL);
	gtk_label_set_xalign(GTK_LABEL(ruler->length), 0);
	gtk_widget_set_hexpand(ruler->length, TRUE);
	gtk_widget_add_css_class(ruler->corner, "corner");
	gtk_widget_add_css_class(ruler->length, "numeric");
	gtk_box_append(GTK_BOX(ruler->corner), ruler->length);
	gtk_widget_set_parent(ruler->corner, GTK_WIDGET(ruler));
	add_input(ruler);
}

GtkWidget *ww_ruler_new(WwView *view)
{
	static const char *const changes[] = { "moved", "selected", "pointed", "marked", "origin" };
	WwRuler *ruler = g_object_new(WW_TYPE_RULER, NULL);

	ruler->view = g_object_ref(view);
	ruler->popover = ww_mark_popover_new(view);
	/* It covers the ruler, but must not catch what is meant for the corner. */
	gtk_widget_insert_before(ruler->popover, GTK_WIDGET(ruler), ruler->corner);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++)
		g_signal_connect_swapped(view, changes[i], G_CALLBACK(gtk_widget_queue_draw),
					 ruler);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(show_length), ruler);
	g_signal_connect(view, "edit-note", G_CALLBACK(on_edit_note), ruler);
	show_length(ruler);
	gtk_box_append(GTK_BOX(ruler->corner), ww_lanes_menu_new(view));
	return GTK_WIDGET(ruler);
}

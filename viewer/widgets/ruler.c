// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/ruler.h"

#include <math.h>

#include "viewer/model/ticks.h"
#include "viewer/widgets/lanes-menu.h"
#include "viewer/widgets/layouts.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/paint.h"

#define LABEL_SPACING_PX 110
#define TICK_PX 7
#define MINOR_TICK_PX 4

struct _WwRuler {
	GtkWidget parent;
	WwView *view;
	struct ww_layouts *layouts;
	GtkWidget *corner; /* over the headers: how much time is shown, the menu about lanes */
	GtkWidget *length;
};

G_DEFINE_FINAL_TYPE(WwRuler, ww_ruler, GTK_TYPE_WIDGET)

static void paint_ticks(WwRuler *ruler, GtkSnapshot *snapshot, double width, double height)
{
	const struct ww_viewport *viewport = ww_view_viewport(ruler->view);
	const GdkRGBA line = ww_paint_text(0.3);
	const GdkRGBA ink = ww_paint_text(0.75);
	struct ww_ticks ticks;

	ww_ticks_place(viewport, LABEL_SPACING_PX, &ticks);
	for (int64_t t_ns = ticks.first_ns; t_ns < viewport->span.end_ns;
	     t_ns += ticks.minor_step_ns) {
		const double x = floor(WW_HEADER_WIDTH_PX + ww_viewport_x_px(viewport, t_ns));
		const bool is_major = t_ns % ticks.step_ns == 0;
		const int tick_px = is_major ? TICK_PX : MINOR_TICK_PX;
		g_autofree char *text = NULL;
		PangoLayout *layout;
		int text_width;

		ww_paint_rect(snapshot, &line, x, height - tick_px, 1, tick_px);
		if (!is_major)
			continue;
		text = ww_instant_text_at(t_ns, ticks.step_ns);
		layout = ww_layouts_get(ruler->layouts, text, LABEL_SPACING_PX);
		pango_layout_get_pixel_size(layout, &text_width, NULL);
		if (x >= WW_HEADER_WIDTH_PX && x + 4 + text_width <= width)
			ww_paint_layout(snapshot, layout, &ink, x + 4, 5);
	}
}

static void paint_selection(WwRuler *ruler, GtkSnapshot *snapshot, double width, double height)
{
	const struct ww_viewport *viewport = ww_view_viewport(ruler->view);
	const struct ww_selection *selection = ww_view_selection(ruler->view);
	const GdkRGBA accent = ww_paint_accent();
	double x0, x1;

	if (selection->kind == WW_SELECTION_NONE)
		return;
	x0 = CLAMP(WW_HEADER_WIDTH_PX + ww_viewport_x_px(viewport, selection->span.begin_ns), 0,
		   width);
	x1 = CLAMP(WW_HEADER_WIDTH_PX + ww_viewport_x_px(viewport, selection->span.end_ns), 0,
		   width);
	ww_paint_rect(snapshot, &accent, x0, height - 3, MAX(x1 - x0, 2), 3);
}

static void paint_pointer(WwRuler *ruler, GtkSnapshot *snapshot, double width, double height)
{
	const struct ww_viewport *viewport = ww_view_viewport(ruler->view);
	const int64_t t_ns = ww_view_pointed_ns(ruler->view);
	const GdkRGBA paper = ww_paint_text(1);
	const GdkRGBA ink = ww_paint_rgba(ww_palette_background(ww_paint_is_dark()), 1);
	const int64_t digits_ns = MAX((int64_t)ww_viewport_ns_per_px(viewport), 1);
	g_autofree char *text = ww_instant_text_at(t_ns, digits_ns);
	PangoLayout *layout;
	GskRoundedRect pill;
	int text_width, text_height;
	double x;

	if (t_ns < 0)
		return;
	layout = ww_layouts_get(ruler->layouts, text, 2 * LABEL_SPACING_PX);
	pango_layout_get_pixel_size(layout, &text_width, &text_height);
	x = WW_HEADER_WIDTH_PX + ww_viewport_x_px(viewport, t_ns) - text_width / 2.0;
	x = CLAMP(x, WW_HEADER_WIDTH_PX + 7, width - text_width - 7);
	gsk_rounded_rect_init_from_rect(&pill,
					&GRAPHENE_RECT_INIT((float)(x - 6), 3,
							    (float)(text_width + 12),
							    (float)(text_height + 4)),
					5);
	gtk_snapshot_push_rounded_clip(snapshot, &pill);
	ww_paint_rect(snapshot, &paper, x - 6, 3, text_width + 12, text_height + 4);
	gtk_snapshot_pop(snapshot);
	ww_paint_layout(snapshot, layout, &ink, x, 5);
}

static void ruler_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwRuler *ruler = WW_RULER(widget);
	const double width = gtk_widget_get_width(widget);
	const double height = gtk_widget_get_height(widget);

	gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT(WW_HEADER_WIDTH_PX, 0,
							     (float)width - WW_HEADER_WIDTH_PX,
							     (float)height));
	paint_ticks(ruler, snapshot, width, height);
	paint_selection(ruler, snapshot, width, height);
	if (ww_view_pointed_ns(ruler->view) >= 0)
		paint_pointer(ruler, snapshot, width, height);
	gtk_snapshot_pop(snapshot);
	gtk_widget_snapshot_child(widget, ruler->corner, snapshot);
}

static void ruler_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	GtkWidget *corner = WW_RULER(widget)->corner;

	gtk_widget_measure(corner, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
	gtk_widget_size_allocate(corner, &(GtkAllocation){ 0, 0, WW_HEADER_WIDTH_PX, height }, -1);
}

static void show_length(WwRuler *ruler)
{
	const struct ww_span span = ww_view_viewport(ruler->view)->span;
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *text = g_strdup_printf("%s shown", length);

	gtk_label_set_text(GTK_LABEL(ruler->length), text);
}

static void ruler_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
			  int *natural, int *minimum_baseline, int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? WW_RULER_HEIGHT_PX : 0;
	*natural = *minimum;
}

static void ruler_dispose(GObject *object)
{
	WwRuler *ruler = WW_RULER(object);

	if (ruler->view)
		g_signal_handlers_disconnect_by_data(ruler->view, ruler);
	g_clear_pointer(&ruler->corner, gtk_widget_unparent);
	g_clear_pointer(&ruler->layouts, ww_layouts_free);
	g_clear_object(&ruler->view);
	G_OBJECT_CLASS(ww_ruler_parent_class)->dispose(object);
}

static void ww_ruler_class_init(WwRulerClass *class)
{
	G_OBJECT_CLASS(class)->dispose = ruler_dispose;
	GTK_WIDGET_CLASS(class)->snapshot = ruler_snapshot;
	GTK_WIDGET_CLASS(class)->measure = ruler_measure;
	GTK_WIDGET_CLASS(class)->size_allocate = ruler_size_allocate;
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "timeruler");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void ww_ruler_init(WwRuler *ruler)
{
	gtk_accessible_update_property(GTK_ACCESSIBLE(ruler), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       "Time ruler", -1);
	ruler->layouts = ww_layouts_new(GTK_WIDGET(ruler), 0.82);
	ruler->corner = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
	ruler->length = gtk_label_new(NULL);
	gtk_label_set_xalign(GTK_LABEL(ruler->length), 0);
	gtk_widget_set_hexpand(ruler->length, TRUE);
	gtk_widget_add_css_class(ruler->corner, "corner");
	gtk_widget_add_css_class(ruler->length, "numeric");
	gtk_box_append(GTK_BOX(ruler->corner), ruler->length);
	gtk_widget_set_parent(ruler->corner, GTK_WIDGET(ruler));
}

GtkWidget *ww_ruler_new(WwView *view)
{
	static const char *const changes[] = { "moved", "selected", "pointed" };
	WwRuler *ruler = g_object_new(WW_TYPE_RULER, NULL);

	ruler->view = g_object_ref(view);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++)
		g_signal_connect_swapped(view, changes[i], G_CALLBACK(gtk_widget_queue_draw),
					 ruler);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(show_length), ruler);
	show_length(ruler);
	gtk_box_append(GTK_BOX(ruler->corner), ww_lanes_menu_new(view));
	return GTK_WIDGET(ruler);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/minimap.h"

#include "viewer/app/i18n.h"

#include <adwaita.h>
#include <math.h>

#include "viewer/view/view-marks.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/paint.h"

#define STRIP_HEIGHT_PX (WW_MINIMAP_HEIGHT_PX - 10)
#define FRAME_MIN_PX 6
#define MARK_HEIGHT_PX 9

struct _WwMinimap {
	GtkWidget parent;
	WwView *view;
	GdkTexture
		*strip; /* WW_OVERVIEW_COLUMNS x STRIP_HEIGHT_PX; NULL until drawn in this theme */
	double drag_x;
};

G_DEFINE_FINAL_TYPE(WwMinimap, ww_minimap, GTK_TYPE_WIDGET)

static uint32_t word_of(struct ww_color color)
{
	return 0xff000000u | (uint32_t)color.red << 16 | (uint32_t)color.green << 8 | color.blue;
}

/* Running from the bottom up, runnable on top of it: the taller the column, the more threads want a
 * CPU. */
static GdkTexture *strip_new(const struct ww_overview *overview, enum ww_theme theme)
{
	const uint32_t running = word_of(ww_palette_state(WW_STATE_RUNNING, theme));
	const uint32_t runnable = word_of(ww_palette_state(WW_STATE_RUNNABLE, theme));
	const size_t n_bytes = sizeof(uint32_t) * WW_OVERVIEW_COLUMNS * STRIP_HEIGHT_PX;
	uint32_t *bgra = g_malloc0(n_bytes);
	g_autoptr(GBytes) bytes = g_bytes_new_take(bgra, n_bytes);
	const float scale = overview->most > 0 ? STRIP_HEIGHT_PX / overview->most : 0;

	for (int x = 0; x < WW_OVERVIEW_COLUMNS; x++) {
		const int n_running = (int)ceilf(overview->running[x] * scale);
		const int n_both =
			MIN(STRIP_HEIGHT_PX, n_running + (int)ceilf(overview->runnable[x] * scale));

		for (int y = 0; y < n_both; y++)
			bgra[(STRIP_HEIGHT_PX - 1 - y) * WW_OVERVIEW_COLUMNS + x] =
				y < n_running ? running : runnable;
	}
	return gdk_memory_texture_new(WW_OVERVIEW_COLUMNS, STRIP_HEIGHT_PX,
				      GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes,
				      sizeof(uint32_t) * WW_OVERVIEW_COLUMNS);
}

static double strip_width(WwMinimap *minimap)
{
	return MAX(gtk_widget_get_width(GTK_WIDGET(minimap)) - WW_HEADER_WIDTH_PX, 1);
}

static double x_of(WwMinimap *minimap, int64_t t_ns)
{
	const struct ww_span all = ww_view_viewport(minimap->view)->limits;

	return WW_HEADER_WIDTH_PX + (double)(t_ns - all.begin_ns) / (double)ww_span_length_ns(all) *
					    strip_width(minimap);
}

static void paint_frame(WwMinimap *minimap, GtkSnapshot *snapshot, double width)
{
	const struct ww_span span = ww_view_viewport(minimap->view)->span;
	const GdkRGBA accent = ww_paint_accent();
	GdkRGBA veil = ww_paint_rgba(ww_palette_background(ww_paint_theme()), 0.65);
	double x0 = x_of(minimap, span.begin_ns);
	double x1 = x_of(minimap, span.end_ns);
	const double spare = MAX(0, FRAME_MIN_PX - (x1 - x0)) / 2;

	x0 = MAX(x0 - spare, WW_HEADER_WIDTH_PX);
	x1 = MIN(x1 + spare, width);
	ww_paint_rect(snapshot, &veil, WW_HEADER_WIDTH_PX, 0, x0 - WW_HEADER_WIDTH_PX,
		      WW_MINIMAP_HEIGHT_PX);
	ww_paint_rect(snapshot, &veil, x1, 0, width - x1, WW_MINIMAP_HEIGHT_PX);
	ww_paint_frame(snapshot, &accent, x0, 2, x1 - x0, WW_MINIMAP_HEIGHT_PX - 4, 2);
}

static void paint_selection(WwMinimap *minimap, GtkSnapshot *snapshot)
{
	const struct ww_selection *selection = ww_view_selection(minimap->view);
	const GdkRGBA accent = ww_paint_accent();
	double x0, x1;

	if (selection->kind == WW_SELECTION_NONE)
		return;
	x0 = x_of(minimap, selection->span.begin_ns);
	x1 = x_of(minimap, selection->span.end_ns);
	ww_paint_rect(snapshot, &accent, x0, WW_MINIMAP_HEIGHT_PX - 4, MAX(x1 - x0, 2), 4);
}

static void paint_marks(WwMinimap *minimap, GtkSnapshot *snapshot)
{
	const struct ww_marks *marks = ww_view_marks(minimap->view);
	const GdkRGBA color = ww_paint_rgba(ww_palette_mark(ww_paint_theme()), 1);

	for (uint32_t i = 0; i < ww_marks_count(marks); i++)
		ww_paint_rect(snapshot, &color,
			      floor(x_of(minimap, ww_marks_at(marks, i)->t_ns)) - 1, 0, 2,
			      MARK_HEIGHT_PX);
}

static void minimap_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwMinimap *minimap = WW_MINIMAP(widget);
	const double width = gtk_widget_get_width(widget);

	if (width <= WW_HEADER_WIDTH_PX)
		return;
	if (!minimap->strip)
		minimap->strip =
			strip_new(&ww_view_document(minimap->view)->overview, ww_paint_theme());
	gtk_snapshot_append_texture(snapshot, minimap->strip,
				    &GRAPHENE_RECT_INIT(WW_HEADER_WIDTH_PX, 5,
							(float)strip_width(minimap),
							STRIP_HEIGHT_PX));
	paint_frame(minimap, snapshot, width);
	paint_selection(minimap, snapshot);
	paint_marks(minimap, snapshot);
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child))
		gtk_widget_snapshot_child(widget, child, snapshot);
}

static void minimap_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	GtkWidget *label = gtk_widget_get_first_child(widget);

	gtk_widget_measure(label, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
	gtk_widget_size_allocate(label, &(GtkAllocation){ 0, 0, WW_HEADER_WIDTH_PX, height }, -1);
}

static void minimap_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
			    int *minimum, int *natural, int *minimum_baseline,
			    int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? WW_MINIMAP_HEIGHT_PX : 0;
	*natural = *minimum;
}

static void centre_on(WwMinimap *minimap, double x)
{
	const struct ww_viewport *viewport = ww_view_viewport(minimap->view);
	const struct ww_span all = viewport->limits;
	const double share = CLAMP((x - WW_HEADER_WIDTH_PX) / strip_width(minimap), 0, 1);
	const int64_t length_ns = ww_span_length_ns(viewport->span);
	const int64_t middle_ns = all.begin_ns + (int64_t)(share * (double)ww_span_length_ns(all));

	ww_view_show(minimap->view, (struct ww_span){ middle_ns - length_ns / 2,
						      middle_ns - length_ns / 2 + length_ns });
}

static void on_drag_begin(GtkGestureDrag *drag, double x, double y, WwMinimap *minimap)
{
	minimap->drag_x = x;
	centre_on(minimap, x);
}

static void on_drag_update(GtkGestureDrag *drag, double dx, double dy, WwMinimap *minimap)
{
	centre_on(minimap, minimap->drag_x + dx);
}

static void on_restyled(WwMinimap *minimap)
{
	g_clear_object(&minimap->strip);
	gtk_widget_queue_draw(GTK_WIDGET(minimap));
}

static void minimap_dispose(GObject *object)
{
	WwMinimap *minimap = WW_MINIMAP(object);
	GtkWidget *label = gtk_widget_get_first_child(GTK_WIDGET(minimap));

	if (label)
		gtk_widget_unparent(label);
	if (minimap->view)
		g_signal_handlers_disconnect_by_data(minimap->view, minimap);
	g_clear_object(&minimap->strip);
	g_clear_object(&minimap->view);
	G_OBJECT_CLASS(ww_minimap_parent_class)->dispose(object);
}

static void ww_minimap_class_init(WwMinimapClass *class)
{
	GTK_WIDGET_CLASS(class)->snapshot = minimap_snapshot;
	GTK_WIDGET_CLASS(class)->measure = minimap_measure;
	GTK_WIDGET_CLASS(class)->size_allocate = minimap_size_allocate;
	G_OBJECT_CLASS(class)->dispose = minimap_dispose;
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "minimap");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void ww_minimap_init(WwMinimap *minimap)
{
	GtkGesture *drag = gtk_gesture_drag_new();
	GtkWidget *label = gtk_label_new(_("Whole trace"));

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_widget_add_css_class(label, "corner");
	gtk_widget_set_parent(label, GTK_WIDGET(minimap));
	g_signal_connect(drag, "drag-begin", G_CALLBACK(on_drag_begin), minimap);
	g_signal_connect(drag, "drag-update", G_CALLBACK(on_drag_update), minimap);
	gtk_widget_add_controller(GTK_WIDGET(minimap), GTK_EVENT_CONTROLLER(drag));
	ww_name_widget(GTK_WIDGET(minimap), _("Whole trace"));
}

GtkWidget *ww_minimap_new(WwView *view)
{
	WwMinimap *minimap = g_object_new(WW_TYPE_MINIMAP, NULL);

	minimap->view = g_object_ref(view);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(gtk_widget_queue_draw), minimap);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(gtk_widget_queue_draw), minimap);
	g_signal_connect_swapped(view, "marked", G_CALLBACK(gtk_widget_queue_draw), minimap);
	g_signal_connect_swapped(view, "document", G_CALLBACK(on_restyled), minimap);
	g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
				G_CALLBACK(on_restyled), minimap, G_CONNECT_SWAPPED);
	g_signal_connect_object(adw_style_manager_get_default(), "notify::high-contrast",
				G_CALLBACK(on_restyled), minimap, G_CONNECT_SWAPPED);
	return GTK_WIDGET(minimap);
}

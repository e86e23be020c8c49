// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/timeline.h"

#include <adwaita.h>

#include "viewer/view/text.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/timeline-private.h"

/* Screen readers hear of a move once it has come to rest. */
#define DESCRIBE_DELAY_MS 250
#define LABEL_SCALE 0.8

enum property {
	PROPERTY_0,
	PROPERTY_HADJUSTMENT,
	PROPERTY_VADJUSTMENT,
	PROPERTY_HSCROLL_POLICY,
	PROPERTY_VSCROLL_POLICY,
};

G_DEFINE_FINAL_TYPE_WITH_CODE(WwTimeline, ww_timeline, GTK_TYPE_WIDGET,
			      G_IMPLEMENT_INTERFACE(GTK_TYPE_SCROLLABLE, NULL))

double ww_timeline_scroll_px(WwTimeline *timeline)
{
	return timeline->vertical ? gtk_adjustment_get_value(timeline->vertical) : 0;
}

double ww_timeline_area_x(double x)
{
	return x - WW_HEADER_WIDTH_PX;
}

const struct ww_row *ww_timeline_row_at(WwTimeline *timeline, double y)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const double scroll_px = ww_timeline_scroll_px(timeline);
	const struct ww_row *row;

	if (ww_rows_count(rows) == 0)
		return NULL;
	row = ww_rows_row(rows, ww_rows_at_screen(rows, y, scroll_px));
	return y < ww_rows_screen_y(row, scroll_px) + row->height_px ? row : NULL;
}

bool ww_timeline_lane_at(WwTimeline *timeline, double y, struct ww_lane *lane)
{
	const struct ww_row *row = ww_timeline_row_at(timeline, y);

	if (!row || row->kind != WW_ROW_LANE)
		return false;
	*lane = row->lane;
	return true;
}

static void on_scrolled(GtkAdjustment *adjustment, WwTimeline *timeline)
{
	if (timeline->view)
		ww_timeline_label_headers(timeline);
	gtk_widget_queue_allocate(GTK_WIDGET(timeline));
	gtk_widget_queue_draw(GTK_WIDGET(timeline));
}

static void configure_adjustment(WwTimeline *timeline)
{
	const double page = gtk_widget_get_height(GTK_WIDGET(timeline));
	const double upper = MAX(ww_rows_height_px(ww_view_rows(timeline->view)), page);

	if (!timeline->vertical)
		return;
	gtk_adjustment_configure(
		timeline->vertical,
		CLAMP(gtk_adjustment_get_value(timeline->vertical), 0, upper - page), 0, upper,
		WW_ROW_LANE_HEIGHT_PX, page * 0.9, page);
}

static void set_vertical(WwTimeline *timeline, GtkAdjustment *adjustment)
{
	if (timeline->vertical)
		g_signal_handlers_disconnect_by_data(timeline->vertical, timeline);
	g_set_object(&timeline->vertical, adjustment);
	if (!adjustment)
		return;
	g_signal_connect(adjustment, "value-changed", G_CALLBACK(on_scrolled), timeline);
	if (timeline->view)
		configure_adjustment(timeline);
}

static void timeline_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	WwTimeline *timeline = WW_TIMELINE(object);

	switch (id) {
	case PROPERTY_HADJUSTMENT:
		g_set_object(&timeline->horizontal, g_value_get_object(value));
		break;
	case PROPERTY_VADJUSTMENT:
		set_vertical(timeline, g_value_get_object(value));
		break;
	default:
		break;
	}
}

static void timeline_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	WwTimeline *timeline = WW_TIMELINE(object);

	switch (id) {
	case PROPERTY_HADJUSTMENT:
		g_value_set_object(value, timeline->horizontal);
		break;
	case PROPERTY_VADJUSTMENT:
		g_value_set_object(value, timeline->vertical);
		break;
	default:
		g_value_set_enum(value, GTK_SCROLL_MINIMUM);
		break;
	}
}

static void scroll_to_wanted(WwTimeline *timeline, int height)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const uint32_t n_rows = ww_rows_count(rows);
	const double scroll = ww_timeline_scroll_px(timeline);
	const struct ww_row *row;
	const int pinned = ww_rows_pinned_height_px(rows);
	int top, bottom;

	if (timeline->wanted_row >= n_rows || !timeline->vertical)
		return;
	row = ww_rows_row(rows, timeline->wanted_row);
	top = row->y_px;
	bottom = row->y_px + row->height_px;
	row = ww_rows_row(rows, MIN(timeline->wanted_end, n_rows - 1));
	if (row->y_px + row->height_px - top <= height - pinned)
		bottom = row->y_px + row->height_px;
	timeline->wanted_row = UINT32_MAX;
	if (row->is_pinned)
		return;
	if (top < scroll + pinned || bottom > scroll + height)
		gtk_adjustment_set_value(timeline->vertical,
					 top - pinned - (height - pinned - (bottom - top)) / 2.0);
}

static void timeline_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	WwTimeline *timeline = WW_TIMELINE(widget);

	ww_view_resize(timeline->view, MAX(width - WW_HEADER_WIDTH_PX, 1));
	configure_adjustment(timeline);
	scroll_to_wanted(timeline, height);
	ww_timeline_place_headers(timeline, height);
}

static void timeline_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
			     int *minimum, int *natural, int *minimum_baseline,
			     int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? WW_HEADER_WIDTH_PX + 100 : 60;
	*natural = *minimum;
}

static gboolean describe(gpointer data)
{
	WwTimeline *timeline = data;
	const struct ww_answer *answer = ww_insight_answer(ww_view_insight(timeline->view));
	g_autofree char *view = ww_text_view(timeline->view);
	g_autofree char *text = NULL;

	/* A screen reader tells the answer as soon as it is there, without being asked for. */
	text = answer && answer->explanation
		       ? g_strdup_printf("%s. %s", view, answer->explanation->sentence)
		       : g_steal_pointer(&view);
	timeline->describe_timer = 0;
	ww_timeline_describe_headers(timeline);
	gtk_accessible_update_property(GTK_ACCESSIBLE(timeline),
				       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
	return G_SOURCE_REMOVE;
}

static void describe_later(WwTimeline *timeline)
{
	g_clear_handle_id(&timeline->describe_timer, g_source_remove);
	timeline->describe_timer = g_timeout_add(DESCRIBE_DELAY_MS, describe, timeline);
}

static void on_moved(WwView *view, WwTimeline *timeline)
{
	gtk_widget_queue_draw(GTK_WIDGET(timeline));
	describe_later(timeline);
}

static void on_selected(WwView *view, WwTimeline *timeline)
{
	gtk_widget_queue_allocate(GTK_WIDGET(timeline));
	gtk_widget_queue_draw(GTK_WIDGET(timeline));
	describe_later(timeline);
}

/* The height is told at once: inside of an allocation a scroll bar that comes or goes would be too
 * late. */
static void on_folded(WwView *view, WwTimeline *timeline)
{
	configure_adjustment(timeline);
	ww_timeline_label_headers(timeline);
	gtk_widget_queue_allocate(GTK_WIDGET(timeline));
	gtk_widget_queue_draw(GTK_WIDGET(timeline));
}

static void on_document(WwView *view, WwTimeline *timeline)
{
	configure_adjustment(timeline);
	ww_timeline_rename_headers(timeline);
}

static void on_reveal(WwView *view, guint first, guint last, WwTimeline *timeline)
{
	timeline->wanted_row = first;
	timeline->wanted_end = last;
	/* At once where it can be: to scroll while it is laid out names headers too late. */
	if (gtk_widget_get_height(GTK_WIDGET(timeline)) > 0) {
		configure_adjustment(timeline);
		scroll_to_wanted(timeline, gtk_widget_get_height(GTK_WIDGET(timeline)));
	}
	gtk_widget_queue_allocate(GTK_WIDGET(timeline));
}

static void on_art_changed(void *data)
{
	gtk_widget_queue_draw(data);
}

static void on_restyled(WwTimeline *timeline)
{
	ww_lane_art_restyle(timeline->art);
	gtk_widget_queue_draw(GTK_WIDGET(timeline));
}

static void timeline_dispose(GObject *object)
{
	WwTimeline *timeline = WW_TIMELINE(object);

	g_clear_handle_id(&timeline->describe_timer, g_source_remove);
	set_vertical(timeline, NULL);
	g_clear_object(&timeline->horizontal);
	g_ptr_array_set_size(timeline->headers, 0);
	g_ptr_array_set_size(timeline->pinned_headers, 0);
	for (GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(timeline)); child;
	     child = gtk_widget_get_first_child(GTK_WIDGET(timeline)))
		gtk_widget_unparent(child);
	if (timeline->view)
		g_signal_handlers_disconnect_by_data(timeline->view, timeline);
	g_clear_pointer(&timeline->art, ww_lane_art_free);
	g_clear_pointer(&timeline->layouts, ww_layouts_free);
	g_clear_object(&timeline->view);
	G_OBJECT_CLASS(ww_timeline_parent_class)->dispose(object);
}

static void timeline_finalize(GObject *object)
{
	g_ptr_array_unref(WW_TIMELINE(object)->headers);
	g_ptr_array_unref(WW_TIMELINE(object)->pinned_headers);
	G_OBJECT_CLASS(ww_timeline_parent_class)->finalize(object);
}

static void ww_timeline_class_init(WwTimelineClass *class)
{
	GObjectClass *object_class = G_OBJECT_CLASS(class);
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	object_class->set_property = timeline_set_property;
	object_class->get_property = timeline_get_property;
	object_class->dispose = timeline_dispose;
	object_class->finalize = timeline_finalize;
	widget_class->size_allocate = timeline_size_allocate;
	widget_class->measure = timeline_measure;
	widget_class->snapshot = ww_timeline_snapshot;
	g_object_class_override_property(object_class, PROPERTY_HADJUSTMENT, "hadjustment");
	g_object_class_override_property(object_class, PROPERTY_VADJUSTMENT, "vadjustment");
	g_object_class_override_property(object_class, PROPERTY_HSCROLL_POLICY, "hscroll-policy");
	g_object_class_override_property(object_class, PROPERTY_VSCROLL_POLICY, "vscroll-policy");
	gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_TREE_GRID);
	gtk_widget_class_set_css_name(widget_class, "timeline");
}

static void ww_timeline_init(WwTimeline *timeline)
{
	timeline->headers = g_ptr_array_new();
	timeline->pinned_headers = g_ptr_array_new();
	timeline->wanted_row = UINT32_MAX;
	timeline->pinch_scale = 1;
	timeline->layouts = ww_layouts_new(GTK_WIDGET(timeline), LABEL_SCALE);
	gtk_widget_set_focusable(GTK_WIDGET(timeline), TRUE);
	gtk_widget_set_overflow(GTK_WIDGET(timeline), GTK_OVERFLOW_HIDDEN);
	gtk_widget_set_vexpand(GTK_WIDGET(timeline), TRUE);
	gtk_widget_set_hexpand(GTK_WIDGET(timeline), TRUE);
	ww_name_widget(GTK_WIDGET(timeline), "Trace timeline");
	ww_timeline_add_input(timeline);
	ww_timeline_add_tip(timeline);
}

GtkWidget *ww_timeline_new(WwView *view)
{
	static const char *const insights[] = { "answered", "overlaid" };
	WwTimeline *timeline = g_object_new(WW_TYPE_TIMELINE, NULL);

	timeline->view = g_object_ref(view);
	timeline->art = ww_lane_art_new(view, on_art_changed, timeline);
	g_signal_connect(view, "moved", G_CALLBACK(on_moved), timeline);
	g_signal_connect(view, "selected", G_CALLBACK(on_selected), timeline);
	g_signal_connect(view, "folded", G_CALLBACK(on_folded), timeline);
	g_signal_connect(view, "document", G_CALLBACK(on_document), timeline);
	g_signal_connect(view, "reveal", G_CALLBACK(on_reveal), timeline);
	g_signal_connect_swapped(view, "pointed", G_CALLBACK(gtk_widget_queue_draw), timeline);
	g_signal_connect_swapped(view, "marked", G_CALLBACK(gtk_widget_queue_draw), timeline);
	g_signal_connect_swapped(view, "origin", G_CALLBACK(describe_later), timeline);
	g_signal_connect_object(ww_view_insight(view), "answered", G_CALLBACK(describe_later),
				timeline, G_CONNECT_SWAPPED);
	g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
				G_CALLBACK(on_restyled), timeline, G_CONNECT_SWAPPED);
	g_signal_connect_object(adw_style_manager_get_default(), "notify::high-contrast",
				G_CALLBACK(on_restyled), timeline, G_CONNECT_SWAPPED);
	g_signal_connect_swapped(timeline, "notify::scale-factor", G_CALLBACK(on_restyled),
				 timeline);
	for (size_t i = 0; i < G_N_ELEMENTS(insights); i++)
		g_signal_connect_object(ww_view_insight(view), insights[i],
					G_CALLBACK(gtk_widget_queue_draw), timeline,
					G_CONNECT_SWAPPED);
	describe_later(timeline);
	return GTK_WIDGET(timeline);
}

bool ww_timeline_is_settled(WwTimeline *timeline)
{
	return ww_lane_art_is_settled(timeline->art);
}

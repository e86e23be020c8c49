// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/share-bar.h"

#include <math.h>

#include "viewer/widgets/layouts.h"
#include "viewer/widgets/paint.h"

#define HEIGHT_PX 24
#define SMALL_HEIGHT_PX 6
#define GAP_PX 1
#define SHARE_TEXT_MIN_PX 44

struct part {
	int64_t ns;
	bool is_state;
	uint32_t index; /* enum ww_state, or the part's number */
};

struct _WwShareBar {
	GtkWidget parent;
	GArray *parts; /* struct part */
	int height_px;
	struct ww_layouts *layouts;
};

static guint signal_followed;

G_DEFINE_FINAL_TYPE(WwShareBar, ww_share_bar, GTK_TYPE_WIDGET)

static struct ww_color color_of(const struct part *part)
{
	const enum ww_theme theme = ww_paint_theme();

	return part->is_state ? ww_palette_state(part->index, theme)
			      : ww_palette_part(part->index, theme);
}

static void paint_part(WwShareBar *bar, GtkSnapshot *snapshot, const struct part *part, double x,
		       double width, int64_t whole_ns)
{
	const struct ww_color color = color_of(part);
	const GdkRGBA fill = ww_paint_rgba(color, 1);
	const GdkRGBA ink = ww_paint_rgba(ww_palette_text_on(color), 1);
	g_autofree char *text = ww_share_text(part->ns, whole_ns);
	PangoLayout *layout;
	int text_width, text_height;

	ww_paint_rect(snapshot, &fill, x, 0, width, bar->height_px);
	if (width < SHARE_TEXT_MIN_PX || bar->height_px < HEIGHT_PX)
		return;
	layout = ww_layouts_get(bar->layouts, text, width);
	pango_layout_get_pixel_size(layout, &text_width, &text_height);
	ww_paint_layout(snapshot, layout, &ink, x + floor((width - text_width) / 2),
			floor((HEIGHT_PX - text_height) / 2.0));
}

static void share_bar_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwShareBar *bar = WW_SHARE_BAR(widget);
	const double width = gtk_widget_get_width(widget);
	GskRoundedRect outline;
	int64_t whole_ns = 0;
	int64_t done_ns = 0;

	for (guint i = 0; i < bar->parts->len; i++)
		whole_ns += g_array_index(bar->parts, struct part, i).ns;
	if (whole_ns == 0)
		return;
	gsk_rounded_rect_init_from_rect(
		&outline, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)bar->height_px),
		(float)MIN(6, bar->height_px / 2));
	gtk_snapshot_push_rounded_clip(snapshot, &outline);
	for (guint i = 0; i < bar->parts->len; i++) {
		const struct part *part = &g_array_index(bar->parts, struct part, i);
		const double x0 = (double)done_ns / (double)whole_ns * width;
		const double x1 = (double)(done_ns + part->ns) / (double)whole_ns * width;
		const bool is_last = i + 1 == bar->parts->len;

		paint_part(bar, snapshot, part, x0, MAX(x1 - x0 - (is_last ? 0 : GAP_PX), 0.5),
			   whole_ns);
		done_ns += part->ns;
	}
	gtk_snapshot_pop(snapshot);
}

static void share_bar_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
			      int *minimum, int *natural, int *minimum_baseline,
			      int *natural_baseline)
{
	*minimum = orientation == GTK_ORIENTATION_VERTICAL ? WW_SHARE_BAR(widget)->height_px : 60;
	*natural = *minimum;
}

static void share_bar_finalize(GObject *object)
{
	WwShareBar *bar = WW_SHARE_BAR(object);

	g_array_unref(bar->parts);
	ww_layouts_free(bar->layouts);
	G_OBJECT_CLASS(ww_share_bar_parent_class)->finalize(object);
}

static void on_clicked(GtkGestureClick *click, int n_press, double x, double y, WwShareBar *bar)
{
	const double width = MAX(gtk_widget_get_width(GTK_WIDGET(bar)), 1);
	int64_t whole_ns = 0;
	int64_t done_ns = 0;

	for (guint i = 0; i < bar->parts->len; i++)
		whole_ns += g_array_index(bar->parts, struct part, i).ns;
	for (guint i = 0; i < bar->parts->len; i++) {
		done_ns += g_array_index(bar->parts, struct part, i).ns;
		if ((double)done_ns / (double)MAX(whole_ns, 1) * width < x)
			continue;
		g_signal_emit(bar, signal_followed, 0, i);
		return;
	}
}

static void ww_share_bar_class_init(WwShareBarClass *class)
{
	signal_followed = g_signal_new("followed", WW_TYPE_SHARE_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
				       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
	G_OBJECT_CLASS(class)->finalize = share_bar_finalize;
	GTK_WIDGET_CLASS(class)->snapshot = share_bar_snapshot;
	GTK_WIDGET_CLASS(class)->measure = share_bar_measure;
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void ww_share_bar_init(WwShareBar *bar)
{
	GtkGesture *click = gtk_gesture_click_new();

	bar->height_px = HEIGHT_PX;
	bar->parts = g_array_new(FALSE, FALSE, sizeof(struct part));
	bar->layouts = ww_layouts_new(GTK_WIDGET(bar), 0.85);
	g_signal_connect(click, "released", G_CALLBACK(on_clicked), bar);
	gtk_widget_add_controller(GTK_WIDGET(bar), GTK_EVENT_CONTROLLER(click));
}

GtkWidget *ww_share_bar_new(const char *label)
{
	GtkWidget *bar = g_object_new(WW_TYPE_SHARE_BAR, NULL);

	gtk_accessible_update_property(GTK_ACCESSIBLE(bar), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
				       -1);
	return bar;
}

void ww_share_bar_make_small(WwShareBar *bar)
{
	bar->height_px = SMALL_HEIGHT_PX;
	gtk_widget_queue_resize(GTK_WIDGET(bar));
}

static void add(WwShareBar *bar, struct part part)
{
	g_array_append_val(bar->parts, part);
	gtk_widget_queue_draw(GTK_WIDGET(bar));
}

void ww_share_bar_add_part(WwShareBar *bar, int64_t ns, uint32_t i)
{
	add(bar, (struct part){ ns, false, i });
}

void ww_share_bar_add_state(WwShareBar *bar, int64_t ns, enum ww_state state)
{
	add(bar, (struct part){ ns, true, state });
}

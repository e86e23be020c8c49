// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/share-bar.h"

#include <math.h>

#include "viewer/widgets/layouts.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/paint.h"

#define HEIGHT_PX 24
#define SMALL_HEIGHT_PX 6
#define GAP_PX 1
#define PART_MIN_PX 3 /* however small its share is */
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

static bool is_unknown(const struct part *part)
{
	return part->index == (part->is_state ? (uint32_t)WW_STATE_UNKNOWN : WW_PART_UNKNOWN);
}

static int64_t whole_of(const WwShareBar *bar)
{
	int64_t whole_ns = 0;

	for (guint i = 0; i < bar->parts->len; i++)
		whole_ns += g_array_index(bar->parts, struct part, i).ns;
	return whole_ns;
}

/* Widths by share, but each that has a colour of its own can be seen: the wide ones give what the
 * narrow ones lack. Free with g_free. */
static double *widths_of(const WwShareBar *bar, double width_px)
{
	const guint n = bar->parts->len;
	const double whole_ns = (double)MAX(whole_of(bar), 1);
	const double seen_px = MIN(PART_MIN_PX + GAP_PX, width_px / WW_PALETTE_PARTS_N);
	double *widths = g_new(double, n);
	double excess_px = -width_px;
	double spare_px = 0;

	for (guint i = 0; i < n; i++) {
		const int64_t ns = g_array_index(bar->parts, struct part, i).ns;
		const double min_px = i < WW_PALETTE_PARTS_N ? seen_px : 0;

		widths[i] = MAX((double)ns / whole_ns * width_px, min_px);
		excess_px += widths[i];
		spare_px += widths[i] - min_px;
	}
	for (guint i = 0; i < n && spare_px > 0; i++)
		widths[i] -=
			excess_px * (widths[i] - (i < WW_PALETTE_PARTS_N ? seen_px : 0)) / spare_px;
	return widths;
}

static void paint_share(WwShareBar *bar, GtkSnapshot *snapshot, const struct part *part, double x,
			double width, int64_t whole_ns)
{
	const struct ww_color color = color_of(part);
	const struct ww_color paper = ww_palette_background(ww_paint_theme());
	const GdkRGBA behind = ww_paint_rgba(paper, 1);
	const GdkRGBA ink =
		is_unknown(part) ? ww_paint_text(1) : ww_paint_rgba(ww_palette_text_on(color), 1);
	g_autofree char *text = ww_share_text(part->ns, whole_ns);
	PangoLayout *layout = ww_layouts_get(bar->layouts, text, width);
	int text_width, text_height;

	pango_layout_get_pixel_size(layout, &text_width, &text_height);
	x += floor((width - text_width) / 2);
	/* Over a pattern nothing can be read. */
	if (is_unknown(part))
		ww_paint_rect(snapshot, &behind, x - 4, 3, text_width + 8, bar->height_px - 6);
	ww_paint_layout(snapshot, layout, &ink, x, floor((HEIGHT_PX - text_height) / 2.0));
}

static void paint_part(WwShareBar *bar, GtkSnapshot *snapshot, const struct part *part, double x,
		       double width, int64_t whole_ns)
{
	const GdkRGBA fill = ww_paint_rgba(color_of(part), 1);

	if (is_unknown(part))
		ww_paint_pattern(snapshot, WW_STATE_UNKNOWN, x, 0, width, bar->height_px);
	else
		ww_paint_rect(snapshot, &fill, x, 0, width, bar->height_px);
	if (width >= SHARE_TEXT_MIN_PX && bar->height_px >= HEIGHT_PX)
		paint_share(bar, snapshot, part, x, width, whole_ns);
}

static void share_bar_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwShareBar *bar = WW_SHARE_BAR(widget);
	const double width = gtk_widget_get_width(widget);
	const int64_t whole_ns = whole_of(bar);
	g_autofree double *widths = widths_of(bar, width);
	GskRoundedRect outline;
	double x = 0;

	if (whole_ns == 0)
		return;
	gsk_rounded_rect_init_from_rect(
		&outline, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)bar->height_px),
		(float)MIN(6, bar->height_px / 2));
	gtk_snapshot_push_rounded_clip(snapshot, &outline);
	for (guint i = 0; i < bar->parts->len; i++) {
		const bool is_last = i + 1 == bar->parts->len;

		paint_part(bar, snapshot, &g_array_index(bar->parts, struct part, i), x,
			   MAX(widths[i] - (is_last ? 0 : GAP_PX), 0.5), whole_ns);
		x += widths[i];
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
	g_autofree double *widths = widths_of(bar, gtk_widget_get_width(GTK_WIDGET(bar)));
	double end = 0;

	for (guint i = 0; i < bar->parts->len; i++) {
		end += widths[i];
		if (end < x)
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

	ww_name_widget(GTK_WIDGET(bar), label);
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

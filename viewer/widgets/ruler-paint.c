// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "viewer/model/ticks.h"
#include "viewer/view/text.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/paint.h"
#include "viewer/widgets/ruler-private.h"

#define LABEL_SPACING_PX 110
#define TICK_PX 7
#define MINOR_TICK_PX 4
#define FLAG_HEIGHT_PX 13
/* Flags nearer than this stand below and above each other. */
#define FLAG_NEAR_PX 22
#define FLAG_MIN_PX 14
#define FLAG_PADDING_PX 8
#define NOTE_MIN_PX 48
#define NOTE_MAX_PX 160
#define HANDLE_PX 13

double ww_ruler_x(WwRuler *ruler, int64_t t_ns)
{
	return WW_HEADER_WIDTH_PX + ww_viewport_x_px(ww_view_viewport(ruler->view), t_ns);
}

int64_t ww_ruler_time_ns(WwRuler *ruler, double x)
{
	return ww_viewport_time_ns(ww_view_viewport(ruler->view), x - WW_HEADER_WIDTH_PX);
}

/* "3", or "3  here it began" where the next mark leaves room for it; borrowed until the next call
 * for a layout. @width: of the flag. */
static PangoLayout *flag_layout(WwRuler *ruler, uint32_t i, double *width, int *height)
{
	const struct ww_marks *marks = ww_view_marks(ruler->view);
	const struct ww_mark *mark = ww_marks_at(marks, i);
	const double x = ww_ruler_x(ruler, mark->t_ns);
	const double next_x = i + 1 < ww_marks_count(marks)
				      ? ww_ruler_x(ruler, ww_marks_at(marks, i + 1)->t_ns)
				      : x + NOTE_MAX_PX;
	const double room = MIN(next_x - x - FLAG_PADDING_PX - 4, NOTE_MAX_PX);
	const bool has_note = *mark->note && room >= NOTE_MIN_PX;
	g_autofree char *text = g_strdup_printf("%u%s%s", mark->number, has_note ? "  " : "",
						has_note ? mark->note : "");
	PangoLayout *layout = ww_layouts_get(ruler->layouts, text, MAX(room, NOTE_MIN_PX));
	int text_width;

	pango_layout_get_pixel_size(layout, &text_width, height);
	*width = MAX(text_width + FLAG_PADDING_PX, FLAG_MIN_PX);
	return layout;
}

/* Of marks close together every second one is low. */
static double flag_y(WwRuler *ruler, uint32_t i)
{
	const struct ww_marks *marks = ww_view_marks(ruler->view);
	bool is_low = false;

	for (; i > 0; i--) {
		const double x = ww_ruler_x(ruler, ww_marks_at(marks, i)->t_ns);

		if (x - ww_ruler_x(ruler, ww_marks_at(marks, i - 1)->t_ns) >= FLAG_NEAR_PX)
			break;
		is_low = !is_low;
	}
	return is_low ? 1 + FLAG_HEIGHT_PX : 1;
}

/* Beside the flag of a cursor that it would hide. */
static double beside_cursors(WwRuler *ruler, double x, double width)
{
	for (int i = 0; i < WW_CURSOR_N; i++) {
		const int64_t t_ns = ww_view_cursor_ns(ruler->view, (enum ww_cursor)i);
		const double flag_x = ww_ruler_x(ruler, t_ns);

		if (t_ns < 0 || flag_x < x - HANDLE_PX || flag_x > x + width + HANDLE_PX)
			continue;
		x = flag_x > x + width / 2 ? flag_x - HANDLE_PX - width : flag_x + HANDLE_PX;
	}
	return x;
}

/* What the pointer's instant is called, and where; borrowed until the next call for a layout. */
static PangoLayout *pointer_layout(WwRuler *ruler, double width, double *x, int *text_width,
				   int *text_height)
{
	const int64_t t_ns = ww_view_pointed_ns(ruler->view);
	const int64_t digits_ns =
		MAX((int64_t)ww_viewport_ns_per_px(ww_view_viewport(ruler->view)), 1);
	g_autofree char *text = ww_text_instant_at(ruler->view, t_ns, digits_ns);
	PangoLayout *layout = ww_layouts_get(ruler->layouts, text, 2 * LABEL_SPACING_PX);

	pango_layout_get_pixel_size(layout, text_width, text_height);
	*x = beside_cursors(ruler, ww_ruler_x(ruler, t_ns) - *text_width / 2.0, *text_width);
	*x = CLAMP(*x, WW_HEADER_WIDTH_PX + 7, width - *text_width - 7);
	return layout;
}

/* Whether the pointer's instant or the flag of a mark stands there. */
static bool is_covered(WwRuler *ruler, double width, double x0, double x1)
{
	const struct ww_marks *marks = ww_view_marks(ruler->view);
	int text_width, text_height;
	double x;

	if (ww_view_pointed_ns(ruler->view) >= 0) {
		pointer_layout(ruler, width, &x, &text_width, &text_height);
		if (x0 < x + text_width + 8 && x - 8 < x1)
			return true;
	}
	for (uint32_t i = 0; i < ww_marks_count(marks); i++) {
		double flag_width;

		x = ww_ruler_x(ruler, ww_marks_at(marks, i)->t_ns);
		if (x > x1 || x + NOTE_MAX_PX + FLAG_PADDING_PX < x0)
			continue;
		flag_layout(ruler, i, &flag_width, &text_height);
		if (x0 < x + flag_width)
			return true;
	}
	return false;
}

static void paint_ticks(WwRuler *ruler, GtkSnapshot *snapshot, double width, double height)
{
	const struct ww_viewport *viewport = ww_view_viewport(ruler->view);
	const int64_t origin_ns = ww_view_origin_ns(ruler->view);
	const GdkRGBA line = ww_paint_text(0.3);
	const GdkRGBA ink = ww_paint_text(0.75);
	struct ww_ticks ticks;

	ww_ticks_place(viewport, origin_ns, LABEL_SPACING_PX, &ticks);
	for (int64_t t_ns = ticks.first_ns; t_ns < viewport->span.end_ns;
	     t_ns += ticks.minor_step_ns) {
		const double x = floor(ww_ruler_x(ruler, t_ns));
		const bool is_major = (t_ns - origin_ns) % ticks.step_ns == 0;
		const int tick_px = is_major ? TICK_PX : MINOR_TICK_PX;
		g_autofree char *text = NULL;
		PangoLayout *layout;
		int text_width;

		ww_paint_rect(snapshot, &line, x, height - tick_px, 1, tick_px);
		if (!is_major)
			continue;
		text = ww_text_instant_at(ruler->view, t_ns, ticks.step_ns);
		layout = ww_layouts_get(ruler->layouts, text, LABEL_SPACING_PX);
		pango_layout_get_pixel_size(layout, &text_width, NULL);
		if (x < WW_HEADER_WIDTH_PX || x + 4 + text_width > width ||
		    is_covered(ruler, width, x + 4, x + 4 + text_width))
			continue;
		layout = ww_layouts_get(ruler->layouts, text, LABEL_SPACING_PX);
		ww_paint_layout(snapshot, layout, &ink, x + 4, 5);
	}
}

static void paint_selection(WwRuler *ruler, GtkSnapshot *snapshot, double width, double height)
{
	const struct ww_selection *selection = ww_view_selection(ruler->view);
	const GdkRGBA accent = ww_paint_accent();
	double x0, x1;

	if (selection->kind == WW_SELECTION_NONE)
		return;
	x0 = CLAMP(ww_ruler_x(ruler, selection->span.begin_ns), 0, width);
	x1 = CLAMP(ww_ruler_x(ruler, selection->span.end_ns), 0, width);
	ww_paint_rect(snapshot, &accent, x0, height - 3, MAX(x1 - x0, 2), 3);
}

static void paint_pointer(WwRuler *ruler, GtkSnapshot *snapshot, double width)
{
	const GdkRGBA paper = ww_paint_text(1);
	const GdkRGBA ink = ww_paint_rgba(ww_palette_background(ww_paint_theme()), 1);
	int text_width, text_height;
	double x;
	PangoLayout *layout = pointer_layout(ruler, width, &x, &text_width, &text_height);

	ww_paint_pill(snapshot, &paper, x - 6, 3, text_width + 12, text_height + 4, 5);
	ww_paint_layout(snapshot, layout, &ink, x, 5);
}

static void paint_mark(WwRuler *ruler, GtkSnapshot *snapshot, uint32_t i, double height)
{
	const struct ww_mark *mark = ww_marks_at(ww_view_marks(ruler->view), i);
	const bool is_present = mark->number == ww_view_present_mark(ruler->view);
	const struct ww_color color = ww_palette_mark(ww_paint_theme());
	const GdkRGBA fill = ww_paint_rgba(color, 1);
	const GdkRGBA ink = ww_paint_rgba(ww_palette_text_on(color), 1);
	const double x = floor(ww_ruler_x(ruler, mark->t_ns));
	const double y = flag_y(ruler, i);
	int text_height;
	double width;
	PangoLayout *layout = flag_layout(ruler, i, &width, &text_height);

	ww_paint_rect(snapshot, &fill, x, 1, is_present ? 2 : 1, height - 1);
	ww_paint_pill(snapshot, &fill, x, y, width, FLAG_HEIGHT_PX, 3);
	ww_paint_layout(snapshot, layout, &ink, x + 4,
			y + floor((FLAG_HEIGHT_PX - text_height) / 2.0));
}

static void paint_cursor(WwRuler *ruler, GtkSnapshot *snapshot, enum ww_cursor cursor,
			 double height)
{
	static const char *const names[WW_CURSOR_N] = { "A", "B" };
	const int64_t t_ns = ww_view_cursor_ns(ruler->view, cursor);
	const GdkRGBA fill = ww_paint_text(1);
	const GdkRGBA ink = ww_paint_rgba(ww_palette_background(ww_paint_theme()), 1);
	PangoLayout *layout = ww_layouts_get(ruler->layouts, names[cursor], LABEL_SPACING_PX);
	int text_width, text_height;
	double x;

	if (t_ns < 0)
		return;
	x = floor(ww_ruler_x(ruler, t_ns));
	pango_layout_get_pixel_size(layout, &text_width, &text_height);
	ww_paint_pill(snapshot, &fill, x - HANDLE_PX / 2.0, height - HANDLE_PX, HANDLE_PX,
		      HANDLE_PX, 3);
	ww_paint_layout(snapshot, layout, &ink, x - text_width / 2.0,
			height - (HANDLE_PX + text_height) / 2.0);
}

static void paint_marks(WwRuler *ruler, GtkSnapshot *snapshot, double width, double height)
{
	const struct ww_marks *marks = ww_view_marks(ruler->view);

	for (uint32_t i = 0; i < ww_marks_count(marks); i++) {
		const struct ww_mark *mark = ww_marks_at(marks, i);
		const double x = ww_ruler_x(ruler, mark->t_ns);

		if (WW_HEADER_WIDTH_PX - NOTE_MAX_PX - 8 < x && x <= width)
			paint_mark(ruler, snapshot, i, height);
	}
}

bool ww_ruler_mark_at(WwRuler *ruler, double x, double y, uint32_t *number)
{
	const struct ww_marks *marks = ww_view_marks(ruler->view);
	bool found = false;

	/* The last one is drawn on top. */
	for (uint32_t i = 0; i < ww_marks_count(marks); i++) {
		const struct ww_mark *mark = ww_marks_at(marks, i);
		const double flag_x = ww_ruler_x(ruler, mark->t_ns);
		int text_height;
		double width;

		flag_layout(ruler, i, &width, &text_height);
		if (x < flag_x - 2 || x > flag_x + width || y < flag_y(ruler, i) - 1 ||
		    y > flag_y(ruler, i) + FLAG_HEIGHT_PX)
			continue;
		*number = mark->number;
		found = true;
	}
	return found;
}

bool ww_ruler_cursor_at(WwRuler *ruler, double x, double y, enum ww_cursor *cursor)
{
	const double height = gtk_widget_get_height(GTK_WIDGET(ruler));

	if (y < height - HANDLE_PX - 1)
		return false;
	for (int i = WW_CURSOR_N - 1; i >= 0; i--) {
		const int64_t t_ns = ww_view_cursor_ns(ruler->view, (enum ww_cursor)i);

		if (t_ns < 0 || fabs(ww_ruler_x(ruler, t_ns) - x) > HANDLE_PX / 2.0 + 2)
			continue;
		*cursor = (enum ww_cursor)i;
		return true;
	}
	return false;
}

void ww_ruler_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwRuler *ruler = WW_RULER(widget);
	const double width = gtk_widget_get_width(widget);
	const double height = gtk_widget_get_height(widget);

	gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT(WW_HEADER_WIDTH_PX, 0,
							     (float)width - WW_HEADER_WIDTH_PX,
							     (float)height));
	paint_ticks(ruler, snapshot, width, height);
	paint_selection(ruler, snapshot, width, height);
	paint_marks(ruler, snapshot, width, height);
	if (ww_view_pointed_ns(ruler->view) >= 0)
		paint_pointer(ruler, snapshot, width);
	paint_cursor(ruler, snapshot, WW_CURSOR_A, height);
	paint_cursor(ruler, snapshot, WW_CURSOR_B, height);
	gtk_snapshot_pop(snapshot);
	gtk_widget_snapshot_child(widget, ruler->corner, snapshot);
}

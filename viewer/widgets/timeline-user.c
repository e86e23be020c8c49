// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows of a program's own words: tasks and regions, counters. */
#include <math.h>

#include "viewer/app/i18n.h"
#include "viewer/model/raster-user.h"
#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

#define LABEL_MIN_PX 30
/* A name cut to less than this says nothing. */
#define LABEL_CUT_MIN_PX 56
#define LABEL_PADDING_PX 4
#define BAR_HEIGHT_PX (WW_ROW_LEVEL_HEIGHT_PX - 2)
#define PLOT_MARGIN_PX 4
/* A click this near to a span is meant for it. */
#define NEAR_PX 3

static uint32_t n_px_of(const struct ww_timeline_frame *frame)
{
	const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(frame->timeline));

	return (uint32_t)frame->viewport->width_px * (uint32_t)scale;
}

/* Takes @bgra. */
static void paint_pixels(const struct ww_timeline_frame *frame, uint32_t *bgra, uint32_t n_px,
			 uint32_t n_rows, double y, double height)
{
	const size_t row_bytes = n_px * sizeof(*bgra);
	g_autoptr(GBytes) bytes = g_bytes_new_take(bgra, row_bytes * n_rows);
	g_autoptr(GdkTexture) texture = gdk_memory_texture_new(
		(int)n_px, (int)n_rows, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, row_bytes);

	gtk_snapshot_append_texture(frame->snapshot, texture,
				    &GRAPHENE_RECT_INIT(WW_HEADER_WIDTH_PX, (float)y,
							(float)frame->viewport->width_px,
							(float)height));
}

static void paint_name(const struct ww_timeline_frame *frame, const struct ww_nested *nested,
		       double x0, double x1, double y)
{
	const struct ww_color bar = ww_palette_task(nested->name, ww_paint_theme());
	const GdkRGBA ink = ww_paint_rgba(ww_palette_text_on(bar), 1);
	g_autofree char *several =
		g_strdup_printf(ngettext("%u more", "%u more", nested->n_merged), nested->n_merged);
	PangoLayout *layout =
		ww_layouts_get(frame->timeline->layouts, nested->name ? nested->name : several,
			       x1 - x0 - 2 * LABEL_PADDING_PX);
	int height;

	if (pango_layout_is_ellipsized(layout) && x1 - x0 < LABEL_CUT_MIN_PX)
		return;
	pango_layout_get_pixel_size(layout, NULL, &height);
	ww_paint_layout(frame->snapshot, layout, &ink, x0 + LABEL_PADDING_PX,
			y + floor((BAR_HEIGHT_PX - height) / 2.0));
}

/* Asking every LABEL_MIN_PX finds each span that is wide enough. */
static void paint_names(const struct ww_timeline_frame *frame, const struct ww_nesting *nesting,
			uint32_t level, double y)
{
	for (double x = 0; x < frame->viewport->width_px; x += LABEL_MIN_PX) {
		const int64_t t_ns = ww_viewport_time_ns(frame->viewport, x);
		const struct ww_nested *nested = ww_nesting_at(nesting, level, t_ns);
		double x0, x1;

		if (!nested)
			continue;
		x0 = MAX(ww_timeline_x(frame, nested->span.begin_ns), WW_HEADER_WIDTH_PX);
		x1 = MIN(ww_timeline_x(frame, nested->span.end_ns), frame->width_px);
		x = MAX(x, x1 - WW_HEADER_WIDTH_PX);
		if (x1 - x0 >= LABEL_MIN_PX)
			paint_name(frame, nested, x0, x1, y);
	}
}

static void paint_selected(const struct ww_timeline_frame *frame, const struct ww_row *row,
			   uint32_t level, double y)
{
	const struct ww_selection *selection = ww_view_selection(frame->timeline->view);
	const GdkRGBA accent = ww_paint_accent();
	const struct ww_nested *nested;
	double x0, x1;

	if (!selection->title || !ww_selection_crosses_lane(selection, row->lane))
		return;
	nested = ww_nesting_at(row->nesting, level, selection->span.begin_ns);
	if (!nested || g_strcmp0(nested->name, selection->title) != 0 ||
	    nested->span.begin_ns != selection->span.begin_ns)
		return;
	x0 = MAX(ww_timeline_x(frame, nested->span.begin_ns), WW_HEADER_WIDTH_PX - 4);
	x1 = MIN(ww_timeline_x(frame, nested->span.end_ns), frame->width_px + 4);
	if (x0 < x1)
		ww_paint_frame(frame->snapshot, &accent, x0 - 1, y - 1, MAX(x1 - x0, 3) + 1,
			       BAR_HEIGHT_PX + 2, 2);
}

void ww_timeline_paint_tasks(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const uint32_t n_px = n_px_of(frame);

	for (uint32_t level = 0; level < ww_nesting_n_levels(row->nesting); level++) {
		const double y = ww_timeline_row_y(frame, row) + 1 + level * WW_ROW_LEVEL_HEIGHT_PX;
		uint32_t *bgra = g_new(uint32_t, n_px);

		ww_raster_level(row->nesting, level, frame->viewport->span, n_px, ww_paint_theme(),
				bgra);
		paint_pixels(frame, bgra, n_px, 1, y, BAR_HEIGHT_PX);
		paint_names(frame, row->nesting, level, y);
		paint_selected(frame, row, level, y);
	}
}

void ww_timeline_paint_counter(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const struct ww_counter *counter = row->counter;
	const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(frame->timeline));
	const uint32_t height_px = (uint32_t)((row->height_px - 2 * PLOT_MARGIN_PX) * scale);
	const uint32_t n_px = n_px_of(frame);
	g_autofree struct ww_counter_pixel *pixels = g_new(struct ww_counter_pixel, n_px);
	uint32_t *bgra = g_new(uint32_t, n_px * height_px);

	ww_counter_pixels(counter, frame->viewport->span, n_px, pixels);
	/* Counts stand on nought, where that is not far. */
	ww_raster_counter(pixels, n_px, height_px, MIN(counter->least, 0), MAX(counter->most, 0),
			  ww_palette_task(counter->name, ww_paint_theme()), bgra);
	paint_pixels(frame, bgra, n_px, height_px, ww_timeline_row_y(frame, row) + PLOT_MARGIN_PX,
		     row->height_px - 2 * PLOT_MARGIN_PX);
}

static const struct ww_nested *nested_near(const struct ww_nesting *nesting, uint32_t level,
					   const struct ww_viewport *viewport, double area_x)
{
	const struct ww_nested *nested = NULL;

	for (int distance = 0; !nested && distance <= NEAR_PX; distance++) {
		nested = ww_nesting_at(nesting, level,
				       ww_viewport_time_ns(viewport, area_x + distance));
		if (!nested)
			nested = ww_nesting_at(nesting, level,
					       ww_viewport_time_ns(viewport, area_x - distance));
	}
	return nested;
}

const struct ww_nested *ww_timeline_task_at(WwTimeline *timeline, const struct ww_row *row,
					    double area_x, double y)
{
	const double inside = y - ww_rows_screen_y(row, ww_timeline_scroll_px(timeline));
	const uint32_t n_levels = ww_nesting_n_levels(row->nesting);
	const uint32_t level = MIN((uint32_t)MAX(inside, 0) / WW_ROW_LEVEL_HEIGHT_PX, n_levels - 1);

	return nested_near(row->nesting, level, ww_view_viewport(timeline->view), area_x);
}

bool ww_timeline_select_task(WwTimeline *timeline, const struct ww_row *row, double area_x,
			     double y)
{
	const struct ww_nested *nested = ww_timeline_task_at(timeline, row, area_x, y);
	struct ww_lane_set *lanes;

	if (!nested)
		return false;
	lanes = ww_lane_set_new();
	ww_lane_set_add(lanes, row->lane);
	ww_view_select_lanes(timeline->view, nested->span, lanes, nested->name);
	return true;
}

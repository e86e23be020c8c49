// SPDX-License-Identifier: GPL-2.0-or-later
/* The thread that most of the path is of may be off the screen: a chip at the edge says where. */
#include <math.h>

#include "viewer/view/text.h"
#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

#define MARGIN_PX 8
#define PADDING_PX 10
#define HEIGHT_PX 24
#define TEXT_MAX_PX 260

struct chip {
	uint32_t row;
	bool is_below;
	double x, y, width;
	PangoLayout *layout; /* borrowed until the next call for a layout */
};

static bool find_chip(WwTimeline *timeline, struct chip *chip)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const double height = gtk_widget_get_height(GTK_WIDGET(timeline));
	const double area_width = ww_view_viewport(timeline->view)->width_px;
	const double top = ww_rows_pinned_height_px(rows);
	g_autofree char *name = NULL;
	g_autofree char *text = NULL;
	const struct ww_row *row;
	double y;
	int text_width;

	if (!ww_view_path_main_row(timeline->view, &chip->row))
		return false;
	row = ww_rows_row(rows, chip->row);
	y = ww_rows_screen_y(row, ww_timeline_scroll_px(timeline));
	if (row->is_pinned || (y + row->height_px > top && y < height))
		return false;
	chip->is_below = y >= height;
	name = ww_text_lane(ww_view_trace(timeline->view), row->lane);
	text = g_strdup_printf("%s  %s", name, chip->is_below ? "↓" : "↑");
	chip->layout = ww_layouts_get(timeline->layouts, text, TEXT_MAX_PX);
	pango_layout_get_pixel_size(chip->layout, &text_width, NULL);
	chip->width = text_width + 2 * PADDING_PX;
	chip->x = WW_HEADER_WIDTH_PX + floor((area_width - chip->width) / 2);
	chip->y = chip->is_below ? height - HEIGHT_PX - MARGIN_PX : top + MARGIN_PX;
	return true;
}

void ww_timeline_paint_chip(const struct ww_timeline_frame *frame)
{
	const struct ww_color color = ww_palette_overlay(WW_OVERLAY_PATH, ww_paint_theme());
	const GdkRGBA paper = ww_paint_rgba(color, 1);
	const GdkRGBA ink = ww_paint_rgba(ww_palette_text_on(color), 1);
	struct chip chip;
	int text_height;

	if (!find_chip(frame->timeline, &chip))
		return;
	pango_layout_get_pixel_size(chip.layout, NULL, &text_height);
	ww_paint_pill(frame->snapshot, &paper, chip.x, chip.y, chip.width, HEIGHT_PX,
		      HEIGHT_PX / 2.0f);
	ww_paint_layout(frame->snapshot, chip.layout, &ink, chip.x + PADDING_PX,
			chip.y + floor((HEIGHT_PX - text_height) / 2.0));
}

bool ww_timeline_follow_chip(WwTimeline *timeline, double x, double y)
{
	struct chip chip;

	if (!find_chip(timeline, &chip) || x < chip.x || x > chip.x + chip.width || y < chip.y ||
	    y > chip.y + HEIGHT_PX)
		return false;
	ww_view_reveal_rows(timeline->view, chip.row, chip.row);
	return true;
}

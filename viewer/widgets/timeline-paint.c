// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "viewer/app/i18n.h"
#include "viewer/view/text.h"
#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

/* A span narrower than this carries no name. */
#define LABEL_MIN_PX 40
/* A name cut to less than this says nothing. */
#define LABEL_CUT_MIN_PX 56
#define LABEL_PADDING_PX 5

static void paint_background(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const bool is_group = ww_row_is_group(row);
	const GdkRGBA paper = ww_paint_rgba(ww_palette_paper(is_group, ww_paint_theme()), 1);
	const GdkRGBA line = ww_paint_text(0.06);
	const double y = ww_timeline_row_y(frame, row);

	ww_paint_rect(frame->snapshot, &paper, 0, y, frame->width_px, row->height_px);
	if (row->depth == 0)
		ww_paint_rect(frame->snapshot, &line, 0, y, frame->width_px, 1);
}

static struct ww_color bar_color(const struct ww_timeline_frame *frame, const struct ww_row *row,
				 const struct ww_interval *interval)
{
	const struct ww_trace *trace = ww_view_trace(frame->timeline->view);
	const enum ww_theme theme = ww_paint_theme();
	uint32_t upid;

	if (row->lane.kind != WW_LANE_CPU || interval->utid >= WW_UTID_IDLE)
		return ww_palette_state(interval->state, theme);
	upid = ww_trace_thread(trace, interval->utid)->upid;
	return ww_palette_process(ww_trace_process(trace, upid), theme);
}

/*
 * A blocked lane is a thin line: its name interrupts the line, on the lane's own background. So it
 * does with a pattern. Taller bars carry their name inside, in whichever of black and white reads
 * better.
 */
static void paint_label(const struct ww_timeline_frame *frame, const struct ww_row *row,
			const struct ww_interval *interval, double x0, double x1)
{
	const enum ww_theme theme = ww_paint_theme();
	const struct ww_trace *trace = ww_view_trace(frame->timeline->view);
	const struct ww_look *look = ww_palette_look(interval->state);
	const bool is_thin = look->reach == WW_BAND_CORE || look->pattern != WW_PATTERN_PLAIN;
	const struct ww_color bar = bar_color(frame, row, interval);
	const struct ww_color ink = is_thin ? ww_palette_text(theme) : ww_palette_text_on(bar);
	const GdkRGBA paper = ww_paint_rgba(ww_palette_background(theme), 1);
	const GdkRGBA color = ww_paint_rgba(ink, is_thin && !ww_theme_is_clear(theme) ? 0.8 : 1);
	const double room = x1 - x0 - 2 * LABEL_PADDING_PX - (is_thin ? 2 * LABEL_PADDING_PX : 0);
	const double x = x0 + LABEL_PADDING_PX * (is_thin ? 2 : 1);
	g_autofree char *text = ww_text_label(trace, row->lane, interval);
	PangoLayout *layout;
	int width, height;

	if (!*text)
		return;
	layout = ww_layouts_get(frame->timeline->layouts, text, room);
	pango_layout_get_pixel_size(layout, &width, &height);
	if (pango_layout_is_ellipsized(layout) && room < LABEL_CUT_MIN_PX)
		return;
	if (is_thin)
		ww_paint_rect(frame->snapshot, &paper, x - 3, ww_timeline_row_y(frame, row) + 3,
			      width + 6, row->height_px - 6);
	ww_paint_layout(frame->snapshot, layout, &color, x,
			ww_timeline_row_y(frame, row) + floor((row->height_px - height) / 2.0));
}

/*
 * Asking every LABEL_MIN_PX finds each span that is wide enough, however dense the lane is in
 * between; where no state has that many pixels to itself, nobody is asked.
 */
static void paint_lane_labels(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const struct ww_trace *trace = ww_view_trace(frame->timeline->view);
	const double width_px = frame->viewport->width_px;
	struct ww_interval interval;
	double x = 0;

	while ((x = ww_lane_art_next_wide(frame->timeline->art, row, x, LABEL_MIN_PX)) < width_px) {
		const double inside_px = MIN(x + LABEL_MIN_PX / 2.0, width_px - 1);
		double x0, x1;

		x += LABEL_MIN_PX / 2.0;
		if (!ww_query_at(trace, row->lane, ww_viewport_time_ns(frame->viewport, inside_px),
				 &interval))
			continue;
		x0 = MAX(ww_timeline_x(frame, interval.span.begin_ns), WW_HEADER_WIDTH_PX);
		x1 = MIN(ww_timeline_x(frame, interval.span.end_ns), frame->width_px);
		x = MAX(x, x1 - WW_HEADER_WIDTH_PX);
		if (x1 - x0 >= LABEL_MIN_PX)
			paint_label(frame, row, &interval, x0, x1);
	}
}

/* A group stands for its lanes. */
static bool is_crossed(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const struct ww_selection *selection = ww_view_selection(frame->timeline->view);
	uint32_t n_lanes;
	const struct ww_lane *lanes = ww_rows_lanes(frame->rows, row, &n_lanes);

	for (uint32_t i = 0; i < n_lanes; i++) {
		if (!ww_selection_crosses_lane(selection, lanes[i]))
			return false;
	}
	return n_lanes > 0;
}

/* An area of some lanes tints them only. */
static void paint_area(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const struct ww_selection *area = ww_view_selection(frame->timeline->view);
	GdkRGBA faint = ww_paint_accent();
	double x0, x1;

	if (area->kind != WW_SELECTION_AREA || !area->lanes || !is_crossed(frame, row))
		return;
	faint.alpha = 0.14f;
	x0 = MAX(ww_timeline_x(frame, area->span.begin_ns), WW_HEADER_WIDTH_PX);
	x1 = MIN(ww_timeline_x(frame, area->span.end_ns), frame->width_px);
	if (x0 < x1)
		ww_paint_rect(frame->snapshot, &faint, x0, ww_timeline_row_y(frame, row), x1 - x0,
			      row->height_px);
}

/* Clipped row by row, so that a label never sticks out of its lane and GSK compares rows, not one
 * long list. */
static void paint_row(const struct ww_timeline_frame *frame, const struct ww_row *row)
{
	const double y = ww_timeline_row_y(frame, row);

	gtk_snapshot_push_clip(
		frame->snapshot,
		&GRAPHENE_RECT_INIT(0, (float)y, (float)frame->width_px, (float)row->height_px));
	paint_background(frame, row);
	if (row->kind <= WW_ROW_LANE)
		ww_lane_art_paint(frame->timeline->art, frame->snapshot, row, WW_HEADER_WIDTH_PX,
				  y);
	if (row->kind == WW_ROW_LANE)
		paint_lane_labels(frame, row);
	if (row->kind == WW_ROW_LANE && row->lane.kind == WW_LANE_CPU)
		ww_timeline_paint_interrupts(frame, row);
	if (row->kind == WW_ROW_TASKS)
		ww_timeline_paint_tasks(frame, row);
	if (row->kind == WW_ROW_COUNTER)
		ww_timeline_paint_counter(frame, row);
	paint_area(frame, row);
	gtk_snapshot_pop(frame->snapshot);
}

/* Those that do not scroll, over the others that pass below them. */
static void paint_pinned(const struct ww_timeline_frame *frame)
{
	const GdkRGBA line = ww_paint_text(0.25);

	for (uint32_t i = 0; i < ww_rows_n_pinned(frame->rows); i++)
		paint_row(frame, ww_rows_row(frame->rows, i));
	if (frame->top_px > 0)
		ww_paint_rect(frame->snapshot, &line, 0, frame->top_px - 1, frame->width_px, 1);
}

static void paint_rows(const struct ww_timeline_frame *frame)
{
	gtk_snapshot_push_clip(frame->snapshot,
			       &GRAPHENE_RECT_INIT(0, (float)frame->top_px, (float)frame->width_px,
						   (float)(frame->height_px - frame->top_px)));
	for (uint32_t i = frame->first_row; i < frame->end_row; i++)
		paint_row(frame, ww_rows_row(frame->rows, i));
	gtk_snapshot_pop(frame->snapshot);
	paint_pinned(frame);
}

/* Says why there are no lanes, and where they are. */
static void paint_nothing(const struct ww_timeline_frame *frame)
{
	const char *filter = ww_rows_filter_text(frame->rows);
	const GdkRGBA ink = ww_paint_text(0.7);
	g_autofree char *filtered = g_strdup_printf(
		_("No lane matches “%s”. Change the filter in the menu above."), filter);
	g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(
		GTK_WIDGET(frame->timeline), *filter ? filtered
					     : ww_rows_n_hidden(frame->rows) > 0
						     ? _("No thread does anything in view.")
						     : _("This trace has no threads."));
	int width, height;

	pango_layout_get_pixel_size(layout, &width, &height);
	ww_paint_layout(frame->snapshot, layout, &ink, MAX(12, (frame->width_px - width) / 2.0),
			MAX(12, (frame->height_px - height) / 2.0));
}

void ww_timeline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwTimeline *timeline = WW_TIMELINE(widget);
	struct ww_timeline_frame frame = {
		.timeline = timeline,
		.snapshot = snapshot,
		.viewport = ww_view_viewport(timeline->view),
		.rows = ww_view_rows(timeline->view),
		.scroll_px = floor(ww_timeline_scroll_px(timeline)),
		.width_px = gtk_widget_get_width(widget),
		.height_px = gtk_widget_get_height(widget),
	};

	if (frame.width_px <= WW_HEADER_WIDTH_PX)
		return;
	if (ww_rows_count(frame.rows) == 0) {
		paint_nothing(&frame);
		return;
	}
	frame.top_px = MIN(ww_rows_pinned_height_px(frame.rows), frame.height_px);
	frame.first_row = ww_rows_at_screen(frame.rows, frame.top_px, frame.scroll_px);
	frame.first_row = MAX(frame.first_row, ww_rows_n_pinned(frame.rows));
	frame.end_row = ww_rows_at_px(frame.rows, frame.scroll_px + frame.height_px) + 1;
	ww_lane_art_begin(timeline->art, gtk_widget_get_scale_factor(widget));
	paint_rows(&frame);
	ww_lane_art_end(timeline->art);
	ww_timeline_paint_overlay(&frame);
	ww_timeline_paint_headers(&frame);
}

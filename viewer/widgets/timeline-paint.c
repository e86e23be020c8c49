// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "viewer/text.h"
#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

/* A span narrower than this carries no name. */
#define LABEL_MIN_PX 40
/* A name cut to less than this says nothing. */
#define LABEL_CUT_MIN_PX 56
#define LABEL_PADDING_PX 5
#define ARROW_HEAD_PX 5

/* What every step of one frame needs. */
struct frame {
	WwTimeline *timeline;
	GtkSnapshot *snapshot;
	const struct ww_viewport *viewport;
	const struct ww_rows *rows;
	double scroll_px, width_px, height_px;
	uint32_t first_row, end_row;
};

static double x_of(const struct frame *frame, int64_t t_ns)
{
	return WW_HEADER_WIDTH_PX + ww_viewport_x_px(frame->viewport, t_ns);
}

static double row_y(const struct frame *frame, const struct ww_row *row)
{
	return row->y_px - frame->scroll_px;
}

/* Positions far outside the screen overflow the renderers' integers. */
static double clamp_x(const struct frame *frame, double x)
{
	return CLAMP(x, WW_HEADER_WIDTH_PX - 8, frame->width_px + 8);
}

static void paint_background(const struct frame *frame, const struct ww_row *row)
{
	const bool is_group = row->kind != WW_ROW_LANE;
	const GdkRGBA paper = ww_paint_rgba(ww_palette_paper(is_group, ww_paint_is_dark()), 1);
	const GdkRGBA line = ww_paint_text(0.06);
	const double y = row_y(frame, row);

	ww_paint_rect(frame->snapshot, &paper, 0, y, frame->width_px, row->height_px);
	if (row->depth == 0)
		ww_paint_rect(frame->snapshot, &line, 0, y, frame->width_px, 1);
}

static struct ww_color bar_color(const struct frame *frame, const struct ww_row *row,
				 const struct ww_interval *interval)
{
	const struct ww_trace *trace = ww_view_trace(frame->timeline->view);
	const bool is_dark = ww_paint_is_dark();
	uint32_t upid;

	if (row->lane.kind != WW_LANE_CPU || interval->utid >= WW_UTID_IDLE)
		return ww_palette_state(interval->state, is_dark);
	upid = ww_trace_thread(trace, interval->utid)->upid;
	return ww_palette_process(ww_trace_process(trace, upid), is_dark);
}

/*
 * A blocked lane is a thin line: its name interrupts the line, on the lane's own background. So it
 * does with a pattern. Taller bars carry their name inside, in whichever of black and white reads
 * better.
 */
static void paint_label(const struct frame *frame, const struct ww_row *row,
			const struct ww_interval *interval, double x0, double x1)
{
	const bool is_dark = ww_paint_is_dark();
	const struct ww_trace *trace = ww_view_trace(frame->timeline->view);
	const struct ww_look *look = ww_palette_look(interval->state);
	const bool is_thin = look->reach == WW_BAND_CORE || look->pattern != WW_PATTERN_PLAIN;
	const struct ww_color bar = bar_color(frame, row, interval);
	const struct ww_color ink = is_thin ? ww_palette_text(is_dark) : ww_palette_text_on(bar);
	const GdkRGBA paper = ww_paint_rgba(ww_palette_background(is_dark), 1);
	const GdkRGBA color = ww_paint_rgba(ink, is_thin ? 0.8 : 1);
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
		ww_paint_rect(frame->snapshot, &paper, x - 3, row_y(frame, row) + 3, width + 6,
			      row->height_px - 6);
	ww_paint_layout(frame->snapshot, layout, &color, x,
			row_y(frame, row) + floor((row->height_px - height) / 2.0));
}

/* Asking every LABEL_MIN_PX finds each span that is wide enough, however dense the lane is in
 * between. */
static void paint_lane_labels(const struct frame *frame, const struct ww_row *row)
{
	const struct ww_trace *trace = ww_view_trace(frame->timeline->view);
	struct ww_interval interval;
	double x = 0;

	while (x < frame->viewport->width_px) {
		const int64_t t_ns = ww_viewport_time_ns(frame->viewport, x);
		double x0, x1;

		x += LABEL_MIN_PX;
		if (!ww_query_at(trace, row->lane, t_ns, &interval))
			continue;
		x0 = MAX(x_of(frame, interval.span.begin_ns), WW_HEADER_WIDTH_PX);
		x1 = MIN(x_of(frame, interval.span.end_ns), frame->width_px);
		x = MAX(x, x1 - WW_HEADER_WIDTH_PX);
		if (x1 - x0 >= LABEL_MIN_PX)
			paint_label(frame, row, &interval, x0, x1);
	}
}

/* Clipped row by row, so that a label never sticks out of its lane and GSK compares rows, not one
 * long list. */
static void paint_rows(const struct frame *frame)
{
	const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(frame->timeline));

	for (uint32_t i = frame->first_row; i < frame->end_row; i++) {
		const struct ww_row *row = ww_rows_row(frame->rows, i);
		const double y = row_y(frame, row);

		gtk_snapshot_push_clip(frame->snapshot,
				       &GRAPHENE_RECT_INIT(0, (float)y, (float)frame->width_px,
							   (float)row->height_px));
		paint_background(frame, row);
		ww_lane_art_paint(frame->timeline->art, frame->snapshot, row, WW_HEADER_WIDTH_PX, y,
				  scale);
		if (row->kind == WW_ROW_LANE)
			paint_lane_labels(frame, row);
		gtk_snapshot_pop(frame->snapshot);
	}
}

static void paint_guide(const struct frame *frame, int64_t t_ns, const GdkRGBA *color)
{
	const double x = floor(x_of(frame, t_ns));

	if (x >= WW_HEADER_WIDTH_PX && x < frame->width_px)
		ww_paint_rect(frame->snapshot, color, x, 0, 1, frame->height_px);
}

static void paint_selection(const struct frame *frame)
{
	const struct ww_selection *selection = ww_view_selection(frame->timeline->view);
	const GdkRGBA accent = ww_paint_accent();
	GdkRGBA faint = accent;
	double x0, x1;
	uint32_t i;

	if (selection->kind == WW_SELECTION_NONE)
		return;
	faint.alpha = 0.45f;
	paint_guide(frame, selection->span.begin_ns, &faint);
	paint_guide(frame, selection->span.end_ns, &faint);
	x0 = clamp_x(frame, x_of(frame, selection->span.begin_ns));
	x1 = clamp_x(frame, x_of(frame, selection->span.end_ns));
	if (selection->kind == WW_SELECTION_AREA) {
		faint.alpha = 0.12f;
		ww_paint_rect(frame->snapshot, &faint, x0, 0, x1 - x0, frame->height_px);
		return;
	}
	if (ww_rows_find(frame->rows, selection->lane, &i)) {
		const struct ww_row *row = ww_rows_row(frame->rows, i);
		const double spare = MAX(0, 5 - (x1 - x0)) / 2;

		ww_paint_frame(frame->snapshot, &accent, x0 - 1 - spare, row_y(frame, row),
			       x1 - x0 + 2 + 2 * spare, row->height_px, 2);
	}
}

static bool lane_middle(const struct frame *frame, uint32_t utid, double *y)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	const struct ww_row *row;
	uint32_t i;

	if (!ww_rows_find(frame->rows, lane, &i))
		return false;
	row = ww_rows_row(frame->rows, i);
	*y = row_y(frame, row) + row->height_px / 2.0;
	return true;
}

static void draw_arrow(cairo_t *cairo, double x, double from_y, double to_y)
{
	const double up = to_y < from_y ? 1 : -1;

	cairo_set_line_width(cairo, 2);
	cairo_arc(cairo, x, from_y, 3.5, 0, 2 * G_PI);
	cairo_fill(cairo);
	cairo_move_to(cairo, x, from_y);
	cairo_line_to(cairo, x, to_y + up * ARROW_HEAD_PX);
	cairo_stroke(cairo);
	cairo_move_to(cairo, x, to_y);
	cairo_rel_line_to(cairo, -ARROW_HEAD_PX, up * (ARROW_HEAD_PX + 3));
	cairo_rel_line_to(cairo, 2 * ARROW_HEAD_PX, 0);
	cairo_close_path(cairo);
	cairo_fill(cairo);
}

/* From the thread that woke to the one that was woken, at the instant it happened. */
static void paint_wakeup(const struct frame *frame)
{
	const struct ww_selection *selection = ww_view_selection(frame->timeline->view);
	const struct ww_interval *wait = &selection->interval;
	const GdkRGBA color = ww_paint_text(1);
	double x, from_y, to_y;
	cairo_t *cairo;

	if (selection->kind != WW_SELECTION_INTERVAL || selection->lane.kind != WW_LANE_THREAD ||
	    wait->waking_ns < 0 || wait->waker_utid >= WW_UTID_IDLE ||
	    wait->waker_utid == selection->lane.index)
		return;
	x = x_of(frame, wait->waking_ns);
	if (x < WW_HEADER_WIDTH_PX || x > frame->width_px ||
	    !lane_middle(frame, wait->waker_utid, &from_y) ||
	    !lane_middle(frame, selection->lane.index, &to_y))
		return;
	cairo = gtk_snapshot_append_cairo(
		frame->snapshot, &GRAPHENE_RECT_INIT((float)(x - 8), (float)(MIN(from_y, to_y) - 8),
						     16, (float)(fabs(from_y - to_y) + 16)));
	gdk_cairo_set_source_rgba(cairo, &color);
	draw_arrow(cairo, x, from_y, to_y);
	cairo_destroy(cairo);
}

static void paint_pointer(const struct frame *frame)
{
	const GdkRGBA color = ww_paint_text(0.35);
	const int64_t t_ns = ww_view_pointed_ns(frame->timeline->view);

	if (t_ns >= 0)
		paint_guide(frame, t_ns, &color);
}

static void paint_headers(const struct frame *frame)
{
	const GPtrArray *headers = frame->timeline->headers;

	for (guint i = 0; i < headers->len; i++) {
		GtkWidget *header = g_ptr_array_index(headers, i);

		if (gtk_widget_get_child_visible(header))
			gtk_widget_snapshot_child(GTK_WIDGET(frame->timeline), header,
						  frame->snapshot);
	}
}

void ww_timeline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	WwTimeline *timeline = WW_TIMELINE(widget);
	struct frame frame = {
		.timeline = timeline,
		.snapshot = snapshot,
		.viewport = ww_view_viewport(timeline->view),
		.rows = ww_view_rows(timeline->view),
		.scroll_px = floor(ww_timeline_scroll_px(timeline)),
		.width_px = gtk_widget_get_width(widget),
		.height_px = gtk_widget_get_height(widget),
	};

	if (ww_rows_count(frame.rows) == 0 || frame.width_px <= WW_HEADER_WIDTH_PX)
		return;
	frame.first_row = ww_rows_at_px(frame.rows, frame.scroll_px);
	frame.end_row = ww_rows_at_px(frame.rows, frame.scroll_px + frame.height_px) + 1;
	paint_rows(&frame);
	paint_selection(&frame);
	paint_wakeup(&frame);
	paint_pointer(&frame);
	paint_headers(&frame);
}

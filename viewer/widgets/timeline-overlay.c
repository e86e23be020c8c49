// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies over the lanes. Lines are thin rectangles: what Cairo has to paint anew is then thin
 * too.
 */
#include <math.h>

#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

#define ARROW_HEAD_PX 5

/* Positions far outside the screen overflow the renderers' integers. */
static double clamp_x(const struct ww_timeline_frame *frame, double x)
{
	return CLAMP(x, WW_HEADER_WIDTH_PX - 8, frame->width_px + 8);
}

static void paint_guide(const struct ww_timeline_frame *frame, int64_t t_ns, const GdkRGBA *color)
{
	const double x = floor(ww_timeline_x(frame, t_ns));

	if (x >= WW_HEADER_WIDTH_PX && x < frame->width_px)
		ww_paint_rect(frame->snapshot, color, x, 0, 1, frame->height_px);
}

static void paint_selection(const struct ww_timeline_frame *frame)
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
	x0 = clamp_x(frame, ww_timeline_x(frame, selection->span.begin_ns));
	x1 = clamp_x(frame, ww_timeline_x(frame, selection->span.end_ns));
	if (selection->kind == WW_SELECTION_AREA) {
		faint.alpha = 0.12f;
		if (!selection->lanes) /* else the rows that it crosses are tinted */
			ww_paint_rect(frame->snapshot, &faint, x0, 0, x1 - x0, frame->height_px);
		return;
	}
	if (ww_rows_find(frame->rows, selection->lane, &i)) {
		const struct ww_row *row = ww_rows_row(frame->rows, i);
		const double spare = MAX(0, 5 - (x1 - x0)) / 2;

		ww_paint_frame(frame->snapshot, &accent, x0 - 1 - spare,
			       ww_timeline_row_y(frame, row), x1 - x0 + 2 + 2 * spare,
			       row->height_px, 2);
	}
}

static bool lane_middle(const struct ww_timeline_frame *frame, uint32_t utid, double *y)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	const struct ww_row *row;
	uint32_t i;

	if (!ww_rows_find(frame->rows, lane, &i))
		return false;
	row = ww_rows_row(frame->rows, i);
	*y = ww_timeline_row_y(frame, row) + row->height_px / 2.0;
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
static void paint_wakeup(const struct ww_timeline_frame *frame)
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
	x = ww_timeline_x(frame, wait->waking_ns);
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

static void paint_pointer(const struct ww_timeline_frame *frame)
{
	const GdkRGBA color = ww_paint_text(0.35);
	const int64_t t_ns = ww_view_pointed_ns(frame->timeline->view);

	if (t_ns >= 0)
		paint_guide(frame, t_ns, &color);
}

void ww_timeline_paint_overlay(const struct ww_timeline_frame *frame)
{
	paint_selection(frame);
	paint_wakeup(frame);
	paint_pointer(frame);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies over the lanes. Lines are thin rectangles: what Cairo has to paint anew is then thin
 * too.
 */
#include <math.h>

#include "viewer/view/view-marks.h"
#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

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

		const double top = row->is_pinned ? 0 : frame->top_px;

		gtk_snapshot_push_clip(frame->snapshot,
				       &GRAPHENE_RECT_INIT(0, (float)top, (float)frame->width_px,
							   (float)MAX(frame->height_px - top, 0)));
		ww_paint_frame(frame->snapshot, &accent, x0 - 1 - spare,
			       ww_timeline_row_y(frame, row), x1 - x0 + 2 + 2 * spare,
			       row->height_px, 2);
		gtk_snapshot_pop(frame->snapshot);
	}
}

static void paint_pointer(const struct ww_timeline_frame *frame)
{
	const GdkRGBA color = ww_paint_text(0.35);
	const int64_t t_ns = ww_view_pointed_ns(frame->timeline->view);

	if (t_ns >= 0)
		paint_guide(frame, t_ns, &color);
}

static void paint_marks(const struct ww_timeline_frame *frame)
{
	WwView *view = frame->timeline->view;
	const struct ww_marks *marks = ww_view_marks(view);
	const GdkRGBA mark = ww_paint_rgba(ww_palette_mark(ww_paint_theme()), 0.75);
	const GdkRGBA cursor = ww_paint_text(0.8);

	for (uint32_t i = 0; i < ww_marks_count(marks); i++)
		paint_guide(frame, ww_marks_at(marks, i)->t_ns, &mark);
	for (int i = 0; i < WW_CURSOR_N; i++) {
		if (ww_view_cursor_ns(view, (enum ww_cursor)i) >= 0)
			paint_guide(frame, ww_view_cursor_ns(view, (enum ww_cursor)i), &cursor);
	}
}

void ww_timeline_paint_overlay(const struct ww_timeline_frame *frame)
{
	ww_timeline_paint_path(frame);
	paint_selection(frame);
	ww_timeline_paint_arrows(frame);
	paint_marks(frame);
	paint_pointer(frame);
	ww_timeline_paint_chip(frame);
}

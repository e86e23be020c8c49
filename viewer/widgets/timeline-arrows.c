// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrows between lanes and the path over them. Kinds differ in colour, in line and in shape: a
 * wake-up is a solid line with a triangle, an owner of a lock a dashed one with a diamond, a step
 * of the path a frame round its part of the lane.
 */
#include <math.h>

#include "viewer/widgets/paint.h"
#include "viewer/widgets/timeline-private.h"

#define LINE_PX 2
#define HEAD_PX 5
#define DASH_PX 5
#define DASH_GAP_PX 4
#define SPAN_MIN_PX 3

static const unsigned int all_kinds = (1u << WW_OVERLAY_N) - 1;

/* One end of an edge on the screen. */
struct end {
	double top, middle, bottom; /* of the row; clamped to the screen */
	int off;                    /* -1 above the screen, 1 below it */
	uint32_t row;
};

enum shape {
	SHAPE_DOT,
	SHAPE_TRIANGLE,
	SHAPE_DIAMOND,
	SHAPE_CHEVRON,
};

static GdkRGBA color_of(enum ww_overlay_kind kind)
{
	return ww_paint_rgba(ww_palette_overlay(kind, ww_paint_theme()), 1);
}

/* Of a thread in a folded group that of the group. False: it has no row. */
static bool find_end(const struct ww_timeline_frame *frame, uint32_t utid, struct end *end)
{
	const struct ww_row *row;
	double top, edge;

	if (!ww_rows_find(frame->rows, (struct ww_lane){ WW_LANE_THREAD, utid }, &end->row))
		return false;
	row = ww_rows_row(frame->rows, end->row);
	top = ww_timeline_row_y(frame, row);
	edge = row->is_pinned ? 0 : frame->top_px; /* pinned rows cover what passes below them */
	end->middle = top + floor(row->height_px / 2.0);
	end->off = end->middle < edge ? -1 : end->middle > frame->height_px;
	end->middle = CLAMP(end->middle, edge, frame->height_px);
	end->top = CLAMP(top, edge, frame->height_px);
	end->bottom = CLAMP(top + row->height_px, edge, frame->height_px);
	return true;
}

/* Shapes lie in boxes of their own, so that lines stay rectangles. @down: 1 points down, -1 up. */
static void paint_shape(const struct ww_timeline_frame *frame, enum shape shape,
			const GdkRGBA *color, double x, double y, double down)
{
	cairo_t *cairo = gtk_snapshot_append_cairo(
		frame->snapshot, &GRAPHENE_RECT_INIT((float)(x - 8), (float)(y - 9), 16, 18));

	gdk_cairo_set_source_rgba(cairo, color);
	switch (shape) {
	case SHAPE_DOT:
		cairo_arc(cairo, x, y, 3.5, 0, 2 * G_PI);
		break;
	case SHAPE_TRIANGLE:
		cairo_move_to(cairo, x, y);
		cairo_rel_line_to(cairo, -HEAD_PX, -down * (HEAD_PX + 3));
		cairo_rel_line_to(cairo, 2 * HEAD_PX, 0);
		break;
	case SHAPE_DIAMOND:
		cairo_move_to(cairo, x, y - HEAD_PX - 1);
		cairo_line_to(cairo, x + HEAD_PX, y);
		cairo_line_to(cairo, x, y + HEAD_PX + 1);
		cairo_line_to(cairo, x - HEAD_PX, y);
		break;
	case SHAPE_CHEVRON:
		cairo_set_line_width(cairo, LINE_PX);
		cairo_move_to(cairo, x - HEAD_PX, y - down * (HEAD_PX + 1));
		cairo_line_to(cairo, x, y - down);
		cairo_line_to(cairo, x + HEAD_PX, y - down * (HEAD_PX + 1));
		cairo_stroke(cairo);
		break;
	}
	cairo_fill(cairo);
	cairo_destroy(cairo);
}

static void paint_vertical(const struct ww_timeline_frame *frame, const GdkRGBA *color, double x,
			   double y0, double y1, bool is_dashed)
{
	const double top = MIN(y0, y1);
	const double bottom = MAX(y0, y1);

	if (!is_dashed)
		ww_paint_rect(frame->snapshot, color, x - LINE_PX / 2.0, top, LINE_PX,
			      bottom - top);
	for (double y = top; is_dashed && y < bottom; y += DASH_PX + DASH_GAP_PX)
		ww_paint_rect(frame->snapshot, color, x - LINE_PX / 2.0, y, LINE_PX,
			      MIN(DASH_PX, bottom - y));
}

static void paint_horizontal(const struct ww_timeline_frame *frame, const GdkRGBA *color, double x0,
			     double x1, double y, bool is_dashed)
{
	x0 = MAX(x0, WW_HEADER_WIDTH_PX);
	x1 = MIN(x1, frame->width_px);
	if (!is_dashed && x1 > x0)
		ww_paint_rect(frame->snapshot, color, x0, y, x1 - x0, LINE_PX);
	for (double x = x0; is_dashed && x < x1; x += DASH_PX + DASH_GAP_PX)
		ww_paint_rect(frame->snapshot, color, x, y, MIN(DASH_PX, x1 - x), LINE_PX);
}

static void paint_target(const struct ww_timeline_frame *frame, enum ww_overlay_kind kind,
			 const GdkRGBA *color, double x, const struct end *to, double y,
			 double down)
{
	if (to->off)
		paint_shape(frame, SHAPE_CHEVRON, color, x, y, down);
	else
		paint_shape(frame, kind == WW_OVERLAY_OWNER ? SHAPE_DIAMOND : SHAPE_TRIANGLE, color,
			    x, y, down);
}

/* Along the lane it comes from until the instant it arrives, then across. */
static void paint_edge(const struct ww_timeline_frame *frame, const struct ww_overlay_edge *edge)
{
	const GdkRGBA color = color_of(edge->kind);
	const bool is_dashed = edge->kind == WW_OVERLAY_OWNER;
	const bool is_path = edge->kind == WW_OVERLAY_PATH;
	const double from_x = round(ww_timeline_x(frame, edge->from_ns));
	const double x = round(ww_timeline_x(frame, edge->to_ns));
	struct end from, to;
	double down, y0, y1;

	if (x < WW_HEADER_WIDTH_PX || x > frame->width_px ||
	    !find_end(frame, edge->from_utid, &from) || !find_end(frame, edge->to_utid, &to) ||
	    from.row == to.row || (from.off && from.off == to.off))
		return;
	down = to.row > from.row ? 1 : -1;
	y0 = !is_path ? from.middle : down > 0 ? from.bottom : from.top;
	y1 = !is_path ? to.middle : down > 0 ? to.top : to.bottom;
	if (from_x < x && !from.off)
		paint_horizontal(frame, &color, from_x, x, from.middle - LINE_PX / 2.0, is_dashed);
	paint_vertical(frame, &color, x, y0,
		       to.off || is_dashed ? y1 : y1 - down * MIN(HEAD_PX, fabs(y1 - y0)),
		       is_dashed);
	if (from.off)
		paint_shape(frame, SHAPE_CHEVRON, &color, x, y0, -down);
	else if (!is_path)
		paint_shape(frame, SHAPE_DOT, &color, x, y0, down);
	paint_target(frame, edge->kind, &color, x, &to, y1, down);
}

/* In a folded group many threads share a row: there it is a line at the bottom. */
static void paint_span(const struct ww_timeline_frame *frame, const struct ww_overlay_span *span,
		       double x0, double x1)
{
	const GdkRGBA color = color_of(span->kind);
	const struct ww_row *row;
	struct end end;
	double y;

	if (!find_end(frame, span->utid, &end) || end.off)
		return;
	row = ww_rows_row(frame->rows, end.row);
	y = ww_timeline_row_y(frame, row);
	if (ww_row_is_group(row)) {
		paint_horizontal(frame, &color, x0, x1, y + row->height_px - LINE_PX, false);
	} else if (span->kind == WW_OVERLAY_OWNER) {
		paint_horizontal(frame, &color, x0, x1, y, true);
		paint_horizontal(frame, &color, x0, x1, y + row->height_px - LINE_PX, true);
	} else {
		ww_paint_frame(frame->snapshot, &color, x0, y, x1 - x0, row->height_px, LINE_PX);
	}
}

static void paint_spans(const struct ww_timeline_frame *frame, const GArray *spans)
{
	double last_x = -1;

	for (guint i = 0; i < spans->len; i++) {
		const struct ww_overlay_span *span =
			&g_array_index(spans, struct ww_overlay_span, i);
		double x0 = ww_timeline_x(frame, span->span.begin_ns);
		double x1 = ww_timeline_x(frame, span->span.end_ns);

		if (x1 < WW_HEADER_WIDTH_PX || x0 > frame->width_px)
			continue;
		/* Thousands of steps below a pixel are one. */
		if (x1 - x0 < 1 && x0 - last_x < 1)
			continue;
		last_x = x0;
		x0 = MAX(x0 - (x1 - x0 < SPAN_MIN_PX ? 1 : 0), WW_HEADER_WIDTH_PX - 8);
		x1 = MIN(MAX(x1, x0 + SPAN_MIN_PX), frame->width_px + 8);
		paint_span(frame, span, x0, x1);
	}
}

static void paint_edges(const struct ww_timeline_frame *frame, const GArray *edges,
			unsigned int kinds)
{
	double last_x = -2;

	for (guint i = 0; i < edges->len; i++) {
		const struct ww_overlay_edge *edge =
			&g_array_index(edges, struct ww_overlay_edge, i);
		const double x = ww_timeline_x(frame, edge->to_ns);

		if (!(kinds & 1u << edge->kind) ||
		    (edge->kind == WW_OVERLAY_PATH && fabs(x - last_x) < 1 && i + 1 < edges->len))
			continue;
		last_x = x;
		paint_edge(frame, edge);
	}
}

void ww_timeline_paint_path(const struct ww_timeline_frame *frame)
{
	const struct ww_answer *shown = ww_insight_path(ww_view_insight(frame->timeline->view));

	if (!shown)
		return;
	paint_spans(frame, shown->path->spans);
	paint_edges(frame, shown->path->edges, all_kinds);
}

void ww_timeline_paint_arrows(const struct ww_timeline_frame *frame)
{
	WwInsight *insight = ww_view_insight(frame->timeline->view);
	const struct ww_answer *answer = ww_insight_answer(insight);
	/* The path goes over owners, and frames whatever they did. */
	const bool has_path = ww_insight_path(insight);

	if (!answer || !answer->arrows)
		return;
	if (!has_path)
		paint_spans(frame, answer->arrows->spans);
	paint_edges(frame, answer->arrows->edges, has_path ? 1u << WW_OVERLAY_WAKEUP : all_kinds);
}

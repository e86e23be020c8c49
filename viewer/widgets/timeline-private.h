/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline's own files: timeline.c keeps rows and headers in place, -input.c listens, -paint.c
 * draws the rows, -overlay.c and -arrows.c what lies over them. */
#ifndef WW_VIEWER_WIDGETS_TIMELINE_PRIVATE_H
#define WW_VIEWER_WIDGETS_TIMELINE_PRIVATE_H

#include "viewer/widgets/lane-art.h"
#include "viewer/widgets/layouts.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/timeline.h"

struct _WwTimeline {
	GtkWidget parent;
	GtkAdjustment *horizontal; /* demanded by GtkScrollable, never used */
	GtkAdjustment *vertical;   /* rows, in pixels */
	WwView *view;
	GPtrArray *headers;        /* WwLaneHeader *, borrowed from the widget tree */
	GPtrArray *pinned_headers; /* likewise; of pinned rows, by their index */
	struct ww_lane_art *art;
	struct ww_layouts *layouts;
	guint describe_timer; /* debounces the accessible description */
	uint32_t wanted_row;  /* to be scrolled to once the size is known; UINT32_MAX: none */
	uint32_t wanted_end;  /* up to this one, if they fit */
	/* input, in widget pixels */
	double pointer_x, pointer_y;
	double drag_x, drag_y;
	int64_t drag_begin_ns;
	struct ww_span drag_span; /* visible when the drag began */
	bool is_panning, has_dragged;
	double pinch_scale;
};

/* Pixels from the top of the first row to the top of the widget. */
double ww_timeline_scroll_px(WwTimeline *timeline);
/* A widget position as one of the time area, and back. */
double ww_timeline_area_x(double x);
const struct ww_row *ww_timeline_row_at(WwTimeline *timeline, double y); /* NULL: none there */
bool ww_timeline_lane_at(WwTimeline *timeline, double y, struct ww_lane *lane);

void ww_timeline_add_input(WwTimeline *timeline);
void ww_timeline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot);

/* What every step of painting one frame needs. */
struct ww_timeline_frame {
	WwTimeline *timeline;
	GtkSnapshot *snapshot;
	const struct ww_viewport *viewport;
	const struct ww_rows *rows;
	double scroll_px, width_px, height_px;
	double top_px; /* where the pinned rows end and the others pass below them */
	uint32_t first_row, end_row;
};

static inline double ww_timeline_x(const struct ww_timeline_frame *frame, int64_t t_ns)
{
	return WW_HEADER_WIDTH_PX + ww_viewport_x_px(frame->viewport, t_ns);
}

static inline double ww_timeline_row_y(const struct ww_timeline_frame *frame,
				       const struct ww_row *row)
{
	return ww_rows_screen_y(row, frame->scroll_px);
}

/* Rows of the program's own words; interrupts of a CPU. */
void ww_timeline_paint_tasks(const struct ww_timeline_frame *frame, const struct ww_row *row);
void ww_timeline_paint_counter(const struct ww_timeline_frame *frame, const struct ww_row *row);
void ww_timeline_paint_interrupts(const struct ww_timeline_frame *frame, const struct ww_row *row);
/* The task at that place of its row; NULL: none is near. Borrowed from the document. */
const struct ww_nested *ww_timeline_task_at(WwTimeline *timeline, const struct ww_row *row,
					    double area_x, double y);
/* What a tooltip says there; NULL: nothing. Free with g_free. */
char *ww_timeline_tip_text(WwTimeline *timeline, double x, double y);
void ww_timeline_add_tip(WwTimeline *timeline);
/* Selects the task at that place of its row; false when there is none. */
bool ww_timeline_select_task(WwTimeline *timeline, const struct ww_row *row, double area_x,
			     double y);

/* What headers say is said when rows change or scroll: a label that changes while its window is
 * being laid out would be drawn before it has its place. */
void ww_timeline_label_headers(WwTimeline *timeline);
/* The same rows may be called otherwise in another trace. */
void ww_timeline_rename_headers(WwTimeline *timeline);
void ww_timeline_place_headers(WwTimeline *timeline, int height);
void ww_timeline_describe_headers(WwTimeline *timeline);
void ww_timeline_paint_headers(const struct ww_timeline_frame *frame);

/* Scrolls to where the chip points; false when it is not there. */
bool ww_timeline_follow_chip(WwTimeline *timeline, double x, double y);
void ww_timeline_paint_chip(const struct ww_timeline_frame *frame);

/* Selection, arrows, path and guides, over the painted rows. */
void ww_timeline_paint_path(const struct ww_timeline_frame *frame);
void ww_timeline_paint_arrows(const struct ww_timeline_frame *frame);
void ww_timeline_paint_overlay(const struct ww_timeline_frame *frame);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline's own three files: timeline.c keeps rows and headers in place, -input.c listens,
 * -paint.c draws. */
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
	GPtrArray *headers; /* WwLaneHeader *, borrowed from the widget tree */
	struct ww_lane_art *art;
	struct ww_layouts *layouts;
	guint describe_timer; /* debounces the accessible description */
	uint32_t wanted_row;  /* to be scrolled to once the size is known; UINT32_MAX: none */
	/* input, in widget pixels */
	double pointer_x, pointer_y;
	double drag_x;
	int64_t drag_begin_ns;
	struct ww_span drag_span; /* visible when the drag began */
	bool is_panning, has_dragged;
	double pinch_scale;
};

/* Pixels from the top of the first row to the top of the widget. */
double ww_timeline_scroll_px(WwTimeline *timeline);
/* A widget position as one of the time area, and back. */
double ww_timeline_area_x(double x);
bool ww_timeline_lane_at(WwTimeline *timeline, double y, struct ww_lane *lane);

void ww_timeline_add_input(WwTimeline *timeline);
void ww_timeline_snapshot(GtkWidget *widget, GtkSnapshot *snapshot);

#endif

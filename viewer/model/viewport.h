/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The viewport: which part of the trace is on the screen. The only place that maps time to pixels
 * and back.
 *
 * Plain values, no toolkit. Time is integer ns; a pixel position is a double measured from the left
 * edge of the time area. The view never leaves @limits and is never shorter than
 * WW_VIEWPORT_MIN_NS.
 */
#ifndef WW_VIEWER_MODEL_VIEWPORT_H
#define WW_VIEWER_MODEL_VIEWPORT_H

#include <stdbool.h>

#include "base/units.h"

#define WW_VIEWPORT_MIN_NS WW_NS_PER_US

struct ww_viewport {
	struct ww_span limits;
	struct ww_span span; /* what is shown */
	double width_px;     /* at least 1 */
};

/* Shows all of @limits; an empty trace counts as one of the minimal length. */
void ww_viewport_init(struct ww_viewport *viewport, struct ww_span limits, double width_px);

double ww_viewport_ns_per_px(const struct ww_viewport *viewport);
double ww_viewport_x_px(const struct ww_viewport *viewport,
			int64_t t_ns); /* may lie outside the area */
int64_t ww_viewport_time_ns(const struct ww_viewport *viewport, double x_px);

/* The span keeps its time; only its scale changes. */
void ww_viewport_resize(struct ww_viewport *viewport, double width_px);

/* Multiplies the visible length by @factor (below 1: closer) and keeps the instant under @x_px
 * where it is. */
void ww_viewport_zoom(struct ww_viewport *viewport, double factor, double x_px);
/* Moves what is shown by @dx_px pixels towards later times. */
void ww_viewport_pan(struct ww_viewport *viewport, double dx_px);
/* Shows exactly @span, as far as the limits allow. */
void ww_viewport_show(struct ww_viewport *viewport, struct ww_span span);
/* Shows @span in the middle @share of the width, so that one sees what was around it. */
void ww_viewport_frame(struct ww_viewport *viewport, struct ww_span span, double share);
/* Brings @t_ns to the middle when it is not on the screen; false when it was. */
bool ww_viewport_reveal(struct ww_viewport *viewport, int64_t t_ns);

bool ww_viewport_is_equal(const struct ww_viewport *a, const struct ww_viewport *b);

#endif

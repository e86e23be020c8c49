// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/viewport.h"

#include <math.h>

/* Keeps the length where it can and moves the span back between the limits. */
static struct ww_span clamp_span(const struct ww_viewport *viewport, int64_t begin_ns,
				 int64_t length_ns)
{
	const struct ww_span limits = viewport->limits;
	const int64_t longest_ns = ww_span_length_ns(limits);

	length_ns = CLAMP(length_ns, MIN(WW_VIEWPORT_MIN_NS, longest_ns), longest_ns);
	begin_ns = CLAMP(begin_ns, limits.begin_ns, limits.end_ns - length_ns);
	return (struct ww_span){ begin_ns, begin_ns + length_ns };
}

/* Doubles beyond the integer range are undefined behaviour to convert. */
static int64_t round_ns(double ns)
{
	return llround(CLAMP(ns, -0x1p61, 0x1p61));
}

void ww_viewport_init(struct ww_viewport *viewport, struct ww_span limits, double width_px)
{
	limits.end_ns = MAX(limits.end_ns, limits.begin_ns + WW_VIEWPORT_MIN_NS);
	*viewport = (struct ww_viewport){ limits, limits, MAX(width_px, 1) };
}

double ww_viewport_ns_per_px(const struct ww_viewport *viewport)
{
	return (double)ww_span_length_ns(viewport->span) / viewport->width_px;
}

/* Subtract as integers, then convert: hour-long timestamps do not survive a double's rounding
 * once it is multiplied. */
double ww_viewport_x_px(const struct ww_viewport *viewport, int64_t t_ns)
{
	return (double)(t_ns - viewport->span.begin_ns) / ww_viewport_ns_per_px(viewport);
}

int64_t ww_viewport_time_ns(const struct ww_viewport *viewport, double x_px)
{
	return viewport->span.begin_ns + round_ns(x_px * ww_viewport_ns_per_px(viewport));
}

void ww_viewport_resize(struct ww_viewport *viewport, double width_px)
{
	viewport->width_px = MAX(width_px, 1);
}

void ww_viewport_zoom(struct ww_viewport *viewport, double factor, double x_px)
{
	const double share = CLAMP(x_px / viewport->width_px, 0, 1);
	const int64_t old_ns = ww_span_length_ns(viewport->span);
	const int64_t longest_ns = ww_span_length_ns(viewport->limits);
	int64_t new_ns = round_ns((double)old_ns * factor);

	new_ns = CLAMP(new_ns, MIN(WW_VIEWPORT_MIN_NS, longest_ns), longest_ns);
	viewport->span = clamp_span(
		viewport, viewport->span.begin_ns + round_ns((double)(old_ns - new_ns) * share),
		new_ns);
}

void ww_viewport_pan(struct ww_viewport *viewport, double dx_px)
{
	viewport->span = clamp_span(viewport,
				    viewport->span.begin_ns +
					    round_ns(dx_px * ww_viewport_ns_per_px(viewport)),
				    ww_span_length_ns(viewport->span));
}

void ww_viewport_show(struct ww_viewport *viewport, struct ww_span span)
{
	viewport->span = clamp_span(viewport, span.begin_ns, ww_span_length_ns(span));
}

void ww_viewport_frame(struct ww_viewport *viewport, struct ww_span span, double share)
{
	const int64_t length_ns = round_ns((double)ww_span_length_ns(span) / share);

	viewport->span = clamp_span(
		viewport, span.begin_ns - (length_ns - ww_span_length_ns(span)) / 2, length_ns);
}

bool ww_viewport_reveal(struct ww_viewport *viewport, int64_t t_ns)
{
	const int64_t length_ns = ww_span_length_ns(viewport->span);

	if (ww_span_contains(viewport->span, t_ns))
		return false;
	viewport->span = clamp_span(viewport, t_ns - length_ns / 2, length_ns);
	return true;
}

bool ww_viewport_is_equal(const struct ww_viewport *a, const struct ww_viewport *b)
{
	return a->span.begin_ns == b->span.begin_ns && a->span.end_ns == b->span.end_ns;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What a search found, to be stepped through; and the places that a search leads to. */
#include "viewer/view/view-private.h"

/* To go to an instant says little while most of the trace is shown: then this part of it is. */
#define CLOSER 20

void ww_view_set_matches(WwView *view, GArray *matches)
{
	g_clear_pointer(&view->matches, g_array_unref);
	view->matches = matches;
	view->match = 0;
}

bool ww_view_step_match(WwView *view, int direction)
{
	guint n_matches;

	if (!view->matches || view->matches->len == 0)
		return false;
	n_matches = view->matches->len;
	view->match = (view->match + n_matches + (direction > 0 ? 1 : n_matches - 1)) % n_matches;
	return ww_view_go_to_wait(view,
				  g_array_index(view->matches, struct ww_wait_ref, view->match));
}

void ww_view_center(WwView *view, int64_t t_ns)
{
	const int64_t whole_ns = ww_span_length_ns(view->viewport.limits);
	int64_t length_ns = ww_span_length_ns(view->viewport.span);

	if (length_ns > whole_ns / 2)
		length_ns = whole_ns / CLOSER;
	view->last_move_us = 0;
	ww_view_show(view,
		     (struct ww_span){ t_ns - length_ns / 2, t_ns - length_ns / 2 + length_ns });
	ww_view_put_cursor(view, WW_CURSOR_A, t_ns);
}

bool ww_view_go_to_lane(WwView *view, struct ww_lane lane, struct ww_span life)
{
	const struct ww_span visible = view->viewport.span;
	const struct ww_span lived =
		ww_span_overlaps(visible, life) ? ww_span_intersect(visible, life) : life;
	const int64_t middle_ns = lived.begin_ns + ww_span_length_ns(lived) / 2;

	return ww_view_go_to(view, lane, middle_ns, true) ||
	       ww_view_go_to(view, lane, lived.begin_ns, true);
}

void ww_view_go_to_span(WwView *view, struct ww_lane lane, struct ww_span span)
{
	ww_view_reveal_lane(view, lane);
	ww_view_select_area(view, span);
	ww_view_frame_selection(view);
}

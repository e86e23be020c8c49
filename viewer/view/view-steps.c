// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a key leads from the selection: along the lane, to other lanes, along wake-ups. */
#include "viewer/view/view-private.h"

bool ww_view_next_worst(WwView *view)
{
	const GArray *worst = view->document->summary.groups;
	const struct ww_wait_group *group;

	if (worst->len == 0)
		return false;
	group = &g_array_index(worst, struct ww_wait_group, view->next_worst++ % worst->len);
	return ww_view_go_to_wait(view, group->longest);
}

bool ww_view_step_state(WwView *view, int direction)
{
	const unsigned int any = (1u << WW_STATE_N) - 1;
	const struct ww_selection selection = view->selection;
	struct ww_interval interval;
	bool found;

	if (selection.kind != WW_SELECTION_INTERVAL)
		return false;
	found = direction > 0 ? ww_query_next(view->document->trace, selection.lane,
					      selection.span.end_ns, any, &interval)
			      : ww_query_previous(view->document->trace, selection.lane,
						  selection.span.begin_ns, any, &interval);
	if (!found)
		return false;
	ww_viewport_reveal(&view->viewport,
			   direction > 0 ? interval.span.begin_ns : interval.span.end_ns - 1);
	ww_view_go_to_interval(view, selection.lane, &interval);
	return true;
}

static struct ww_span visible_part(WwView *view, struct ww_span span)
{
	return ww_span_overlaps(span, view->viewport.span)
		       ? ww_span_intersect(span, view->viewport.span)
		       : view->viewport.span;
}

bool ww_view_step_lane(WwView *view, int direction)
{
	const struct ww_span span = visible_part(view, view->selection.span);
	const int64_t t_ns = span.begin_ns + ww_span_length_ns(span) / 2;
	const int64_t n_rows = ww_rows_count(view->rows);
	int64_t row = direction > 0 ? -1 : n_rows;
	uint32_t present;

	if (view->selection.kind == WW_SELECTION_INTERVAL &&
	    ww_rows_find(view->rows, view->selection.lane, &present))
		row = present;
	for (row += direction; 0 <= row && row < n_rows; row += direction) {
		const struct ww_row *candidate = ww_rows_row(view->rows, (uint32_t)row);

		if (candidate->kind == WW_ROW_LANE &&
		    ww_view_go_to(view, candidate->lane, t_ns, true))
			return true;
	}
	return false;
}

bool ww_view_go_to_waker(WwView *view)
{
	const struct ww_interval *wait = &view->selection.interval;

	if (view->selection.kind != WW_SELECTION_INTERVAL || wait->waking_ns < 0 ||
	    wait->waker_utid >= WW_UTID_IDLE)
		return false;
	return ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, wait->waker_utid },
			     wait->waking_ns, true);
}

bool ww_view_go_to_woken(WwView *view)
{
	const struct ww_span from_here = { view->selection.span.begin_ns,
					   view->viewport.limits.end_ns };
	g_autoptr(GArray) wakes = NULL;
	const struct ww_wake *wake;

	if (view->selection.kind != WW_SELECTION_INTERVAL ||
	    view->selection.lane.kind != WW_LANE_THREAD)
		return false;
	wakes = ww_query_wakes_by(view->document->trace, view->selection.lane.index, from_here);
	if (wakes->len == 0)
		return false;
	wake = &g_array_index(wakes, struct ww_wake, 0);
	return ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, wake->wakee_utid },
			     wake->time_ns, true);
}

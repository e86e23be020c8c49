// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a key leads from the selection: along the lane, to other lanes, along wake-ups. */
#include "viewer/view/view-private.h"

/* Who is woken next is looked for so far at first, then twice as far. */
#define LOOK_AHEAD_NS (4 * WW_NS_PER_MS)

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
	struct ww_interval interval;
	struct ww_lane lane;
	bool found;

	if (!ww_view_standing(view, &lane, &interval))
		return false;
	found = direction > 0 ? ww_query_next(view->document->trace, lane, interval.span.end_ns,
					      any, &interval)
			      : ww_query_previous(view->document->trace, lane,
						  interval.span.begin_ns, any, &interval);
	if (!found)
		return false;
	ww_viewport_reveal(&view->viewport,
			   direction > 0 ? interval.span.begin_ns : interval.span.end_ns - 1);
	ww_view_go_to_interval(view, lane, &interval);
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
	struct ww_interval interval;
	struct ww_lane lane;
	const bool stands = ww_view_standing(view, &lane, &interval);
	const struct ww_span span =
		visible_part(view, stands ? interval.span : view->selection.span);
	const int64_t t_ns = span.begin_ns + ww_span_length_ns(span) / 2;
	const int64_t n_rows = ww_rows_count(view->rows);
	int64_t row = direction > 0 ? -1 : n_rows;
	uint32_t present;

	if (stands && ww_rows_find(view->rows, lane, &present))
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
	struct ww_interval wait;
	struct ww_lane lane;

	if (!ww_view_standing(view, &lane, &wait) || wait.waking_ns < 0 ||
	    wait.waker_utid >= WW_UTID_IDLE)
		return false;
	return ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, wait.waker_utid },
			     wait.waking_ns, true);
}

/* A query lists all wakes of a span, and of a busy thread they are millions to the end. */
static bool find_first_wake(WwView *view, uint32_t utid, int64_t begin_ns, struct ww_wake *wake)
{
	const int64_t end_ns = view->viewport.limits.end_ns;
	int64_t length_ns = LOOK_AHEAD_NS;

	while (begin_ns < end_ns) {
		const struct ww_span ahead = { begin_ns,
					       begin_ns + MIN(length_ns, end_ns - begin_ns) };
		g_autoptr(GArray) wakes = ww_query_wakes_by(view->document->trace, utid, ahead);

		if (wakes->len > 0) {
			*wake = g_array_index(wakes, struct ww_wake, 0);
			return true;
		}
		begin_ns = ahead.end_ns;
		length_ns *= 2;
	}
	return false;
}

bool ww_view_go_to_woken(WwView *view)
{
	struct ww_interval interval;
	struct ww_wake wake;
	struct ww_lane lane;

	if (!ww_view_standing(view, &lane, &interval) || lane.kind != WW_LANE_THREAD ||
	    !find_first_wake(view, lane.index, interval.span.begin_ns, &wake))
		return false;
	return ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, wake.wakee_utid },
			     wake.time_ns, true);
}

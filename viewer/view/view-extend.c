// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The selection grows state by state along its lane.
 *
 * As in a text, what was selected first is the anchor: going on extends at one edge, going back
 * gives up what was added there, and further back extends at the other edge.
 */
#include "viewer/view/view-marks.h"
#include "viewer/view/view-private.h"

static const unsigned int any_state = (1u << WW_STATE_N) - 1;

static bool begin(WwView *view)
{
	view->amends_area =
		view->is_extended && ww_selection_is_same(&view->extended, &view->selection);
	if (view->amends_area)
		return true;
	if (view->selection.kind != WW_SELECTION_INTERVAL)
		return false;
	view->anchor = view->selection.span;
	view->anchor_lane = view->selection.lane;
	return true;
}

/* The end of the state that begins at @t_ns, or the begin of the one that ends there. */
static bool next_edge_ns(WwView *view, int64_t t_ns, int direction, int64_t *edge_ns)
{
	const struct ww_trace *trace = view->document->trace;
	struct ww_interval interval;
	bool found;

	if (direction > 0)
		found = ww_query_next(trace, view->anchor_lane, t_ns, any_state, &interval);
	else
		found = ww_query_previous(trace, view->anchor_lane, t_ns, any_state, &interval);
	if (found)
		*edge_ns = direction > 0 ? interval.span.end_ns : interval.span.begin_ns;
	return found;
}

static bool move_edge(WwView *view, int direction, struct ww_span *span, int64_t *moved_ns)
{
	const struct ww_span anchor = view->anchor;
	bool found;

	if (direction > 0 && span->begin_ns < anchor.begin_ns) {
		found = next_edge_ns(view, span->begin_ns, 1, moved_ns);
		span->begin_ns = MIN(*moved_ns, anchor.begin_ns);
	} else if (direction < 0 && span->end_ns > anchor.end_ns) {
		found = next_edge_ns(view, span->end_ns, -1, moved_ns);
		span->end_ns = MAX(*moved_ns, anchor.end_ns);
	} else if (direction > 0) {
		found = next_edge_ns(view, span->end_ns, 1, moved_ns);
		span->end_ns = *moved_ns;
	} else {
		found = next_edge_ns(view, span->begin_ns, -1, moved_ns);
		span->begin_ns = *moved_ns;
	}
	return found;
}

bool ww_view_extend(WwView *view, int direction)
{
	struct ww_span span = view->selection.span;
	struct ww_lane_set *lanes;
	int64_t moved_ns = 0;

	if (!begin(view) || !move_edge(view, direction, &span, &moved_ns)) {
		view->amends_area = false;
		return false;
	}
	lanes = ww_lane_set_new();
	ww_lane_set_add(lanes, view->anchor_lane);
	ww_view_select_lanes(view, span, lanes, NULL);
	view->extended = view->selection;
	view->is_extended = true;
	view->edge_ns = moved_ns;
	if (ww_viewport_reveal(&view->viewport, moved_ns - (direction > 0)))
		ww_view_emit(view, WW_VIEW_MOVED);
	return true;
}

/* An area that extending made is left from the edge that was moved last. */
bool ww_view_standing(WwView *view, struct ww_lane *lane, struct ww_interval *interval)
{
	const struct ww_selection *selection = &view->selection;
	int64_t t_ns = view->edge_ns;

	*lane = selection->lane;
	*interval = selection->interval;
	if (selection->kind == WW_SELECTION_INTERVAL)
		return true;
	if (!view->is_extended || !ww_selection_is_same(&view->extended, selection))
		return false;
	if (t_ns == selection->span.end_ns)
		t_ns--;
	*lane = view->anchor_lane;
	return ww_query_at(view->document->trace, *lane, t_ns, interval);
}

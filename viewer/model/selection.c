// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/selection.h"

bool ww_selection_covers_thread(const struct ww_selection *selection, uint32_t utid)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };

	switch (selection->kind) {
	case WW_SELECTION_INTERVAL:
		return utid == (selection->lane.kind == WW_LANE_THREAD ? selection->lane.index
								       : selection->interval.utid);
	case WW_SELECTION_AREA:
		return !selection->lanes || ww_lane_set_n_threads(selection->lanes) == 0 ||
		       ww_lane_set_has(selection->lanes, lane);
	case WW_SELECTION_NONE:
		break;
	}
	return true;
}

bool ww_selection_crosses_lane(const struct ww_selection *selection, struct ww_lane lane)
{
	return selection->kind == WW_SELECTION_AREA &&
	       (!selection->lanes || ww_lane_set_has(selection->lanes, lane));
}

static bool are_same_lanes(const struct ww_lane_set *a, const struct ww_lane_set *b)
{
	return a == b || (a && b && ww_lane_set_is_equal(a, b));
}

bool ww_selection_is_same(const struct ww_selection *a, const struct ww_selection *b)
{
	return a->kind == b->kind && a->lane.kind == b->lane.kind &&
	       a->lane.index == b->lane.index && a->span.begin_ns == b->span.begin_ns &&
	       a->span.end_ns == b->span.end_ns && are_same_lanes(a->lanes, b->lanes);
}

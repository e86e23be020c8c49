// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/scope.h"

#include "viewer/model/focus.h"

static bool is_inside(const struct ww_table_area *area, const struct ww_selection *selection)
{
	return ww_span_overlaps(area->span, selection->span) &&
	       (!area->lanes || selection->lane.kind == WW_LANE_CPU ||
		ww_lane_set_n_threads(area->lanes) == 0 ||
		ww_lane_set_has(area->lanes, selection->lane));
}

static bool is_same(const struct ww_table_area *a, const struct ww_table_area *b)
{
	return a->is_set == b->is_set &&
	       (!a->is_set || (a->span.begin_ns == b->span.begin_ns &&
			       a->span.end_ns == b->span.end_ns && a->lanes == b->lanes));
}

bool ww_table_area_follow(struct ww_table_area *area, const struct ww_selection *selection)
{
	const struct ww_table_area before = *area;

	switch (selection->kind) {
	case WW_SELECTION_NONE:
		area->is_set = false;
		break;
	case WW_SELECTION_INTERVAL:
		area->is_set = area->is_set && is_inside(area, selection);
		break;
	case WW_SELECTION_AREA:
		*area = (struct ww_table_area){ true, selection->span, selection->lanes };
		area->is_set = ww_span_length_ns(selection->span) > 0;
		break;
	}
	return !is_same(area, &before);
}

struct ww_lane ww_table_first_lane(const struct ww_document *document)
{
	const GArray *worst = document->summary.groups;
	struct ww_lane lane = { WW_LANE_THREAD, 0 };
	struct ww_focus focus;

	if (worst->len > 0) {
		lane.index = g_array_index(worst, struct ww_wait_group, 0).longest.utid;
		return lane;
	}
	ww_focus_init(&focus, document->trace);
	for (uint32_t utid = 0; utid < ww_trace_info(document->trace)->n_threads; utid++) {
		if (ww_focus_covers(&focus, ww_trace_thread(document->trace, utid))) {
			lane.index = utid;
			break;
		}
	}
	return lane;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Following the critical path of what is selected over the lanes. */
#include "viewer/view/view-private.h"

/* A path through more lanes than a screen has is not unfolded as a whole. */
#define LANES_MAX 60
#define FRAME_SHARE 0.7

static bool has_path(const struct ww_selection *selection)
{
	if (selection->kind == WW_SELECTION_AREA)
		return selection->lanes && ww_lane_set_n_threads(selection->lanes) == 1;
	return selection->kind == WW_SELECTION_INTERVAL && selection->lane.kind == WW_LANE_THREAD &&
	       (selection->interval.state == WW_STATE_RUNNABLE ||
		selection->interval.state == WW_STATE_BLOCKED);
}

bool ww_view_toggle_path(WwView *view)
{
	const struct ww_answer *shown = ww_insight_path(view->insight);
	const bool can_show = has_path(&view->selection);

	if (shown && (!can_show || ww_selection_is_same(&shown->selection, &view->selection))) {
		ww_insight_hide_path(view->insight);
		return true;
	}
	if (can_show)
		ww_insight_show_path(view->insight);
	return can_show;
}

/* The rows that the path crosses, all of them unfolded. */
static bool unfold_path(WwView *view, const struct ww_overlay *path, bool *has_changed)
{
	uint32_t row;
	bool has_any = false;

	for (guint i = 0; i < MIN(path->spans->len, LANES_MAX); i++) {
		const struct ww_overlay_span *span =
			&g_array_index(path->spans, struct ww_overlay_span, i);
		const struct ww_lane lane = { WW_LANE_THREAD, span->utid };
		bool was_folded;

		if (!ww_rows_unfold(view->rows, lane, &row, &was_folded))
			continue;
		*has_changed |= was_folded;
		has_any = true;
	}
	return has_any;
}

/* The thread that most of the path is of, where it is not the one that waits; else UINT32_MAX. */
static uint32_t main_utid(const struct ww_overlay *path)
{
	g_autoptr(GHashTable) sums = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	uint32_t most = UINT32_MAX;
	int64_t most_ns = 0;

	for (guint i = 0; i < path->spans->len; i++) {
		const struct ww_overlay_span *span =
			&g_array_index(path->spans, struct ww_overlay_span, i);
		int64_t *sum_ns = g_hash_table_lookup(sums, GUINT_TO_POINTER(span->utid));

		if (span->depth == 0)
			continue;
		if (!sum_ns) {
			sum_ns = g_new0(int64_t, 1);
			g_hash_table_insert(sums, GUINT_TO_POINTER(span->utid), sum_ns);
		}
		*sum_ns += ww_span_length_ns(span->span);
		if (*sum_ns <= most_ns)
			continue;
		most_ns = *sum_ns;
		most = span->utid;
	}
	return most;
}

bool ww_view_path_main_row(WwView *view, uint32_t *row)
{
	const struct ww_answer *shown = ww_insight_path(view->insight);
	uint32_t utid;

	if (!shown)
		return false;
	utid = main_utid(shown->path);
	return utid != UINT32_MAX &&
	       ww_rows_find(view->rows, (struct ww_lane){ WW_LANE_THREAD, utid }, row);
}

/* Who waits, and the thread that most of it is of: the others may lie anywhere between them, or
 * farther than a window is high. */
static void reveal_rows(WwView *view, const struct ww_answer *shown)
{
	uint32_t waiter, other;
	const bool has_waiter = shown->selection.kind == WW_SELECTION_INTERVAL &&
				ww_rows_find(view->rows, shown->selection.lane, &waiter);

	if (!ww_view_path_main_row(view, &other)) {
		if (has_waiter)
			ww_view_reveal_rows(view, waiter, waiter);
		return;
	}
	if (!has_waiter)
		waiter = other;
	ww_view_reveal_rows(view, MIN(waiter, other), MAX(waiter, other));
}

void ww_view_reveal_path(WwView *view)
{
	const struct ww_answer *shown = ww_insight_path(view->insight);
	const struct ww_viewport before = view->viewport;
	bool has_changed = false;
	struct ww_span span;

	if (!shown)
		return;
	span = shown->selection.span;
	if (!ww_span_contains(before.span, span.begin_ns) || before.span.end_ns < span.end_ns)
		ww_viewport_frame(&view->viewport, span, FRAME_SHARE);
	if (unfold_path(view, shown->path, &has_changed) && has_changed)
		ww_view_emit(view, WW_VIEW_FOLDED);
	if (!ww_viewport_is_equal(&before, &view->viewport)) {
		ww_view_remember_step(view);
		ww_view_emit(view, WW_VIEW_MOVED);
	}
	reveal_rows(view, shown);
}

WwInsight *ww_view_insight(WwView *view)
{
	return view->insight;
}

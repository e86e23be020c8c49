// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/view-memory.h"

#include "viewer/view/view-marks.h"
#include "viewer/view/view-private.h"

static void remember_selection(WwView *view, struct ww_memory *memory)
{
	const struct ww_selection *selection = &view->selection;

	memory->selected = selection->span;
	if (selection->kind == WW_SELECTION_INTERVAL) {
		memory->selection = WW_REMEMBERED_INTERVAL;
		memory->lane = selection->lane;
	} else if (selection->kind == WW_SELECTION_AREA && !selection->lanes) {
		memory->selection = WW_REMEMBERED_AREA;
	}
}

/* A filter hides groups and folds them in its own way: then nothing is known of folds. */
static void remember_rows(WwView *view, struct ww_memory *memory)
{
	const struct ww_rows *rows = view->rows;

	memory->order = (int)ww_rows_order(rows);
	memory->has_groups = *ww_rows_filter_text(rows) == '\0';
	for (uint32_t i = 0; i < ww_rows_count(rows); i++) {
		const struct ww_row *row = ww_rows_row(rows, i);
		const struct ww_remembered_group group = { (int)row->kind, row->upid };

		if (row->is_pinned && row->kind == WW_ROW_LANE)
			g_array_append_val(memory->pins, row->lane);
		if (ww_row_is_group(row) && !row->is_folded)
			g_array_append_val(memory->unfolded, group);
	}
	memory->has_groups = memory->has_groups && memory->unfolded->len <= WW_MEMORY_LIST_MAX;
}

struct ww_memory *ww_view_remember(WwView *view)
{
	struct ww_memory *memory = ww_memory_new();

	memory->has_place = true;
	memory->visible = view->viewport.span;
	memory->origin_ns = view->origin_ns;
	memory->cursors_ns[0] = view->cursors_ns[WW_CURSOR_A];
	memory->cursors_ns[1] = view->cursors_ns[WW_CURSOR_B];
	remember_selection(view, memory);
	remember_rows(view, memory);
	ww_marks_copy(memory->marks, view->marks);
	return memory;
}

static bool is_unfolded(const struct ww_memory *memory, const struct ww_row *row)
{
	for (guint i = 0; i < memory->unfolded->len; i++) {
		const struct ww_remembered_group *group =
			&g_array_index(memory->unfolded, struct ww_remembered_group, i);

		if (group->kind == (int)row->kind &&
		    (row->kind != WW_ROW_PROCESS || group->upid == row->upid))
			return true;
	}
	return false;
}

static void recall_rows(WwView *view, const struct ww_memory *memory)
{
	struct ww_rows *rows = view->rows;

	if (0 <= memory->order && memory->order < WW_ROWS_ORDER_N &&
	    memory->order != (int)ww_rows_order(rows))
		ww_view_sort(view, (enum ww_rows_order)memory->order);
	for (uint32_t i = 0; memory->has_groups && i < ww_rows_count(rows); i++) {
		const struct ww_row *row = ww_rows_row(rows, i);

		if (ww_row_is_group(row) && row->is_folded == is_unfolded(memory, row))
			ww_rows_toggle(rows, i);
	}
	for (guint i = 0; i < memory->pins->len; i++)
		ww_rows_pin(rows, g_array_index(memory->pins, struct ww_lane, i), true);
}

static void recall_selection(WwView *view, const struct ww_memory *memory)
{
	struct ww_interval interval;

	if (memory->selection == WW_REMEMBERED_AREA) {
		view->selection = (struct ww_selection){ .kind = WW_SELECTION_AREA,
							 .span = memory->selected };
	} else if (memory->selection == WW_REMEMBERED_INTERVAL &&
		   ww_query_at(view->document->trace, memory->lane, memory->selected.begin_ns,
			       &interval)) {
		view->selection = (struct ww_selection){ .kind = WW_SELECTION_INTERVAL,
							 .lane = memory->lane,
							 .interval = interval,
							 .span = interval.span };
		ww_view_reveal_lane(view, memory->lane);
	}
}

/* Nobody has looked around yet while the trace was being read. */
static bool is_fresh(WwView *view)
{
	return view->selection.kind == WW_SELECTION_NONE &&
	       ww_span_length_ns(view->viewport.span) == ww_span_length_ns(view->viewport.limits);
}

void ww_view_recall(WwView *view, const struct ww_memory *memory)
{
	struct ww_place place;

	if (memory->has_place && is_fresh(view)) {
		recall_rows(view, memory);
		ww_viewport_show(&view->viewport, memory->visible);
		recall_selection(view, memory);
	}
	/* Some may have been put there while the trace was read. */
	ww_marks_merge(view->marks, memory->marks);
	if (view->origin_ns == 0)
		view->origin_ns = memory->origin_ns;
	if (view->cursors_ns[WW_CURSOR_A] < 0 && view->cursors_ns[WW_CURSOR_B] < 0) {
		view->cursors_ns[WW_CURSOR_A] = memory->cursors_ns[0];
		view->cursors_ns[WW_CURSOR_B] = memory->cursors_ns[1];
	}
	place = (struct ww_place){ view->viewport.span, view->selection };
	ww_history_reset(view->history, &place);
	ww_view_emit(view, WW_VIEW_FOLDED);
	ww_view_emit(view, WW_VIEW_MOVED);
	ww_view_emit(view, WW_VIEW_SELECTED);
	ww_view_emit(view, WW_VIEW_MARKED);
	ww_view_emit(view, WW_VIEW_ORIGIN);
}

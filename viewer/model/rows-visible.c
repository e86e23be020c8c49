// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rows there are, from groups, folds, pins, filter and what is empty. */
#include <string.h>

#include "viewer/model/rows-private.h"

static int height_of(const struct ww_row *row)
{
	switch (row->kind) {
	case WW_ROW_PROCESS:
		return WW_ROW_PROCESS_HEIGHT_PX;
	case WW_ROW_CPUS:
	case WW_ROW_KERNEL:
		return WW_ROW_GROUP_HEIGHT_PX;
	case WW_ROW_TASKS:
		return (int)ww_nesting_n_levels(row->nesting) * WW_ROW_LEVEL_HEIGHT_PX +
		       WW_ROW_TASKS_MARGIN_PX;
	case WW_ROW_COUNTER:
		return WW_ROW_COUNTER_HEIGHT_PX;
	case WW_ROW_LANE:
		break;
	}
	return WW_ROW_LANE_HEIGHT_PX;
}

static void add_row(struct ww_rows *rows, struct ww_row row)
{
	row.y_px = rows->height_px;
	row.height_px = height_of(&row);
	rows->height_px += row.height_px;
	g_array_append_val(rows->visible, row);
}

static void add_lane(struct ww_rows *rows, const struct ww_row_group *group, struct ww_row row)
{
	row.upid = group->upid;
	row.kind = WW_ROW_LANE;
	ww_rows_place(rows, row.lane)->row = rows->visible->len;
	add_row(rows, row);
	if (row.lane.kind == WW_LANE_THREAD)
		row.nesting = ww_row_facts_nesting(rows->facts, row.lane.index);
	row.kind = WW_ROW_TASKS;
	if (row.nesting)
		add_row(rows, row);
}

static bool is_wanted(const struct ww_rows *rows, struct ww_lane lane)
{
	return rows->has_wanted && ww_lane_is_equal(rows->wanted, lane);
}

static bool is_hidden(const struct ww_rows *rows, struct ww_lane lane)
{
	const struct ww_row_place *place = ww_rows_place(rows, lane);

	return !place->is_pinned && !is_wanted(rows, lane) &&
	       (!place->is_passed || (rows->is_hiding && place->is_empty));
}

static void add_pinned(struct ww_rows *rows)
{
	for (guint i = 0; i < rows->pinned->len; i++) {
		const struct ww_lane lane = g_array_index(rows->pinned, struct ww_lane, i);
		const struct ww_row_place *place = ww_rows_place(rows, lane);

		if (place)
			add_lane(rows, place->group,
				 (struct ww_row){ .lane = lane, .is_pinned = true });
	}
	rows->n_pinned_rows = rows->visible->len;
	rows->pinned_height_px = rows->height_px;
}

/* How many lanes stand below the group's row when it is unfolded. */
static uint32_t count_shown(struct ww_rows *rows, const struct ww_row_group *group)
{
	uint32_t n_shown = 0;

	for (guint i = 0; i < group->lanes->len; i++) {
		const struct ww_lane lane = g_array_index(group->lanes, struct ww_lane, i);
		const bool hides = is_hidden(rows, lane);

		rows->n_hidden += hides;
		n_shown += !hides && !ww_rows_place(rows, lane)->is_pinned;
	}
	return n_shown;
}

static void add_group_lanes(struct ww_rows *rows, const struct ww_row_group *group, uint32_t g,
			    uint32_t depth)
{
	for (guint i = 0; i < group->lanes->len; i++) {
		const struct ww_lane lane = g_array_index(group->lanes, struct ww_lane, i);

		if (!ww_rows_place(rows, lane)->is_pinned && !is_hidden(rows, lane))
			add_lane(rows, group,
				 (struct ww_row){ .lane = lane, .group = g, .depth = depth });
	}
	for (guint i = 0; i < group->counters->len; i++)
		add_row(rows, (struct ww_row){
				      .kind = WW_ROW_COUNTER,
				      .lane = g_array_index(group->lanes, struct ww_lane, 0),
				      .group = g,
				      .upid = group->upid,
				      .depth = depth,
				      .counter = g_ptr_array_index(group->counters, i),
			      });
}

static void add_group(struct ww_rows *rows, struct ww_row_group *group, uint32_t g)
{
	const uint32_t n_shown = count_shown(rows, group);
	const bool is_choosy = rows->is_hiding || *rows->filter;

	if (n_shown == 0 && (is_choosy || ww_row_group_is_single(group)))
		return;
	if (ww_row_group_is_single(group)) {
		add_group_lanes(rows, group, g, 0);
		return;
	}
	group->row = rows->visible->len;
	add_row(rows, (struct ww_row){
			      .kind = group->kind,
			      .lane = g_array_index(group->lanes, struct ww_lane, 0),
			      .group = g,
			      .upid = group->upid,
			      .is_folded = ww_row_group_is_folded(rows, group),
		      });
	if (!ww_row_group_is_folded(rows, group))
		add_group_lanes(rows, group, g, 1);
}

static void forget_rows(struct ww_rows *rows)
{
	g_array_set_size(rows->visible, 0);
	rows->height_px = 0;
	rows->n_hidden = 0;
	for (size_t kind = 0; kind < G_N_ELEMENTS(rows->places); kind++) {
		for (guint i = 0; i < rows->places[kind]->len; i++)
			g_array_index(rows->places[kind], struct ww_row_place, i).row =
				WW_ROWS_NO_ROW;
	}
}

/* Pinned rows have no index of their group yet: it changes with the order. */
static void tell_groups(struct ww_rows *rows)
{
	g_autoptr(GHashTable) indices = g_hash_table_new(NULL, NULL);

	if (rows->n_pinned_rows == 0)
		return;
	for (guint g = 0; g < rows->groups->len; g++)
		g_hash_table_insert(indices, g_ptr_array_index(rows->groups, g),
				    GUINT_TO_POINTER(g));
	for (uint32_t i = 0; i < rows->n_pinned_rows; i++) {
		struct ww_row *row = &g_array_index(rows->visible, struct ww_row, i);

		row->group = GPOINTER_TO_UINT(
			g_hash_table_lookup(indices, ww_rows_place(rows, row->lane)->group));
	}
}

void ww_rows_rebuild(struct ww_rows *rows)
{
	forget_rows(rows);
	add_pinned(rows);
	for (guint g = 0; g < rows->groups->len; g++) {
		struct ww_row_group *group = g_ptr_array_index(rows->groups, g);

		group->row = WW_ROWS_NO_ROW;
		add_group(rows, group, g);
	}
	tell_groups(rows);
}

static void set_passed(struct ww_rows *rows, enum ww_lane_kind kind, bool is_passed)
{
	for (guint i = 0; i < rows->places[kind]->len; i++)
		g_array_index(rows->places[kind], struct ww_row_place, i).is_passed = is_passed;
}

static void pass_cpus(struct ww_rows *rows, const char *text)
{
	GArray *cpus = rows->places[WW_LANE_CPU];

	for (guint i = 0; i < cpus->len; i++) {
		g_autofree char *name = g_strdup_printf("cpu %u", i);

		g_array_index(cpus, struct ww_row_place, i).is_passed = strstr(name, text) != NULL;
	}
}

static void pass_thread(struct ww_rows *rows, uint32_t utid)
{
	struct ww_row_place *place = ww_rows_place(rows, (struct ww_lane){ WW_LANE_THREAD, utid });

	if (place)
		place->is_passed = true;
}

static void pass_process(struct ww_rows *rows, const struct ww_process *process, const char *text)
{
	g_autofree char *pid = g_strdup_printf("%d", process->pid);

	for (uint32_t i = 0; strstr(pid, text) && i < process->n_threads; i++)
		pass_thread(rows, process->utids[i]);
}

void ww_rows_apply_filter(struct ww_rows *rows)
{
	g_autofree char *text = g_utf8_strdown(rows->filter, -1);
	g_autoptr(GArray) utids = NULL;

	set_passed(rows, WW_LANE_THREAD, !*text);
	set_passed(rows, WW_LANE_CPU, !*text);
	for (guint g = 0; g < rows->groups->len; g++)
		((struct ww_row_group *)g_ptr_array_index(rows->groups, g))->is_folded_filtered =
			false;
	if (!*text)
		return;
	pass_cpus(rows, text);
	utids = ww_query_search(rows->trace, text);
	for (guint i = 0; i < utids->len; i++)
		pass_thread(rows, g_array_index(utids, uint32_t, i));
	for (uint32_t upid = 0; upid < rows->facts->n_processes; upid++)
		pass_process(rows, ww_trace_process(rows->trace, upid), text);
}

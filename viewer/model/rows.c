// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/rows-private.h"

/* Without a target to unfold (a foreign trace), this many of the busiest processes are. */
#define UNFOLDED_WITHOUT_TARGET 2
#define CPUS_UNFOLDED_MAX 16

static void group_free(gpointer data)
{
	struct ww_row_group *group = data;

	g_array_unref(group->lanes);
	g_ptr_array_unref(group->counters);
	g_free(group);
}

static struct ww_row_group *add_group(struct ww_rows *rows, enum ww_row_kind kind, uint32_t upid)
{
	struct ww_row_group *group = g_new0(struct ww_row_group, 1);

	group->kind = kind;
	group->upid = upid;
	group->lanes = g_array_new(FALSE, FALSE, sizeof(struct ww_lane));
	group->counters = g_ptr_array_new();
	group->is_folded = true;
	g_ptr_array_add(rows->groups, group);
	return group;
}

static void add_lane(struct ww_rows *rows, struct ww_row_group *group, struct ww_lane lane)
{
	GArray *places = rows->places[lane.kind];

	g_array_append_val(group->lanes, lane);
	if (lane.index >= places->len)
		g_array_set_size(places, lane.index + 1);
	g_array_index(places, struct ww_row_place, lane.index) =
		(struct ww_row_place){ .group = group, .row = WW_ROWS_NO_ROW, .is_passed = true };
}

static void add_threads(struct ww_rows *rows, struct ww_row_group *group,
			const struct ww_process *process)
{
	for (uint32_t i = 0; i < process->n_threads; i++)
		add_lane(rows, group, (struct ww_lane){ WW_LANE_THREAD, process->utids[i] });
}

static void add_cpus(struct ww_rows *rows)
{
	g_autoptr(GArray) cpus = ww_query_cpus(rows->trace);
	struct ww_row_group *group;

	if (cpus->len == 0)
		return;
	group = add_group(rows, WW_ROW_CPUS, UINT32_MAX);
	for (guint i = 0; i < cpus->len; i++)
		add_lane(rows, group,
			 (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) });
	group->is_folded = cpus->len > CPUS_UNFOLDED_MAX;
}

static void add_processes(struct ww_rows *rows)
{
	struct ww_row_group *kernel = NULL;

	for (uint32_t upid = 0; upid < rows->facts->n_processes; upid++) {
		const struct ww_process *process = ww_trace_process(rows->trace, upid);

		if (process->n_threads == 0)
			continue;
		if (process->is_kernel && !kernel)
			kernel = add_group(rows, WW_ROW_KERNEL, UINT32_MAX);
		add_threads(rows,
			    process->is_kernel ? kernel : add_group(rows, WW_ROW_PROCESS, upid),
			    process);
	}
}

static void add_counters(struct ww_rows *rows)
{
	for (guint g = 0; g < rows->groups->len; g++) {
		struct ww_row_group *group = g_ptr_array_index(rows->groups, g);

		for (guint i = 0; i < rows->facts->counters->len; i++) {
			struct ww_counter *counter = g_ptr_array_index(rows->facts->counters, i);

			if (group->kind == WW_ROW_PROCESS && counter->upid == group->upid)
				g_ptr_array_add(group->counters, counter);
		}
	}
}

/* The target's processes, else the busiest ones: those that come first as recorded. */
static void unfold_first(struct ww_rows *rows)
{
	bool has_target = false;
	uint32_t n_unfolded = 0;

	for (uint32_t upid = 0; upid < rows->facts->n_processes; upid++)
		has_target |= ww_trace_process(rows->trace, upid)->is_target;
	for (guint g = 0; g < rows->groups->len; g++) {
		struct ww_row_group *group = g_ptr_array_index(rows->groups, g);

		if (group->kind != WW_ROW_PROCESS)
			continue;
		group->is_folded = has_target
					   ? !ww_trace_process(rows->trace, group->upid)->is_target
					   : n_unfolded >= UNFOLDED_WITHOUT_TARGET;
		n_unfolded += !group->is_folded;
	}
}

static void build(struct ww_rows *rows)
{
	for (size_t kind = 0; kind < G_N_ELEMENTS(rows->places); kind++)
		g_array_set_size(rows->places[kind], 0);
	g_ptr_array_set_size(rows->groups, 0);
	add_cpus(rows);
	add_processes(rows);
	add_counters(rows);
}

struct ww_rows *ww_rows_new(const struct ww_trace *trace, const struct ww_row_facts *facts)
{
	struct ww_rows *rows = g_new0(struct ww_rows, 1);

	rows->trace = trace;
	rows->facts = facts;
	rows->groups = g_ptr_array_new_with_free_func(group_free);
	for (size_t kind = 0; kind < G_N_ELEMENTS(rows->places); kind++)
		rows->places[kind] = g_array_new(FALSE, TRUE, sizeof(struct ww_row_place));
	rows->pinned = g_array_new(FALSE, FALSE, sizeof(struct ww_lane));
	rows->filter = g_strdup("");
	rows->visible = g_array_new(FALSE, FALSE, sizeof(struct ww_row));
	build(rows);
	ww_rows_order_all(rows);
	unfold_first(rows);
	ww_rows_rebuild(rows);
	return rows;
}

void ww_rows_free(struct ww_rows *rows)
{
	if (!rows)
		return;
	g_ptr_array_unref(rows->groups);
	for (size_t kind = 0; kind < G_N_ELEMENTS(rows->places); kind++)
		g_array_unref(rows->places[kind]);
	g_array_unref(rows->pinned);
	g_array_unref(rows->visible);
	g_free(rows->filter);
	g_free(rows);
}

static gpointer key_of(const struct ww_row_group *group)
{
	return GUINT_TO_POINTER(group->kind == WW_ROW_PROCESS ? group->upid + WW_ROW_KERNEL + 1
							      : group->kind);
}

/* Groups that were there keep their folds. */
static void keep_folds(struct ww_rows *rows, const GPtrArray *before)
{
	g_autoptr(GHashTable) old = g_hash_table_new(NULL, NULL);

	for (guint b = 0; b < before->len; b++) {
		struct ww_row_group *group = g_ptr_array_index(before, b);

		g_hash_table_insert(old, key_of(group), group);
	}
	for (guint g = 0; g < rows->groups->len; g++) {
		struct ww_row_group *group = g_ptr_array_index(rows->groups, g);
		const struct ww_row_group *same = g_hash_table_lookup(old, key_of(group));

		if (same)
			group->is_folded = same->is_folded;
	}
}

void ww_rows_renew(struct ww_rows *rows, const struct ww_trace *trace,
		   const struct ww_row_facts *facts)
{
	g_autoptr(GPtrArray) before = g_steal_pointer(&rows->groups);
	g_autoptr(GArray) pinned = g_steal_pointer(&rows->pinned);

	rows->trace = trace;
	rows->facts = facts;
	rows->talk = NULL;
	rows->is_hiding = false;
	rows->groups = g_ptr_array_new_with_free_func(group_free);
	rows->pinned = g_array_new(FALSE, FALSE, sizeof(struct ww_lane));
	build(rows);
	ww_rows_order_all(rows);
	unfold_first(rows);
	keep_folds(rows, before);
	ww_rows_apply_filter(rows);
	ww_rows_rebuild(rows);
	for (guint i = 0; i < pinned->len; i++)
		ww_rows_pin(rows, g_array_index(pinned, struct ww_lane, i), true);
}

struct ww_row_place *ww_rows_place(const struct ww_rows *rows, struct ww_lane lane)
{
	const GArray *places = rows->places[lane.kind];
	struct ww_row_place *place;

	if (lane.index >= places->len)
		return NULL;
	place = &g_array_index(places, struct ww_row_place, lane.index);
	return place->group ? place : NULL;
}

bool ww_row_group_is_single(const struct ww_row_group *group)
{
	return group->kind == WW_ROW_PROCESS && group->lanes->len == 1;
}

bool ww_row_group_is_folded(const struct ww_rows *rows, const struct ww_row_group *group)
{
	return *rows->filter ? group->is_folded_filtered : group->is_folded;
}

uint32_t ww_rows_count(const struct ww_rows *rows)
{
	return rows->visible->len;
}

uint32_t ww_rows_n_pinned(const struct ww_rows *rows)
{
	return rows->n_pinned_rows;
}

uint32_t ww_rows_n_hidden(const struct ww_rows *rows)
{
	return rows->n_hidden;
}

int ww_rows_height_px(const struct ww_rows *rows)
{
	return rows->height_px;
}

int ww_rows_pinned_height_px(const struct ww_rows *rows)
{
	return rows->pinned_height_px;
}

const struct ww_row *ww_rows_row(const struct ww_rows *rows, uint32_t i)
{
	g_assert(i < rows->visible->len);
	return &g_array_index(rows->visible, struct ww_row, i);
}

uint32_t ww_rows_at_px(const struct ww_rows *rows, double y_px)
{
	uint32_t low = 0;
	uint32_t high = rows->visible->len;

	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (ww_rows_row(rows, middle)->y_px <= y_px)
			low = middle;
		else
			high = middle;
	}
	return low;
}

double ww_rows_screen_y(const struct ww_row *row, double scroll_px)
{
	return row->is_pinned ? row->y_px : row->y_px - scroll_px;
}

uint32_t ww_rows_at_screen(const struct ww_rows *rows, double y_px, double scroll_px)
{
	return ww_rows_at_px(rows, y_px < rows->pinned_height_px ? y_px : y_px + scroll_px);
}

const struct ww_lane *ww_rows_lanes(const struct ww_rows *rows, const struct ww_row *row,
				    uint32_t *n_lanes)
{
	const struct ww_row_group *group = g_ptr_array_index(rows->groups, row->group);

	if (!ww_row_is_group(row)) {
		*n_lanes = row->kind != WW_ROW_COUNTER;
		return &row->lane;
	}
	*n_lanes = group->lanes->len;
	return &g_array_index(group->lanes, struct ww_lane, 0);
}

static void set_folded(struct ww_rows *rows, struct ww_row_group *group, bool is_folded)
{
	if (*rows->filter)
		group->is_folded_filtered = is_folded;
	else
		group->is_folded = is_folded;
}

bool ww_rows_toggle(struct ww_rows *rows, uint32_t i)
{
	const struct ww_row *row = ww_rows_row(rows, i);

	if (!ww_row_is_group(row))
		return false;
	set_folded(rows, g_ptr_array_index(rows->groups, row->group), !row->is_folded);
	ww_rows_rebuild(rows);
	return true;
}

void ww_rows_fold_all(struct ww_rows *rows, bool is_folded)
{
	for (guint g = 0; g < rows->groups->len; g++)
		set_folded(rows, g_ptr_array_index(rows->groups, g), is_folded);
	ww_rows_rebuild(rows);
}

bool ww_lane_is_equal(struct ww_lane a, struct ww_lane b)
{
	return a.kind == b.kind && a.index == b.index;
}

bool ww_rows_find(const struct ww_rows *rows, struct ww_lane lane, uint32_t *i)
{
	const struct ww_row_place *place = ww_rows_place(rows, lane);
	uint32_t row;

	if (!place)
		return false;
	row = place->row != WW_ROWS_NO_ROW ? place->row : place->group->row;
	if (row == WW_ROWS_NO_ROW)
		return false;
	*i = row;
	return true;
}

bool ww_rows_unfold(struct ww_rows *rows, struct ww_lane lane, uint32_t *i, bool *has_changed)
{
	const struct ww_row_place *place = ww_rows_place(rows, lane);

	if (!place)
		return false;
	*has_changed = place->row == WW_ROWS_NO_ROW;
	if (*has_changed) {
		rows->wanted = lane;
		rows->has_wanted = true;
		set_folded(rows, place->group, false);
		ww_rows_rebuild(rows);
	}
	return ww_rows_find(rows, lane, i);
}

void ww_rows_set_talk(struct ww_rows *rows, const struct ww_talk *talk)
{
	rows->talk = talk;
}

void ww_rows_sort(struct ww_rows *rows, enum ww_rows_order order)
{
	rows->order = order;
	ww_rows_order_all(rows);
	ww_rows_rebuild(rows);
}

enum ww_rows_order ww_rows_order(const struct ww_rows *rows)
{
	return rows->order;
}

void ww_rows_filter(struct ww_rows *rows, const char *text)
{
	g_autofree char *filter = g_strstrip(g_strdup(text));

	if (g_str_equal(filter, rows->filter))
		return;
	g_free(rows->filter);
	rows->filter = g_steal_pointer(&filter);
	rows->has_wanted = false;
	ww_rows_apply_filter(rows);
	ww_rows_rebuild(rows);
}

const char *ww_rows_filter_text(const struct ww_rows *rows)
{
	return rows->filter;
}

static void forget_pin(struct ww_rows *rows, struct ww_lane lane)
{
	for (guint i = 0; i < rows->pinned->len; i++) {
		if (ww_lane_is_equal(g_array_index(rows->pinned, struct ww_lane, i), lane)) {
			g_array_remove_index(rows->pinned, i);
			return;
		}
	}
}

bool ww_rows_pin(struct ww_rows *rows, struct ww_lane lane, bool is_pinned)
{
	struct ww_row_place *place = ww_rows_place(rows, lane);

	if (!place || place->is_pinned == is_pinned)
		return false;
	place->is_pinned = is_pinned;
	if (is_pinned)
		g_array_append_val(rows->pinned, lane);
	else
		forget_pin(rows, lane);
	ww_rows_rebuild(rows);
	return true;
}

bool ww_rows_is_pinned(const struct ww_rows *rows, struct ww_lane lane)
{
	const struct ww_row_place *place = ww_rows_place(rows, lane);

	return place && place->is_pinned;
}

bool ww_rows_hide(struct ww_rows *rows, const bool *is_empty)
{
	GArray *threads = rows->places[WW_LANE_THREAD];
	bool has_changed = rows->is_hiding != (is_empty != NULL);

	for (guint utid = 0; utid < threads->len; utid++) {
		struct ww_row_place *place = &g_array_index(threads, struct ww_row_place, utid);
		const bool is = is_empty && is_empty[utid];

		has_changed |= place->is_empty != is;
		place->is_empty = is;
	}
	rows->is_hiding = is_empty != NULL;
	if (!has_changed)
		return false;
	rows->has_wanted = rows->has_wanted && is_empty;
	ww_rows_rebuild(rows);
	return true;
}

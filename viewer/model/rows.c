// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/rows.h"

/* Without a target to unfold (a foreign trace), this many of the busiest processes are. */
#define UNFOLDED_WITHOUT_TARGET 2
#define CPUS_UNFOLDED_MAX 16

struct group {
	enum ww_row_kind kind;
	uint32_t upid; /* WW_ROW_PROCESS */
	GArray *lanes; /* struct ww_lane */
	bool is_folded;
};

struct ww_rows {
	GPtrArray *groups; /* struct group * */
	GArray *visible;   /* struct ww_row */
	int height_px;
};

static void group_free(gpointer data)
{
	struct group *group = data;

	g_array_unref(group->lanes);
	g_free(group);
}

static struct group *add_group(struct ww_rows *rows, enum ww_row_kind kind, uint32_t upid)
{
	struct group *group = g_new0(struct group, 1);

	group->kind = kind;
	group->upid = upid;
	group->lanes = g_array_new(FALSE, FALSE, sizeof(struct ww_lane));
	group->is_folded = true;
	g_ptr_array_add(rows->groups, group);
	return group;
}

static void add_lane(struct group *group, enum ww_lane_kind kind, uint32_t index)
{
	const struct ww_lane lane = { kind, index };

	g_array_append_val(group->lanes, lane);
}

/* What the recorder put into a program comes after what the program is made of. */
static void add_threads(struct group *group, const struct ww_trace *trace,
			const struct ww_process *process)
{
	for (int is_recorder = 0; is_recorder <= 1; is_recorder++)
		for (uint32_t i = 0; i < process->n_threads; i++)
			if (ww_trace_thread(trace, process->utids[i])->is_recorder == is_recorder)
				add_lane(group, WW_LANE_THREAD, process->utids[i]);
}

static void add_cpus(struct ww_rows *rows, const struct ww_trace *trace)
{
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	struct group *group;

	if (cpus->len == 0)
		return;
	group = add_group(rows, WW_ROW_CPUS, UINT32_MAX);
	for (guint i = 0; i < cpus->len; i++)
		add_lane(group, WW_LANE_CPU, g_array_index(cpus, uint16_t, i));
	group->is_folded = cpus->len > CPUS_UNFOLDED_MAX;
}

struct ranked {
	uint32_t upid;
	int rank; /* lower first */
	int64_t running_ns;
};

static int64_t running_ns(const struct ww_trace *trace, const struct ww_process *process)
{
	const struct ww_span all = { 0, ww_trace_info(trace)->duration_ns };
	struct ww_state_sums sums;
	int64_t total_ns = 0;

	for (uint32_t i = 0; i < process->n_threads; i++) {
		ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, process->utids[i] }, all,
			      &sums);
		total_ns += sums.ns[WW_STATE_RUNNING];
	}
	return total_ns;
}

static int compare_ranked(gconstpointer a, gconstpointer b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	if (x->running_ns != y->running_ns)
		return x->running_ns > y->running_ns ? -1 : 1;
	return x->upid < y->upid ? -1 : x->upid > y->upid;
}

static GArray *rank_processes(const struct ww_trace *trace)
{
	const uint32_t n_processes = ww_trace_info(trace)->n_processes;
	GArray *ranking = g_array_new(FALSE, FALSE, sizeof(struct ranked));

	for (uint32_t upid = 0; upid < n_processes; upid++) {
		const struct ww_process *process = ww_trace_process(trace, upid);
		const struct ranked ranked = {
			upid,
			process->is_target     ? 0
			: process->is_recorder ? 2
					       : 1,
			running_ns(trace, process),
		};

		if (process->n_threads > 0 && !process->is_kernel)
			g_array_append_val(ranking, ranked);
	}
	g_array_sort(ranking, compare_ranked);
	return ranking;
}

static void add_processes(struct ww_rows *rows, const struct ww_trace *trace)
{
	g_autoptr(GArray) ranking = rank_processes(trace);
	bool has_target = ranking->len > 0 && g_array_index(ranking, struct ranked, 0).rank == 0;

	for (guint i = 0; i < ranking->len; i++) {
		const uint32_t upid = g_array_index(ranking, struct ranked, i).upid;
		const struct ww_process *process = ww_trace_process(trace, upid);
		struct group *group = add_group(rows, WW_ROW_PROCESS, upid);

		add_threads(group, trace, process);
		group->is_folded = has_target ? !process->is_target : i >= UNFOLDED_WITHOUT_TARGET;
	}
}

static void add_kernel_threads(struct ww_rows *rows, const struct ww_trace *trace)
{
	const uint32_t n_processes = ww_trace_info(trace)->n_processes;
	struct group *group = NULL;

	for (uint32_t upid = 0; upid < n_processes; upid++) {
		const struct ww_process *process = ww_trace_process(trace, upid);

		if (!process->is_kernel || process->n_threads == 0)
			continue;
		if (!group)
			group = add_group(rows, WW_ROW_KERNEL, upid);
		add_threads(group, trace, process);
	}
}

static void add_row(struct ww_rows *rows, struct ww_row row)
{
	row.y_px = rows->height_px;
	row.height_px = row.kind == WW_ROW_LANE ? WW_ROW_LANE_HEIGHT_PX : WW_ROW_GROUP_HEIGHT_PX;
	rows->height_px += row.height_px;
	g_array_append_val(rows->visible, row);
}

static void add_lane_rows(struct ww_rows *rows, const struct group *group, uint32_t g,
			  uint32_t depth)
{
	for (guint i = 0; i < group->lanes->len; i++) {
		add_row(rows, (struct ww_row){
				      .kind = WW_ROW_LANE,
				      .lane = g_array_index(group->lanes, struct ww_lane, i),
				      .group = g,
				      .upid = group->upid,
				      .depth = depth,
			      });
	}
}

static bool is_single_thread(const struct group *group)
{
	return group->kind == WW_ROW_PROCESS && group->lanes->len == 1;
}

static void rebuild(struct ww_rows *rows)
{
	g_array_set_size(rows->visible, 0);
	rows->height_px = 0;
	for (guint g = 0; g < rows->groups->len; g++) {
		const struct group *group = g_ptr_array_index(rows->groups, g);

		if (is_single_thread(group)) {
			add_lane_rows(rows, group, g, 0);
			continue;
		}
		add_row(rows, (struct ww_row){
				      .kind = group->kind,
				      .lane = g_array_index(group->lanes, struct ww_lane, 0),
				      .group = g,
				      .upid = group->upid,
				      .is_folded = group->is_folded,
			      });
		if (!group->is_folded)
			add_lane_rows(rows, group, g, 1);
	}
}

struct ww_rows *ww_rows_new(const struct ww_trace *trace)
{
	struct ww_rows *rows = g_new0(struct ww_rows, 1);

	rows->groups = g_ptr_array_new_with_free_func(group_free);
	rows->visible = g_array_new(FALSE, FALSE, sizeof(struct ww_row));
	add_cpus(rows, trace);
	add_processes(rows, trace);
	add_kernel_threads(rows, trace);
	rebuild(rows);
	return rows;
}

void ww_rows_free(struct ww_rows *rows)
{
	if (!rows)
		return;
	g_ptr_array_unref(rows->groups);
	g_array_unref(rows->visible);
	g_free(rows);
}

uint32_t ww_rows_count(const struct ww_rows *rows)
{
	return rows->visible->len;
}

int ww_rows_height_px(const struct ww_rows *rows)
{
	return rows->height_px;
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

const struct ww_lane *ww_rows_lanes(const struct ww_rows *rows, const struct ww_row *row,
				    uint32_t *n_lanes)
{
	const struct group *group = g_ptr_array_index(rows->groups, row->group);

	if (row->kind == WW_ROW_LANE) {
		*n_lanes = 1;
		return &row->lane;
	}
	*n_lanes = group->lanes->len;
	return &g_array_index(group->lanes, struct ww_lane, 0);
}

bool ww_rows_toggle(struct ww_rows *rows, uint32_t i)
{
	const struct ww_row *row = ww_rows_row(rows, i);
	struct group *group = g_ptr_array_index(rows->groups, row->group);

	if (row->kind == WW_ROW_LANE)
		return false;
	group->is_folded = !group->is_folded;
	rebuild(rows);
	return true;
}

bool ww_lane_is_equal(struct ww_lane a, struct ww_lane b)
{
	return a.kind == b.kind && a.index == b.index;
}

static struct group *find_group(const struct ww_rows *rows, struct ww_lane lane, uint32_t *index)
{
	for (guint g = 0; g < rows->groups->len; g++) {
		struct group *group = g_ptr_array_index(rows->groups, g);

		for (guint i = 0; i < group->lanes->len; i++) {
			if (!ww_lane_is_equal(g_array_index(group->lanes, struct ww_lane, i), lane))
				continue;
			*index = g;
			return group;
		}
	}
	return NULL;
}

bool ww_rows_find(const struct ww_rows *rows, struct ww_lane lane, uint32_t *i)
{
	uint32_t g;
	const struct group *group = find_group(rows, lane, &g);

	if (!group)
		return false;
	for (uint32_t r = 0; r < rows->visible->len; r++) {
		const struct ww_row *row = ww_rows_row(rows, r);
		const bool is_lane = row->kind == WW_ROW_LANE && ww_lane_is_equal(row->lane, lane);
		const bool is_group = row->kind != WW_ROW_LANE && row->group == g;

		if (!is_lane && !(is_group && group->is_folded))
			continue;
		*i = r;
		return true;
	}
	return false;
}

bool ww_rows_unfold(struct ww_rows *rows, struct ww_lane lane, uint32_t *i, bool *has_changed)
{
	uint32_t g;
	struct group *group = find_group(rows, lane, &g);

	if (!group)
		return false;
	*has_changed = group->is_folded && !is_single_thread(group);
	if (*has_changed) {
		group->is_folded = false;
		rebuild(rows);
	}
	return ww_rows_find(rows, lane, i);
}

char *ww_row_title(const struct ww_trace *trace, const struct ww_row *row)
{
	switch (row->kind) {
	case WW_ROW_CPUS:
		return g_strdup("CPUs");
	case WW_ROW_KERNEL:
		return g_strdup("Kernel threads");
	case WW_ROW_PROCESS:
		return g_strdup(ww_trace_process(trace, row->upid)->name);
	case WW_ROW_LANE:
		break;
	}
	if (row->lane.kind == WW_LANE_CPU)
		return g_strdup_printf("CPU %u", row->lane.index);
	return g_strdup(ww_trace_thread(trace, row->lane.index)->name);
}

char *ww_row_subtitle(const struct ww_rows *rows, const struct ww_trace *trace,
		      const struct ww_row *row)
{
	uint32_t n_lanes;

	ww_rows_lanes(rows, row, &n_lanes);
	if (row->kind == WW_ROW_PROCESS)
		return g_strdup_printf("%d", ww_trace_process(trace, row->upid)->pid);
	if (row->kind != WW_ROW_LANE)
		return g_strdup_printf("%u", n_lanes);
	if (row->lane.kind == WW_LANE_CPU)
		return NULL;
	return g_strdup_printf("%d", ww_trace_thread(trace, row->lane.index)->tid);
}

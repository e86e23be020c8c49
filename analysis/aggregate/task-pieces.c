// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/task-pieces.h"

#include "base/hash.h"

struct ww_task_pieces {
	GHashTable *regions; /* uint64_t id of a task -> GArray of struct ww_task_piece, by begin */
};

static void add_region(struct ww_task_pieces *pieces, const struct ww_user_region *region)
{
	const struct ww_task_piece piece = { region->span, region->utid };
	GArray *regions = g_hash_table_lookup(pieces->regions, &region->task_id);

	if (!regions) {
		regions = g_array_new(false, false, sizeof(struct ww_task_piece));
		g_hash_table_insert(pieces->regions,
				    g_memdup2(&region->task_id, sizeof(region->task_id)), regions);
	}
	g_array_append_val(regions, piece);
}

static int compare_pieces(const void *a_data, const void *b_data)
{
	const struct ww_task_piece *a = a_data, *b = b_data;

	if (a->span.begin_ns != b->span.begin_ns)
		return a->span.begin_ns < b->span.begin_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static void free_regions(void *data)
{
	g_array_unref(data);
}

struct ww_task_pieces *ww_task_pieces_new(const struct ww_trace *trace)
{
	const struct ww_span everything = { INT64_MIN, INT64_MAX };
	struct ww_task_pieces *pieces = g_new0(struct ww_task_pieces, 1);
	g_autoptr(GArray) utids = ww_query_track_keys(trace, WW_TRACK_USER_REGION);
	GHashTableIter iter;
	void *regions;

	pieces->regions = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, free_regions);
	for (guint i = 0; i < utids->len; i++) {
		g_autoptr(GArray) found =
			ww_query_user_region(trace, g_array_index(utids, uint64_t, i), everything);

		for (guint j = 0; j < found->len; j++) {
			const struct ww_user_region *region =
				&g_array_index(found, struct ww_user_region, j);

			if (region->task_id != 0 && region->utid != WW_UTID_NONE)
				add_region(pieces, region);
		}
	}
	g_hash_table_iter_init(&iter, pieces->regions);
	while (g_hash_table_iter_next(&iter, NULL, &regions))
		g_array_sort(regions, compare_pieces);
	return pieces;
}

void ww_task_pieces_free(struct ww_task_pieces *pieces)
{
	if (!pieces)
		return;
	g_hash_table_unref(pieces->regions);
	g_free(pieces);
}

static bool is_shared(const GArray *regions, uint32_t utid)
{
	for (guint i = 0; regions && i < regions->len; i++) {
		if (g_array_index(regions, struct ww_task_piece, i).utid != utid)
			return true;
	}
	return false;
}

static void add_piece(GArray *tiles, uint32_t utid, int64_t begin_ns, int64_t end_ns)
{
	const struct ww_task_piece piece = { { begin_ns, end_ns }, utid };

	if (begin_ns < end_ns)
		g_array_append_val(tiles, piece);
}

GArray *ww_task_pieces_of(const struct ww_task_pieces *pieces, const struct ww_user_task *task)
{
	const GArray *regions = g_hash_table_lookup(pieces->regions, &task->id);
	GArray *tiles = g_array_new(false, false, sizeof(struct ww_task_piece));
	int64_t t_ns = task->span.begin_ns;

	if (!is_shared(regions, task->utid)) {
		add_piece(tiles, task->utid, t_ns, task->span.end_ns);
		return tiles;
	}
	/* Where two threads work on it at once it is the first one's. */
	for (guint i = 0; i < regions->len; i++) {
		const struct ww_task_piece *region =
			&g_array_index(regions, struct ww_task_piece, i);
		const struct ww_span span = ww_span_intersect(region->span, task->span);

		if (span.end_ns <= t_ns)
			continue;
		add_piece(tiles, WW_UTID_NONE, t_ns, span.begin_ns);
		add_piece(tiles, region->utid, MAX(span.begin_ns, t_ns), span.end_ns);
		t_ns = span.end_ns;
	}
	add_piece(tiles, WW_UTID_NONE, t_ns, task->span.end_ns);
	return tiles;
}

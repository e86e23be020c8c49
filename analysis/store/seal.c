// SPDX-License-Identifier: GPL-2.0-or-later
/* What sealing adds: directories in one piece, pyramids, tables, orders. */
#include <string.h>

#include "analysis/store/writer.h"

struct directory {
	struct ww_store *store;
	struct ww_lane_record *record;
};

static void put_entries(void *items, uint32_t n_items, void *data)
{
	struct directory *directory = data;
	struct ww_lane_record *record = directory->record;
	const struct ww_block_entry *entries = items;
	const size_t n_bytes = n_items * sizeof(*entries);

	if (record->n_blocks == 0)
		record->begin_ns = entries[0].begin_ns;
	ww_store_file_append(&directory->store->file, entries, n_bytes);
	record->entries_checksum = ww_entries_checksum(record->entries_checksum, entries, n_bytes);
	record->n_blocks += n_items;
	for (uint32_t i = 0; i < n_items; i++) {
		record->n_intervals += entries[i].n;
		record->states |= entries[i].states;
		for (unsigned int wait = 0; wait < 2; wait++)
			record->longest[wait] =
				MAX(record->longest[wait], entries[i].longest[wait]);
	}
}

static void seal_lane(struct ww_store *store, unsigned int kind, uint32_t index,
		      struct ww_lane_record *record)
{
	struct ww_lane_builder *lane =
		&g_array_index(store->lanes[kind], struct ww_lane_builder, index);
	struct ww_lane_written *written = ww_store_written(store, kind, index);
	struct directory directory = { store, record };

	*record = (struct ww_lane_record){
		.entries_offset = store->file.length,
		.end_ns = lane->end_ns,
		.sums = written->sums,
		.first_block = store->n_blocks,
	};
	if (!ww_pages_visit(&written->pages, &store->scratch, sizeof(struct ww_block_entry),
			    put_entries, &directory))
		store->file.error = store->scratch.error;
	store->n_blocks += record->n_blocks;
	ww_pages_clear(&written->pages);
	g_clear_pointer(&lane->raw, g_aligned_free);
}

struct pyramids {
	struct ww_store *store;
	struct ww_lane_record *records[2];
	GMutex mutex; /* of the file */
	int next;     /* atomic: the lane nobody has taken yet */
};

static void build_pyramid(struct pyramids *all, unsigned int kind, uint32_t index)
{
	struct ww_lane_record *record = &all->records[kind][index];
	g_autofree uint8_t *buckets = NULL;
	struct ww_store_lane lane;

	if (!ww_store_lane(all->store, kind, index, &lane))
		return;
	buckets = ww_pyramid_build(&lane, record);
	if (!buckets)
		return;
	g_mutex_lock(&all->mutex);
	ww_store_file_align(&all->store->file);
	record->pyramid_offset =
		ww_store_file_append(&all->store->file, buckets, ww_pyramid_bytes(record));
	g_mutex_unlock(&all->mutex);
}

static void *build_pyramids(void *data)
{
	struct pyramids *all = data;
	const uint32_t n_threads = all->store->n_lanes[0];
	const uint32_t n = n_threads + all->store->n_lanes[1];

	for (;;) {
		const uint32_t i = (uint32_t)g_atomic_int_add(&all->next, 1);

		if (i >= n)
			return NULL;
		build_pyramid(all, i >= n_threads, i >= n_threads ? i - n_threads : i);
	}
}

/* All blocks into the file, those of a lane together. */
static void place_blocks(struct ww_store *store)
{
	static const uint8_t slack[WW_BLOCK_SLACK_BYTES]; /* behind the last block of a lane */

	for (unsigned int kind = 0; kind < G_N_ELEMENTS(store->lanes); kind++)
		for (uint32_t i = 0; i < store->lanes[kind]->len; i++)
			ww_store_close_block(
				store, kind, i,
				&g_array_index(store->lanes[kind], struct ww_lane_builder, i));
	ww_tracks_close_blocks(store);
	ww_store_begin_move(store);
	ww_store_move_lanes(store);
	ww_store_file_append(&store->file, slack, sizeof(slack));
	ww_store_file_align(&store->file);
}

static void seal_lanes(struct ww_store *store)
{
	struct pyramids all = { .store = store };
	GThread *worker = NULL;

	for (unsigned int kind = 0; kind < 2; kind++) {
		const uint32_t n = store->lanes[kind]->len;

		all.records[kind] = g_new0(struct ww_lane_record, n);
		for (uint32_t i = 0; i < n; i++)
			seal_lane(store, kind, i, &all.records[kind][i]);
		store->lane_records[kind] = all.records[kind];
		store->n_lanes[kind] = n;
	}
	ww_store_file_map(&store->file);
	g_mutex_init(&all.mutex);
	if (store->n_blocks > 4096)
		worker = g_thread_try_new("pyramids", build_pyramids, &all, NULL);
	build_pyramids(&all);
	if (worker)
		g_thread_join(worker);
	g_mutex_clear(&all.mutex);
	for (unsigned int kind = 0; kind < 2; kind++) {
		ww_store_put_section(store, kind ? "cpu-lanes" : "thread-lanes", all.records[kind],
				     store->n_lanes[kind] * sizeof(struct ww_lane_record));
		g_free(all.records[kind]);
		store->lane_records[kind] = NULL;
	}
}

static int by_tid(const void *pa, const void *pb, void *data)
{
	const struct ww_store *store = data;
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	const int32_t tid_a = g_array_index(store->threads, struct ww_thread, a).tid;
	const int32_t tid_b = g_array_index(store->threads, struct ww_thread, b).tid;

	if (tid_a != tid_b)
		return tid_a < tid_b ? -1 : 1;
	return (a > b) - (a < b);
}

void ww_store_index_threads(struct ww_store *store)
{
	const uint32_t n = store->threads->len, n_processes = store->processes->len;
	uint32_t first = 0;

	store->utids_by_tid = g_new(uint32_t, n);
	store->process_utids = g_new(uint32_t, n);
	for (uint32_t utid = 0; utid < n; utid++) {
		const uint32_t upid = g_array_index(store->threads, struct ww_thread, utid).upid;

		store->utids_by_tid[utid] = utid;
		if (upid < n_processes)
			ww_store_process(store, upid)->n_threads++;
	}
	if (n > 1)
		g_qsort_with_data(store->utids_by_tid, (int)n, sizeof(uint32_t), by_tid, store);
	for (uint32_t upid = 0; upid < n_processes; upid++) {
		struct ww_process *process = ww_store_process(store, upid);

		process->utids = store->process_utids + first;
		first += process->n_threads;
		process->n_threads = 0;
	}
	for (uint32_t utid = 0; utid < n; utid++) {
		const uint32_t upid = g_array_index(store->threads, struct ww_thread, utid).upid;
		struct ww_process *process =
			upid < n_processes ? ww_store_process(store, upid) : NULL;

		if (process)
			store->process_utids[process->utids - store->process_utids +
					     process->n_threads++] = utid;
	}
}

static const void *section_data(const struct ww_store *store, const char *name, size_t item_bytes,
				uint32_t *n)
{
	const struct ww_section *section = ww_store_find_section(store, name);

	*n = section ? (uint32_t)(section->n_bytes / item_bytes) : 0;
	return section ? ww_store_file_at(&store->file, section->offset, section->n_bytes) : NULL;
}

bool ww_store_find_tables(struct ww_store *store)
{
	store->lane_records[0] = section_data(store, "thread-lanes", sizeof(struct ww_lane_record),
					      &store->n_lanes[0]);
	store->lane_records[1] =
		section_data(store, "cpu-lanes", sizeof(struct ww_lane_record), &store->n_lanes[1]);
	store->track_records =
		section_data(store, "tracks", sizeof(struct ww_track_record), &store->n_tracks);
	if (store->lane_records[0] && store->lane_records[1] && store->track_records)
		return true;
	store->n_lanes[0] = store->n_lanes[1] = store->n_tracks = 0;
	return false;
}

int ww_store_error(const struct ww_store *store)
{
	return store->file.error ? store->file.error : store->scratch.error;
}

bool ww_store_is_whole(const struct ww_store *store, GError **error)
{
	const int failure = store->writer ? ww_writer_error(store->writer) : ww_store_error(store);

	return failure == 0 || ww_store_file_complain(&store->file, failure, error);
}

void ww_store_seal(struct ww_store *store)
{
	g_assert(!store->is_sealed);
	ww_store_flush_amended(store);
	ww_writer_stop(store);
	place_blocks(store);
	seal_lanes(store);
	ww_tracks_seal(store);
	ww_store_end_move(store);
	ww_store_clear_builders(store);
	ww_tracks_clear(store);
	if (!store->file.error)
		store->file.error = store->scratch.error;
	ww_store_file_clear(&store->scratch);
	ww_store_file_map(&store->file);
	ww_store_find_tables(store);
	ww_store_index_threads(store);
	store->is_sealed = true;
}

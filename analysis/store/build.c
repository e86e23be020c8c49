// SPDX-License-Identifier: GPL-2.0-or-later
/* Lanes while they grow: raw intervals, full blocks to the file, late corrections. */
#include <string.h>

#include "analysis/store/writer.h"

#define FIRST_CAPACITY 8

_Static_assert(sizeof(struct ww_interval) == 64, "one cache line");

void ww_store_init_builders(struct ww_store *store)
{
	for (unsigned int kind = 0; kind < 2; kind++) {
		store->lanes[kind] = g_array_new(false, true, sizeof(struct ww_lane_builder));
		store->written[kind] = g_array_new(false, true, sizeof(struct ww_lane_written));
	}
	store->amended.utid = WW_UTID_NONE;
}

void ww_store_clear_builders(struct ww_store *store)
{
	for (unsigned int kind = 0; kind < 2; kind++) {
		GArray *lanes = g_steal_pointer(&store->lanes[kind]);
		GArray *written = g_steal_pointer(&store->written[kind]);

		for (unsigned int i = 0; lanes && i < lanes->len; i++) {
			struct ww_lane_builder *lane =
				&g_array_index(lanes, struct ww_lane_builder, i);

			g_aligned_free(lane->raw);
		}
		for (unsigned int i = 0; written && i < written->len; i++)
			ww_pages_clear(&g_array_index(written, struct ww_lane_written, i).pages);
		g_clear_pointer(&lanes, g_array_unref);
		g_clear_pointer(&written, g_array_unref);
	}
}

/* Fills @entry but for its before_ns. */
static void write_block(struct ww_store *store, struct ww_block_lane lane,
			const struct ww_interval *intervals, unsigned int n,
			struct ww_block_entry *entry)
{
	uint8_t bytes[WW_BLOCK_BYTES_MAX];

	ww_block_encode(lane, intervals, n, bytes, entry);
	entry->times_offset = ww_store_file_append(
		&store->file, bytes, (size_t)entry->n_times_bytes + entry->n_details_bytes);
	entry->details_offset = entry->times_offset + entry->n_times_bytes;
}

struct ww_lane_written *ww_store_written(struct ww_store *store, unsigned int kind, uint32_t index)
{
	if (index >= store->written[kind]->len)
		g_array_set_size(store->written[kind], index + 1);
	return &g_array_index(store->written[kind], struct ww_lane_written, index);
}

void ww_store_put_block(struct ww_store *store, unsigned int kind, uint32_t index,
			const struct ww_interval *raw, unsigned int n)
{
	struct ww_lane_written *written = ww_store_written(store, kind, index);
	struct ww_block_entry entry;

	write_block(store, (struct ww_block_lane){ kind == 1, index, 0 }, raw, n, &entry);
	memcpy(entry.before_ns, &written->sums, sizeof(entry.before_ns));
	ww_pages_push(&written->pages, &store->scratch, &entry, sizeof(entry));
	for (unsigned int i = 0; i < n; i++)
		written->sums.ns[raw[i].state] += raw[i].span.end_ns - raw[i].span.begin_ns;
}

void ww_store_close_block(struct ww_store *store, unsigned int kind, uint32_t index,
			  struct ww_lane_builder *lane)
{
	if (lane->n_raw == 0)
		return;
	if (store->writer && lane->n_raw == WW_BLOCK_INTERVALS)
		lane->raw = ww_writer_block(store, kind, index, lane->raw);
	else
		ww_store_put_block(store, kind, index, lane->raw, lane->n_raw);
	lane->n_full++;
	lane->n_raw = 0;
}

static void grow(struct ww_lane_builder *lane)
{
	const uint8_t capacity = lane->capacity ? WW_BLOCK_INTERVALS : FIRST_CAPACITY;
	struct ww_interval *raw = g_aligned_alloc(capacity, sizeof(*raw), sizeof(*raw));

	if (lane->n_raw > 0)
		memcpy(raw, lane->raw, lane->n_raw * sizeof(*raw));
	g_aligned_free(lane->raw);
	lane->raw = raw;
	lane->capacity = capacity;
}

static uint32_t append(struct ww_store *store, unsigned int kind, uint32_t index,
		       const struct ww_interval *interval)
{
	struct ww_lane_builder *lane =
		&g_array_index(store->lanes[kind], struct ww_lane_builder, index);
	const bool is_first = lane->n_raw == 0 && lane->n_full == 0;

	g_assert(interval->span.begin_ns < interval->span.end_ns);
	g_assert(is_first || lane->end_ns <= interval->span.begin_ns);
	if (lane->n_raw == lane->capacity)
		grow(lane);
	lane->raw[lane->n_raw++] = *interval;
	lane->end_ns = interval->span.end_ns;
	if (lane->n_raw == WW_BLOCK_INTERVALS) {
		ww_store_close_block(store, kind, index, lane);
		return lane->n_full * WW_BLOCK_INTERVALS - 1;
	}
	return lane->n_full * WW_BLOCK_INTERVALS + lane->n_raw - 1;
}

uint32_t ww_store_append_thread(struct ww_store *store, uint32_t utid,
				const struct ww_interval *interval)
{
	g_assert(!store->is_sealed && utid < store->lanes[0]->len);
	return append(store, 0, utid, interval);
}

uint32_t ww_store_append_cpu(struct ww_store *store, uint32_t cpu,
			     const struct ww_interval *interval)
{
	g_assert(!store->is_sealed && cpu < WW_CPU_UNKNOWN);
	if (cpu >= store->lanes[1]->len)
		g_array_set_size(store->lanes[1], cpu + 1);
	return append(store, 1, cpu, interval);
}

void ww_store_flush_amended(struct ww_store *store)
{
	struct ww_pages *pages;
	struct ww_block_entry old, entry;
	const uint32_t utid = store->amended.utid;

	store->amended.utid = WW_UTID_NONE;
	if (utid == WW_UTID_NONE || !store->amended.is_changed)
		return;
	ww_store_settle(store);
	pages = &ww_store_written(store, 0, utid)->pages;
	if (!ww_pages_get(pages, &store->scratch, store->amended.block, &old, sizeof(old)))
		return;
	write_block(store, (struct ww_block_lane){ false, utid, 0 }, store->amended.intervals,
		    store->amended.n, &entry);
	memcpy(entry.before_ns, old.before_ns, sizeof(entry.before_ns));
	ww_pages_set(pages, &store->scratch, store->amended.block, &entry, sizeof(entry));
}

/* Reads a block that is written already into store->amended; false after a failure of the file. */
static bool load_block(struct ww_store *store, uint32_t utid, uint32_t block)
{
	const struct ww_block_lane block_lane = { false, utid, store->threads->len };
	uint8_t bytes[WW_BLOCK_BYTES_MAX + WW_BLOCK_SLACK_BYTES];
	struct ww_block_cursor cursor;
	struct ww_block_entry entry;

	if (store->amended.utid == utid && store->amended.block == block)
		return true;
	ww_store_flush_amended(store);
	ww_store_settle(store);
	if (!ww_pages_get(&ww_store_written(store, 0, utid)->pages, &store->scratch, block, &entry,
			  sizeof(entry)) ||
	    !ww_store_file_read(&store->file, entry.times_offset, bytes,
				(size_t)entry.n_times_bytes + entry.n_details_bytes))
		return false;
	ww_block_cursor_init(&cursor, block_lane, &entry, bytes, bytes + entry.n_times_bytes);
	store->amended.n = 0;
	while (ww_block_cursor_next(&cursor, &store->amended.intervals[store->amended.n]))
		if (++store->amended.n == WW_BLOCK_INTERVALS)
			break;
	store->amended.utid = utid;
	store->amended.block = block;
	store->amended.is_changed = false;
	return true;
}

/* Where interval @index is now: raw or in store->amended; NULL when there is none. */
static struct ww_interval *find(struct ww_store *store, uint32_t utid, uint32_t index)
{
	struct ww_lane_builder *lane;
	const uint32_t block = index / WW_BLOCK_INTERVALS, i = index % WW_BLOCK_INTERVALS;

	g_assert(!store->is_sealed && utid < store->lanes[0]->len);
	lane = &g_array_index(store->lanes[0], struct ww_lane_builder, utid);
	if (block >= lane->n_full)
		return block == lane->n_full && i < lane->n_raw ? &lane->raw[i] : NULL;
	return load_block(store, utid, block) ? &store->amended.intervals[i] : NULL;
}

bool ww_store_read_thread(struct ww_store *store, uint32_t utid, uint32_t index,
			  struct ww_interval *interval)
{
	const struct ww_interval *found = find(store, utid, index);

	if (!found)
		return false;
	*interval = *found;
	return true;
}

void ww_store_amend_thread(struct ww_store *store, uint32_t utid, uint32_t index,
			   const struct ww_interval *interval)
{
	struct ww_interval *found = find(store, utid, index);

	if (!found)
		return;
	g_assert(found->span.begin_ns == interval->span.begin_ns &&
		 found->span.end_ns == interval->span.end_ns && found->state == interval->state);
	*found = *interval;
	if (store->amended.utid == utid && store->amended.block == index / WW_BLOCK_INTERVALS)
		store->amended.is_changed = true;
}

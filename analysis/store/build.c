// SPDX-License-Identifier: GPL-2.0-or-later
/* Lanes while they grow: raw intervals, full blocks to the file, late corrections. */
#include <string.h>

#include "analysis/store/store-private.h"

#define FIRST_CAPACITY 8

_Static_assert(sizeof(struct ww_interval) == 64, "one cache line");

void ww_store_init_builders(struct ww_store *store)
{
	for (unsigned int kind = 0; kind < 2; kind++)
		store->lanes[kind] = g_array_new(false, true, sizeof(struct ww_lane_builder));
	store->amended.utid = WW_UTID_NONE;
}

void ww_store_clear_builders(struct ww_store *store)
{
	for (unsigned int kind = 0; kind < 2; kind++) {
		GArray *lanes = g_steal_pointer(&store->lanes[kind]);

		for (unsigned int i = 0; lanes && i < lanes->len; i++) {
			struct ww_lane_builder *lane =
				&g_array_index(lanes, struct ww_lane_builder, i);

			ww_pages_clear(&lane->pages);
			g_aligned_free(lane->raw);
		}
		g_clear_pointer(&lanes, g_array_unref);
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

void ww_store_close_block(struct ww_store *store, unsigned int kind, uint32_t index,
			  struct ww_lane_builder *lane)
{
	struct ww_block_entry entry;

	if (lane->n_raw == 0)
		return;
	write_block(store, (struct ww_block_lane){ kind == 1, index, 0 }, lane->raw, lane->n_raw,
		    &entry);
	memcpy(entry.before_ns, &lane->sums, sizeof(entry.before_ns));
	ww_pages_push(&lane->pages, &store->scratch, &entry, sizeof(entry));
	for (unsigned int i = 0; i < lane->n_raw; i++)
		lane->sums.ns[lane->raw[i].state] +=
			lane->raw[i].span.end_ns - lane->raw[i].span.begin_ns;
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
	const bool is_first = lane->n_raw == 0 && lane->pages.n_items == 0;

	g_assert(interval->span.begin_ns < interval->span.end_ns);
	g_assert(is_first || lane->end_ns <= interval->span.begin_ns);
	if (lane->n_raw == lane->capacity)
		grow(lane);
	lane->raw[lane->n_raw++] = *interval;
	lane->end_ns = interval->span.end_ns;
	if (lane->n_raw == WW_BLOCK_INTERVALS) {
		ww_store_close_block(store, kind, index, lane);
		return lane->pages.n_items * WW_BLOCK_INTERVALS - 1;
	}
	return lane->pages.n_items * WW_BLOCK_INTERVALS + lane->n_raw - 1;
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
	struct ww_lane_builder *lane;
	struct ww_block_entry old, entry;
	const uint32_t utid = store->amended.utid;

	store->amended.utid = WW_UTID_NONE;
	if (utid == WW_UTID_NONE || !store->amended.is_changed)
		return;
	lane = &g_array_index(store->lanes[0], struct ww_lane_builder, utid);
	if (!ww_pages_get(&lane->pages, &store->scratch, store->amended.block, &old, sizeof(old)))
		return;
	write_block(store, (struct ww_block_lane){ false, utid, 0 }, store->amended.intervals,
		    store->amended.n, &entry);
	memcpy(entry.before_ns, old.before_ns, sizeof(entry.before_ns));
	ww_pages_set(&lane->pages, &store->scratch, store->amended.block, &entry, sizeof(entry));
}

/* Reads a block that is written already into store->amended; false after a failure of the file. */
static bool load_block(struct ww_store *store, uint32_t utid, const struct ww_lane_builder *lane,
		       uint32_t block)
{
	const struct ww_block_lane block_lane = { false, utid, store->threads->len };
	uint8_t bytes[WW_BLOCK_BYTES_MAX + WW_BLOCK_SLACK_BYTES];
	struct ww_block_cursor cursor;
	struct ww_block_entry entry;

	if (store->amended.utid == utid && store->amended.block == block)
		return true;
	ww_store_flush_amended(store);
	if (!ww_pages_get(&lane->pages, &store->scratch, block, &entry, sizeof(entry)) ||
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
	if (block >= lane->pages.n_items)
		return block == lane->pages.n_items && i < lane->n_raw ? &lane->raw[i] : NULL;
	return load_block(store, utid, lane, block) ? &store->amended.intervals[i] : NULL;
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

// SPDX-License-Identifier: GPL-2.0-or-later
/* One sealed lane: what may be trusted of it, and searches. */
#include <string.h>

#include "analysis/store/store-private.h"

bool ww_store_is_verified(const struct ww_store *store, uint64_t bit)
{
	/* What this process wrote itself needs no proof. */
	return !store->verified ||
	       __atomic_load_n(&store->verified[bit / 8], __ATOMIC_RELAXED) & 1u << bit % 8;
}

void ww_store_set_verified(const struct ww_store *store, uint64_t bit)
{
	__atomic_fetch_or(&store->verified[bit / 8], (uint8_t)(1u << bit % 8), __ATOMIC_RELAXED);
}

void ww_store_set_damaged(const struct ww_store *store)
{
	__atomic_store_n((int *)(uintptr_t)&store->is_damaged, 1, __ATOMIC_RELAXED);
}

bool ww_store_is_damaged(const struct ww_store *store)
{
	return __atomic_load_n(&store->is_damaged, __ATOMIC_RELAXED) != 0;
}

static const uint8_t *times_bytes(const struct ww_store_lane *lane, uint32_t block)
{
	const struct ww_block_entry *entry = &lane->entries[block];

	return ww_store_file_at(&lane->store->file, entry->times_offset,
				MAX(entry->n_times_bytes, WW_BLOCK_SLACK_BYTES));
}

static const uint8_t *details_bytes(const struct ww_store_lane *lane, uint32_t block)
{
	const struct ww_block_entry *entry = &lane->entries[block];

	return ww_store_file_at(&lane->store->file, entry->details_offset, entry->n_details_bytes);
}

static bool is_entry_sound(const struct ww_store_lane *lane, uint32_t i)
{
	const struct ww_block_entry *entry = &lane->entries[i];
	const bool is_last = i + 1 == lane->record->n_blocks;
	const uint64_t n_before = (uint64_t)i * WW_BLOCK_INTERVALS;

	return times_bytes(lane, i) && details_bytes(lane, i) && entry->states < 1u << WW_STATE_N &&
	       entry->begin_ns < ww_lane_block_limit(lane, i) && entry->n > 0 &&
	       entry->n <= WW_BLOCK_INTERVALS &&
	       entry->n == (is_last ? lane->record->n_intervals - n_before : WW_BLOCK_INTERVALS);
}

uint32_t ww_entries_checksum(uint32_t sum, const void *entries, size_t n_bytes)
{
	const uint32_t both[] = { sum, ww_store_checksum(entries, n_bytes) };

	return ww_store_checksum(both, sizeof(both));
}

static bool is_directory_sound(const struct ww_store_lane *lane)
{
	const struct ww_lane_record *record = lane->record;
	uint32_t sum = 0;

	if (record->states >= 1u << WW_STATE_N)
		return false;
	for (uint32_t i = 0; i < record->n_blocks; i += WW_PAGE_ITEMS)
		sum = ww_entries_checksum(sum, lane->entries + i,
					  MIN(WW_PAGE_ITEMS, record->n_blocks - i) *
						  sizeof(*lane->entries));
	if (sum != record->entries_checksum)
		return false;
	for (uint32_t i = 0; i < record->n_blocks; i++)
		if (!is_entry_sound(lane, i))
			return false;
	/* Lengths and sums of what lies in between do not overflow. */
	return record->begin_ns == lane->entries[0].begin_ns && record->begin_ns >= INT64_MIN / 2 &&
	       record->end_ns <= INT64_MAX / 2;
}

static bool verify_directory(const struct ww_store_lane *lane)
{
	if (ww_store_is_verified(lane->store, lane->bit))
		return true;
	if (!is_directory_sound(lane)) {
		ww_store_set_damaged(lane->store);
		return false;
	}
	ww_store_set_verified(lane->store, lane->bit);
	return true;
}

const uint8_t *ww_lane_pyramid(const struct ww_store_lane *lane)
{
	const struct ww_lane_record *record = lane->record;
	const uint64_t bit = ww_store_pyramid_bit(lane->store, lane->bit);
	const size_t n_bytes = ww_pyramid_bytes(record);
	const uint8_t *pyramid;

	if (record->n_buckets == 0)
		return NULL;
	pyramid = ww_store_file_at(&lane->store->file, record->pyramid_offset, n_bytes);
	if (pyramid && ww_store_is_verified(lane->store, bit))
		return pyramid;
	if (!pyramid || !ww_pyramid_is_sound(lane) ||
	    ww_store_checksum(pyramid, n_bytes) != record->pyramid_checksum) {
		ww_store_set_damaged(lane->store);
		return NULL;
	}
	ww_store_set_verified(lane->store, bit);
	return pyramid;
}

static const struct ww_block_entry *entries_of(const struct ww_store *store,
					       const struct ww_lane_record *record)
{
	return ww_store_file_at(&store->file, record->entries_offset,
				(uint64_t)record->n_blocks * sizeof(struct ww_block_entry));
}

static uint64_t directory_bit(const struct ww_store *store, unsigned int kind, uint32_t index)
{
	return store->n_blocks + (kind ? store->n_lanes[0] : 0) + index;
}

bool ww_store_lane(const struct ww_store *store, unsigned int kind, uint32_t index,
		   struct ww_store_lane *lane)
{
	const struct ww_lane_record *record;

	if (index >= store->n_lanes[kind])
		return false;
	record = &store->lane_records[kind][index];
	if (record->n_blocks == 0)
		return false;
	*lane = (struct ww_store_lane){
		.store = store,
		.record = record,
		.entries = entries_of(store, record),
		.bit = directory_bit(store, kind, index),
		.block_lane = { kind == 1, index, store->threads->len },
	};
	if (!lane->entries) {
		ww_store_set_damaged(store);
		return false;
	}
	return verify_directory(lane);
}

int64_t ww_lane_block_limit(const struct ww_store_lane *lane, uint32_t block)
{
	return block + 1 < lane->record->n_blocks ? lane->entries[block + 1].begin_ns
						  : lane->record->end_ns;
}

/*
 * The bytes of the times if they are sound, NULL else (and the store is damaged from then on); read
 * into @times, NULL is fine. As the proof reads them too, that costs nothing the first time.
 */
static const uint8_t *sound_times(const struct ww_store_lane *lane, uint32_t block,
				  struct ww_block_times *times)
{
	const struct ww_block_entry *entry = &lane->entries[block];
	const uint64_t bit = lane->record->first_block + block;
	const uint8_t *bytes = times_bytes(lane, block);
	struct ww_block_times unwanted;

	if (bytes && ww_store_is_verified(lane->store, bit)) {
		if (times)
			ww_block_times_init(times, entry, bytes);
		return bytes;
	}
	if (!bytes || ww_store_checksum(bytes, entry->n_times_bytes) != entry->times_checksum ||
	    !ww_block_is_sound(entry, bytes, ww_lane_block_limit(lane, block),
			       times ? times : &unwanted)) {
		ww_store_set_damaged(lane->store);
		return NULL;
	}
	ww_store_set_verified(lane->store, bit);
	return bytes;
}

/* The same for the details. */
static const uint8_t *sound_details(const struct ww_store_lane *lane, uint32_t block)
{
	const struct ww_store *store = lane->store;
	const struct ww_block_entry *entry = &lane->entries[block];
	const uint64_t bit = ww_store_details_bit(store, lane->record->first_block + block);
	const uint8_t *details = details_bytes(lane, block);

	if (details && ww_store_is_verified(store, bit))
		return details;
	if (!details ||
	    ww_store_checksum(details, entry->n_details_bytes) != entry->details_checksum) {
		ww_store_set_damaged(store);
		return NULL;
	}
	ww_store_set_verified(store, bit);
	return details;
}

static void set_unknown(const struct ww_store_lane *lane, uint32_t block,
			struct ww_block_times *times)
{
	static const uint8_t unknown = WW_STATE_UNKNOWN;

	times->n = 1;
	times->begin_ns[0] = lane->entries[block].begin_ns;
	times->begin_ns[1] = ww_lane_block_limit(lane, block);
	times->end_ns = times->begin_ns + 1;
	times->tags = &unknown;
}

void ww_lane_times(const struct ww_store_lane *lane, uint32_t block, struct ww_block_times *times)
{
	if (!sound_details(lane, block) || !sound_times(lane, block, times))
		set_unknown(lane, block, times);
}

void ww_lane_bare_times(const struct ww_store_lane *lane, uint32_t block,
			struct ww_block_times *times)
{
	if (!sound_times(lane, block, times))
		set_unknown(lane, block, times);
}

/* Where the block of @t_ns would be if all of them were equally long. */
static uint32_t guess_block(const struct ww_lane_record *record, int64_t t_ns)
{
	const double share = ((double)t_ns - (double)record->begin_ns) /
			     ((double)record->end_ns - (double)record->begin_ns);

	return (uint32_t)CLAMP(share * record->n_blocks, 0, record->n_blocks - 1);
}

/* From the guess on in growing steps: what is near it is in the cache already. */
uint32_t ww_lane_find_block(const struct ww_store_lane *lane, int64_t t_ns)
{
	const struct ww_block_entry *entries = lane->entries;
	const uint32_t n = lane->record->n_blocks;
	uint32_t low = guess_block(lane->record, t_ns), high = low + 1, step = 1;

	for (; high < n && entries[high].begin_ns <= t_ns; step *= 2) {
		low = high;
		high += MIN(step, n - high);
	}
	for (step = 1; low > 0 && entries[low].begin_ns > t_ns; step *= 2) {
		high = low;
		low -= MIN(step, low);
	}
	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (entries[middle].begin_ns <= t_ns)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void prefetch(const void *bytes, size_t n_bytes)
{
	for (size_t i = 0; bytes && i < n_bytes; i += 64)
		__builtin_prefetch((const uint8_t *)bytes + i);
}

void ww_lane_prefetch(const struct ww_store *store, unsigned int kind, uint32_t index, int64_t t_ns,
		      enum ww_lane_part part)
{
	const struct ww_lane_record *record = &store->lane_records[kind][index];
	struct ww_store_lane lane = { .store = store, .record = record };
	uint32_t block;

	if (record->n_blocks == 0 || t_ns <= record->begin_ns || t_ns >= record->end_ns ||
	    !ww_store_is_verified(store, directory_bit(store, kind, index)))
		return;
	lane.entries = entries_of(store, record);
	block = guess_block(record, t_ns);
	if (part == WW_LANE_DIRECTORY) {
		prefetch(&lane.entries[block], 2 * sizeof(*lane.entries));
		return;
	}
	block = ww_lane_find_block(&lane, t_ns);
	prefetch(times_bytes(&lane, block), lane.entries[block].n_times_bytes);
}

uint32_t ww_lane_find(const struct ww_store_lane *lane, int64_t t_ns)
{
	const uint32_t block = ww_lane_find_block(lane, t_ns);
	struct ww_block_times times;
	unsigned int i = 0;

	ww_lane_times(lane, block, &times);
	while (i < times.n && times.end_ns[i] <= t_ns)
		i++;
	if (i < times.n)
		return block * WW_BLOCK_INTERVALS + i;
	return MIN((block + 1) * WW_BLOCK_INTERVALS, lane->record->n_intervals);
}

struct ww_lane_sums ww_lane_sums_until(const struct ww_store_lane *lane, int64_t t_ns)
{
	struct ww_lane_sums sums = { 0 };
	struct ww_block_times times;
	uint32_t block;

	if (t_ns >= lane->record->end_ns)
		return lane->record->sums;
	if (t_ns <= lane->record->begin_ns)
		return sums;
	block = ww_lane_find_block(lane, t_ns);
	memcpy(&sums, lane->entries[block].before_ns, sizeof(sums));
	ww_lane_bare_times(lane, block, &times);
	for (unsigned int i = 0; i < times.n && times.begin_ns[i] < t_ns; i++)
		sums.ns[times.tags[i] & WW_BLOCK_STATE] +=
			MIN(times.end_ns[i], t_ns) - times.begin_ns[i];
	return sums;
}

void ww_lane_cursor(const struct ww_store_lane *lane, uint32_t block,
		    struct ww_block_cursor *cursor)
{
	const uint8_t *times = sound_times(lane, block, NULL);
	const uint8_t *details = sound_details(lane, block);

	cursor->n = 0;
	cursor->i = 0;
	if (times && details)
		ww_block_cursor_init(cursor, lane->block_lane, &lane->entries[block], times,
				     details);
}

/* What stands for a block that cannot be read. */
static struct ww_interval unknown(const struct ww_store_lane *lane, uint32_t block)
{
	const struct ww_block_lane *of = &lane->block_lane;

	return (struct ww_interval){
		.span = { lane->entries[block].begin_ns, ww_lane_block_limit(lane, block) },
		.state = WW_STATE_UNKNOWN,
		.flags = WW_INTERVAL_DEGRADED,
		.syscall = WW_SYSCALL_UNKNOWN,
		.prio = -1,
		.cpu = of->is_cpu ? (uint16_t)of->index : WW_CPU_UNKNOWN,
		.utid = of->is_cpu ? WW_UTID_NONE : of->index,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};
}

bool ww_lane_step(const struct ww_store_lane *lane, uint32_t *index, struct ww_block_cursor *cursor,
		  struct ww_interval *interval)
{
	const uint32_t block = *index / WW_BLOCK_INTERVALS, i = *index % WW_BLOCK_INTERVALS;

	if (*index >= lane->record->n_intervals)
		return false;
	if (i == 0 || cursor->n == 0)
		ww_lane_cursor(lane, block, cursor);
	if (cursor->n == 0) {
		*interval = unknown(lane, block);
		*index = (block + 1) * WW_BLOCK_INTERVALS;
		return true;
	}
	do {
		/* The map has changed under us. */
		if (!ww_block_cursor_next(cursor, interval))
			return ww_store_set_damaged(lane->store), false;
	} while (cursor->i <= i);
	++*index;
	return true;
}

bool ww_lane_interval(const struct ww_store_lane *lane, uint32_t index,
		      struct ww_interval *interval)
{
	struct ww_block_cursor cursor = { .n = 0 };
	uint32_t next = index;

	return ww_lane_step(lane, &next, &cursor, interval) &&
	       (cursor.n > 0 || index % WW_BLOCK_INTERVALS == 0);
}

static bool verify_lane(const struct ww_store *store, unsigned int kind, uint32_t index)
{
	struct ww_store_lane lane;

	if (store->lane_records[kind][index].n_blocks == 0)
		return true;
	if (!ww_store_lane(store, kind, index, &lane))
		return false;
	for (uint32_t block = 0; block < lane.record->n_blocks; block++)
		if (!sound_times(&lane, block, NULL) || !sound_details(&lane, block))
			return false;
	return lane.record->n_buckets == 0 || ww_lane_pyramid(&lane) != NULL;
}

bool ww_store_verify(const struct ww_store *store)
{
	for (unsigned int kind = 0; kind < G_N_ELEMENTS(store->n_lanes); kind++)
		for (uint32_t index = 0; index < store->n_lanes[kind]; index++)
			if (!verify_lane(store, kind, index))
				return false;
	return ww_store_verify_tracks(store);
}

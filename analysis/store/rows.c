// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries about tracks. */
#include <string.h>

#include "analysis/query.h"
#include "analysis/store/store-private.h"
#include "analysis/store/varint.h"
#include "analysis/trace-private.h"

struct walk {
	const struct ww_track_record *record; /* NULL: at the end */
	const struct ww_track_entry *entries;
	const uint8_t *at, *limit; /* in the block before @block */
	struct ww_track_row last;
	uint32_t block; /* the next one to open */
	uint32_t n;     /* rows left in the open one */
};

_Static_assert(sizeof(struct walk) <= sizeof(((struct ww_row_iter *)NULL)->space),
	       "a walk fits into its iterator");

/* The first track at or after (@kind, @key) in the table. */
static uint32_t find_track(const struct ww_store *store, enum ww_track kind, uint64_t key)
{
	uint32_t low = 0, high = store->n_tracks;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const struct ww_track_record *record = &store->track_records[middle];

		if (record->kind < kind || (record->kind == kind && record->key < key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool verify(const struct ww_store *store, uint32_t track,
		   const struct ww_track_entry *entries)
{
	const struct ww_track_record *record = &store->track_records[track];
	const uint64_t bit = store->n_blocks + store->n_lanes[0] + store->n_lanes[1] + track;
	const size_t n_bytes = record->n_entries * sizeof(*entries);

	if (entries && ww_store_is_verified(store, bit))
		return true;
	if (!entries || ww_store_checksum(entries, n_bytes) != record->entries_checksum) {
		ww_store_set_damaged(store);
		return false;
	}
	ww_store_set_verified(store, bit);
	return true;
}

static const uint8_t *open_block(const struct ww_store *store, const struct walk *walk,
				 uint32_t block)
{
	const struct ww_track_entry *entry = &walk->entries[block];
	const uint64_t bit = walk->record->first_block + block;
	const uint8_t *bytes = ww_store_file_at(&store->file, entry->offset, entry->n_bytes);

	if (bytes && ww_store_is_verified(store, bit))
		return bytes;
	/* A row takes two bytes at least: where there are more rows than that, no end would come.
	 */
	if (!bytes || entry->n == 0 || entry->n > entry->n_bytes / 2 ||
	    ww_store_checksum(bytes, entry->n_bytes) != entry->checksum) {
		ww_store_set_damaged(store);
		return NULL;
	}
	ww_store_set_verified(store, bit);
	return bytes;
}

bool ww_store_verify_tracks(const struct ww_store *store)
{
	bool is_sound = true;

	for (uint32_t track = 0; track < store->n_tracks; track++) {
		const struct ww_track_record *record = &store->track_records[track];
		const struct walk walk = {
			.record = record,
			.entries = ww_store_file_at(&store->file, record->entries_offset,
						    record->n_entries * sizeof(*walk.entries)),
		};

		is_sound &= verify(store, track, walk.entries);
		for (uint32_t block = 0; is_sound && block < record->n_entries; block++)
			is_sound &= open_block(store, &walk, block) != NULL;
	}
	return is_sound;
}

/* The first block that has, or has before it, a row that ends at or after @t_ns. */
static uint32_t first_block(const struct walk *walk, int64_t t_ns)
{
	uint32_t low = 0, high = walk->record->n_entries;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (walk->entries[middle].end_ns < t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void ww_row_iter_init(struct ww_row_iter *iter, const struct ww_trace *trace, enum ww_track kind,
		      uint64_t key, struct ww_span span)
{
	const struct ww_store *store = trace->store;
	const uint32_t track = find_track(store, kind, key);
	struct walk *walk = (struct walk *)iter->space;
	const struct ww_track_record *record;

	iter->trace = trace;
	iter->span = span;
	*walk = (struct walk){ 0 };
	if (track == store->n_tracks || span.begin_ns >= span.end_ns)
		return;
	record = &store->track_records[track];
	if (record->kind != kind || record->key != key)
		return;
	walk->entries = ww_store_file_at(&store->file, record->entries_offset,
					 record->n_entries * sizeof(*walk->entries));
	if (!verify(store, track, walk->entries))
		return;
	walk->record = record;
	walk->block = first_block(walk, span.begin_ns);
}

/* False when no block is left that can have rows of the span. */
static bool next_block(const struct ww_row_iter *iter, struct walk *walk)
{
	while (walk->block < walk->record->n_entries) {
		const struct ww_track_entry *entry = &walk->entries[walk->block++];

		if (entry->later_begin_ns >= iter->span.end_ns)
			return false;
		if (entry->begin_ns >= iter->span.end_ns)
			continue;
		walk->at = open_block(iter->trace->store, walk, walk->block - 1);
		if (!walk->at)
			continue;
		walk->limit = walk->at + entry->n_bytes;
		walk->n = entry->n;
		walk->last = (struct ww_track_row){ 0 };
		return true;
	}
	return false;
}

static void read_row(struct walk *walk)
{
	struct ww_track_row *row = &walk->last;
	const unsigned int n_fields = ww_track_n_fields((enum ww_track)walk->record->kind);
	const uint8_t mask = walk->at < walk->limit ? *walk->at++ : 0;
	uint64_t length = 0;

	row->span.end_ns = (int64_t)((uint64_t)row->span.end_ns +
				     ww_unzigzag(ww_varint_get(&walk->at, walk->limit)));
	if (mask & 1)
		length = ww_varint_get(&walk->at, walk->limit);
	row->span.begin_ns = MIN((int64_t)((uint64_t)row->span.end_ns - length), row->span.end_ns);
	for (unsigned int i = 0; i < n_fields; i++)
		if (mask & 2u << i)
			row->fields[i] += ww_unzigzag(ww_varint_get(&walk->at, walk->limit));
	walk->n--;
}

/* An instant lies in a span; anything longer overlaps it. */
static bool is_inside(struct ww_span row, struct ww_span span)
{
	return row.begin_ns < span.end_ns &&
	       (row.end_ns > span.begin_ns ||
		(row.begin_ns == row.end_ns && row.begin_ns == span.begin_ns));
}

bool ww_row_iter_next(struct ww_row_iter *iter, struct ww_track_row *row)
{
	struct walk *walk = (struct walk *)iter->space;

	while (walk->record) {
		if (walk->n == 0 && !next_block(iter, walk)) {
			walk->record = NULL;
			return false;
		}
		if (walk->n == 0)
			continue;
		read_row(walk);
		if (is_inside(walk->last.span, iter->span)) {
			*row = walk->last;
			return true;
		}
	}
	return false;
}

GArray *ww_query_track_keys(const struct ww_trace *trace, enum ww_track kind)
{
	const struct ww_store *store = trace->store;
	GArray *keys = g_array_new(false, false, sizeof(uint64_t));

	for (uint32_t i = find_track(store, kind, 0);
	     i < store->n_tracks && store->track_records[i].kind == kind; i++)
		g_array_append_val(keys, store->track_records[i].key);
	return keys;
}

const char *ww_query_text(const struct ww_trace *trace, uint64_t text)
{
	const GArray *texts = trace->store->texts;

	return text < texts->len ? g_array_index(texts, const char *, text) : NULL;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracks while they grow. A row is a byte that says which numbers follow, then as varints: the
 * distance to the last row's end (always), its length (bit 0: not 0), and the distance to the last
 * row's of each field that changed (bit 1 and up). */
#include "analysis/tracks.h"

#include <string.h>

#include "analysis/store/varint.h"
#include "analysis/store/writer.h"
#include "base/hash.h"

#define ROWS_PER_BLOCK 64
#define ROW_BYTES_MAX (1 + (2 + WW_ROW_FIELDS_MAX) * WW_VARINT_BYTES_MAX)
#define SMALL_KEYS (1u << 20)

_Static_assert(sizeof(struct ww_track_entry) == 48, "no padding in the file");
_Static_assert(sizeof(struct ww_track_record) == 48, "no padding in the file");

#define FIELD_NAME(KIND, NAME) #NAME,
#define TRACK_WORDS(KIND, json, ...)                                                               \
	[WW_TRACK_##KIND] = { json, WW_ROW_##KIND##_N, { WW_FIELDS_##KIND(FIELD_NAME) } },
static const struct {
	const char *name;
	unsigned int n_fields;
	const char *fields[WW_ROW_FIELDS_MAX];
} words[WW_TRACK_N] = { WW_TRACKS(TRACK_WORDS) };

const char *ww_track_name(enum ww_track kind)
{
	return words[kind].name;
}

unsigned int ww_track_n_fields(enum ww_track kind)
{
	return words[kind].n_fields;
}

const char *ww_track_field_name(enum ww_track kind, unsigned int field)
{
	return field < words[kind].n_fields ? words[kind].fields[field] : NULL;
}

void ww_tracks_init(struct ww_store *store)
{
	store->tracks = g_array_new(false, true, sizeof(struct ww_track_builder));
}

void ww_tracks_clear(struct ww_store *store)
{
	GArray *tracks = g_steal_pointer(&store->tracks);

	for (unsigned int i = 0; tracks && i < tracks->len; i++) {
		struct ww_track_builder *track = &g_array_index(tracks, struct ww_track_builder, i);

		ww_pages_clear(&track->pages);
		g_free(track->bytes);
	}
	g_clear_pointer(&tracks, g_array_unref);
	for (unsigned int kind = 0; kind < WW_TRACK_N; kind++) {
		g_clear_pointer(&store->track_index[kind].small, g_array_unref);
		g_clear_pointer(&store->track_index[kind].large, g_hash_table_unref);
	}
}

static uint32_t add_track(struct ww_store *store, enum ww_track kind, uint64_t key)
{
	const struct ww_track_builder track = { .key = key, .kind = (uint8_t)kind };

	g_array_append_val(store->tracks, track);
	return store->tracks->len;
}

static struct ww_track_builder *find_small(struct ww_store *store, enum ww_track kind, uint32_t key)
{
	struct ww_track_index *index = &store->track_index[kind];
	uint32_t *number;

	if (!index->small)
		index->small = g_array_new(false, true, sizeof(uint32_t));
	if (key >= index->small->len)
		g_array_set_size(index->small, key + 1);
	number = &g_array_index(index->small, uint32_t, key);
	if (*number == 0)
		*number = add_track(store, kind, key);
	return &g_array_index(store->tracks, struct ww_track_builder, *number - 1);
}

static void index_large(struct ww_track_index *index, uint64_t key, uint32_t number)
{
	if (!index->large)
		index->large = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, NULL);
	g_hash_table_insert(index->large, g_memdup2(&key, sizeof(key)), GUINT_TO_POINTER(number));
}

static struct ww_track_builder *find_large(struct ww_store *store, enum ww_track kind, uint64_t key)
{
	struct ww_track_index *index = &store->track_index[kind];
	unsigned int number = 0;

	if (index->large)
		number = GPOINTER_TO_UINT(g_hash_table_lookup(index->large, &key));
	if (number == 0) {
		number = add_track(store, kind, key);
		index_large(index, key, number);
	}
	return &g_array_index(store->tracks, struct ww_track_builder, number - 1);
}

void ww_tracks_copy_index(const struct ww_store *store, struct ww_store *copy)
{
	for (unsigned int kind = 0; kind < WW_TRACK_N; kind++) {
		const GArray *small = store->track_index[kind].small;

		if (small)
			copy->track_index[kind].small = g_array_copy((GArray *)(uintptr_t)small);
	}
	for (uint32_t i = 0; i < copy->tracks->len; i++) {
		const struct ww_track_builder *track =
			&g_array_index(copy->tracks, struct ww_track_builder, i);

		if (track->key >= SMALL_KEYS)
			index_large(&copy->track_index[track->kind], track->key, i + 1);
	}
}

static void close_block(struct ww_store *store, struct ww_track_builder *track)
{
	const struct ww_track_entry entry = {
		.begin_ns = track->begin_ns,
		.end_ns = track->end_ns,
		.offset = ww_store_file_append(&store->file, track->bytes, track->n_bytes),
		.n_bytes = track->n_bytes,
		.checksum = ww_store_checksum(track->bytes, track->n_bytes),
		.n = track->n,
	};

	ww_pages_push(&track->pages, &store->scratch, &entry, sizeof(entry));
	track->n = 0;
	track->n_bytes = 0;
	track->last = (struct ww_track_row){ 0 };
}

static uint8_t *put_row(uint8_t *at, const struct ww_track_row *last,
			const struct ww_track_row *row, unsigned int n_fields)
{
	const uint64_t length = (uint64_t)row->span.end_ns - (uint64_t)row->span.begin_ns;
	uint8_t mask = length > 0, *first = at++;

	at = ww_varint_put(at, ww_zigzag((uint64_t)row->span.end_ns - (uint64_t)last->span.end_ns));
	if (length > 0)
		at = ww_varint_put(at, length);
	for (unsigned int i = 0; i < n_fields; i++) {
		if (row->fields[i] == last->fields[i])
			continue;
		mask |= (uint8_t)(2u << i);
		at = ww_varint_put(at, ww_zigzag(row->fields[i] - last->fields[i]));
	}
	*first = mask;
	return at;
}

void ww_tracks_put_row(struct ww_store *store, enum ww_track kind, uint64_t key,
		       const struct ww_track_row *row)
{
	struct ww_track_builder *track = key < SMALL_KEYS ? find_small(store, kind, (uint32_t)key)
							  : find_large(store, kind, key);
	uint8_t *at;

	if (track->capacity - track->n_bytes < ROW_BYTES_MAX) {
		track->capacity = MAX(2 * track->capacity, 2 * ROW_BYTES_MAX);
		track->bytes = g_realloc(track->bytes, track->capacity);
	}
	if (track->n == 0) {
		track->begin_ns = row->span.begin_ns;
		track->end_ns = row->span.end_ns;
	}
	track->begin_ns = MIN(track->begin_ns, row->span.begin_ns);
	track->end_ns = MAX(track->end_ns, row->span.end_ns);
	at = put_row(track->bytes + track->n_bytes, &track->last, row, words[kind].n_fields);
	track->n_bytes = (uint32_t)(at - track->bytes);
	track->last = *row;
	if (++track->n == ROWS_PER_BLOCK)
		close_block(store, track);
}

void ww_store_append_row(struct ww_store *store, enum ww_track kind, uint64_t key,
			 const struct ww_track_row *row)
{
	g_assert(!store->is_sealed && row->span.begin_ns <= row->span.end_ns);
	if (store->writer)
		ww_writer_row(store, kind, key, row);
	else
		ww_tracks_put_row(store, kind, key, row);
}

struct collected {
	struct ww_track_entry *entries;
	uint32_t n;
	uint64_t n_rows;
};

static void collect(void *items, uint32_t n_items, void *data)
{
	struct collected *all = data;
	const struct ww_track_entry *entries = items;

	memcpy(all->entries + all->n, entries, n_items * sizeof(*entries));
	all->n += n_items;
	for (uint32_t i = 0; i < n_items; i++)
		all->n_rows += entries[i].n;
}

static void seal_track(struct ww_store *store, struct ww_track_builder *track,
		       struct ww_track_record *record)
{
	uint8_t bytes[ROWS_PER_BLOCK * ROW_BYTES_MAX];
	struct collected all = { 0 };
	g_autofree struct ww_track_entry *entries = NULL;

	entries = all.entries = g_new(struct ww_track_entry, track->pages.n_items);
	if (!ww_pages_visit(&track->pages, &store->scratch, sizeof(*entries), collect, &all))
		store->file.error = store->scratch.error;
	for (uint32_t i = 0; i < all.n; i++)
		entries[i].offset =
			ww_store_move(store, entries[i].offset, entries[i].n_bytes, bytes);
	for (uint32_t i = 1; i < all.n; i++)
		entries[i].end_ns = MAX(entries[i].end_ns, entries[i - 1].end_ns);
	for (uint32_t i = all.n; i > 0; i--)
		entries[i - 1].later_begin_ns =
			i < all.n ? MIN(entries[i - 1].begin_ns, entries[i].later_begin_ns)
				  : entries[i - 1].begin_ns;
	ww_store_file_align(&store->file);
	*record = (struct ww_track_record){
		.key = track->key,
		.kind = track->kind,
		.n_entries = all.n,
		.n_rows = all.n_rows,
		.first_block = store->n_blocks,
		.entries_checksum = ww_store_checksum(entries, all.n * sizeof(*entries)),
		.entries_offset =
			ww_store_file_append(&store->file, entries, all.n * sizeof(*entries)),
	};
	store->n_blocks += all.n;
}

void ww_tracks_close_blocks(struct ww_store *store)
{
	for (unsigned int i = 0; i < store->tracks->len; i++) {
		struct ww_track_builder *track =
			&g_array_index(store->tracks, struct ww_track_builder, i);

		if (track->n > 0)
			close_block(store, track);
	}
}

static int by_kind_and_key(const void *pa, const void *pb)
{
	const struct ww_track_builder *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->key > b->key) - (a->key < b->key);
}

void ww_tracks_seal(struct ww_store *store)
{
	const uint32_t n = store->tracks->len;
	g_autofree struct ww_track_record *records = g_new0(struct ww_track_record, n);

	g_array_sort(store->tracks, by_kind_and_key);
	for (uint32_t i = 0; i < n; i++)
		seal_track(store, &g_array_index(store->tracks, struct ww_track_builder, i),
			   &records[i]);
	ww_store_put_section(store, "tracks", records, n * sizeof(*records));
}

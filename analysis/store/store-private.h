/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shape of the store: for store.c, the queries and trace-model.c.
 *
 * While it is built, a lane is the raw intervals of its newest block and pages of directory entries; the blocks lie in the file
 * in the order they became full. Sealing brings the blocks of a lane together (move.c), writes the directory of each lane in one
 * piece, then their pyramids and a table of lanes; from then on everything is read from the mapped file. Tracks do the same with
 * rows.
 */
#ifndef WW_ANALYSIS_STORE_STORE_PRIVATE_H
#define WW_ANALYSIS_STORE_STORE_PRIVATE_H

#include <glib.h>

#include "analysis/store/block.h"
#include "analysis/store/pages.h"
#include "analysis/store/file.h"
#include "analysis/store/store.h"

#define WW_STORE_HEADER_BYTES 64

struct ww_lane_sums {
	int64_t ns[WW_STATE_N];
};

struct ww_lane_builder {
	struct ww_interval *raw; /* of the block that is not full; aligned, so that an interval is one cache line */
	int64_t end_ns;
	uint32_t n_full;         /* blocks before that one */
	uint8_t n_raw, capacity;
};

/* What is written of a lane: the writer's while there is one (writer.h). */
struct ww_lane_written {
	struct ww_pages pages;    /* struct ww_block_entry */
	struct ww_lane_sums sums; /* of these */
};

/* One lane of the file's lane table. */
struct ww_lane_record {
	uint64_t entries_offset;
	uint64_t pyramid_offset;
	int64_t begin_ns, end_ns;
	struct ww_lane_sums sums;
	uint64_t first_block;  /* number of its first block among those of all lanes */
	uint32_t n_blocks;
	uint32_t n_intervals;
	uint32_t entries_checksum;
	uint32_t pyramid_checksum;
	uint32_t n_buckets;    /* of all levels together; 0: no pyramid */
	uint8_t longest[2];    /* the largest of its entries */
	uint8_t shift;         /* a finest bucket is 1 << shift ns */
	uint8_t n_levels;
	uint8_t states;        /* 1 << enum ww_state of every interval */
	uint8_t reserved[7];
};

/* A lane to read: pointers into the map. */
struct ww_store_lane {
	const struct ww_store *store;
	const struct ww_lane_record *record;
	const struct ww_block_entry *entries;
	uint64_t bit; /* of the directory, in store->verified */
	struct ww_block_lane block_lane;
};

struct ww_track_entry {
	int64_t begin_ns;       /* the earliest begin of its rows */
	int64_t end_ns;         /* the latest end of its rows; once sealed, of these and all before */
	int64_t later_begin_ns; /* once sealed: the earliest begin of its rows and all after */
	uint64_t offset;
	uint32_t n_bytes;
	uint32_t checksum;
	uint32_t n;
	uint32_t reserved;
};

struct ww_track_builder {
	uint64_t key;
	struct ww_pages pages; /* struct ww_track_entry */
	struct ww_track_row last;
	uint8_t *bytes;        /* of the block that is not full */
	int64_t begin_ns, end_ns;
	uint32_t n_bytes, capacity;
	uint8_t kind, n;
};

/* One track of the file's track table, which is sorted by (kind, key). */
struct ww_track_record {
	uint64_t key;
	uint64_t entries_offset;
	uint64_t n_rows;
	uint64_t first_block; /* as of lanes, behind them */
	uint32_t kind;
	uint32_t n_entries;
	uint32_t entries_checksum;
	uint32_t reserved;
};

struct ww_track_index {
	GArray *small;     /* uint32_t by key below a limit: number of the builder + 1; 0: none */
	GHashTable *large; /* the same for other keys */
};

struct ww_store_writer;

struct ww_section {
	char name[24];
	uint64_t offset;
	uint64_t n_bytes;
	uint32_t checksum;
	uint32_t reserved;
};

struct ww_store {
	bool is_sealed;
	struct ww_store_file file;
	struct ww_store_file scratch;  /* while it is built */
	struct ww_store_file grown;    /* while it is sealed: where blocks are moved from; its fd is -1: they are not */
	GStringChunk *strings;
	GArray *threads;       /* struct ww_thread; the index is the utid */
	GArray *processes;     /* struct ww_process; the index is the upid */
	GArray *texts;         /* const char *, by number */
	GHashTable *text_numbers;
	GArray *sections;      /* struct ww_section */
	GHashTable *loaders;   /* char * -> GBytes: sections of ww_store_set_section() until they are in the file */

	/* while it is built */
	GArray *lanes[2];      /* struct ww_lane_builder, by enum ww_lane_kind, then utid or CPU number */
	GArray *written[2];    /* struct ww_lane_written, the same; may be shorter */
	struct ww_store_writer *writer; /* NULL: whoever appends writes */
	GArray *tracks;        /* struct ww_track_builder */
	struct ww_track_index track_index[WW_TRACK_N];
	struct {
		uint32_t utid, block; /* WW_UTID_NONE: nothing */
		bool is_changed;
		unsigned int n;
		struct ww_interval intervals[WW_BLOCK_INTERVALS];
	} amended;

	/* once sealed */
	const struct ww_lane_record *lane_records[2];
	uint32_t n_lanes[2];
	const struct ww_track_record *track_records;
	uint32_t n_tracks;
	uint64_t n_blocks;      /* of lanes and tracks */
	/* A bit for each block, lane's directory, track, block's details and lane's pyramid; set once, by any thread. */
	uint8_t *verified;
	int is_damaged;         /* atomic */
	uint32_t *process_utids;
	uint32_t *utids_by_tid; /* all utids by (tid, utid) */
};

/* The key of WW_TRACK_LOCK_WAIT_ON: a bounded number of tracks, as each costs memory while it is built. */
#define WW_LOCK_KEY_BITS 14
static inline uint64_t ww_store_lock_key(uint64_t address)
{
	return address * UINT64_C(0x9e3779b97f4a7c15) >> (64 - WW_LOCK_KEY_BITS);
}

/* rows.c: ww_store_verify() of all tracks. */
bool ww_store_verify_tracks(const struct ww_store *store);

/* store.c: without files. */
struct ww_store *ww_store_new_empty(void);

/* store.c: a mapped file, nothing read of it yet. */
struct ww_store *ww_store_new_opened(const char *path, GError **error);

/* build.c */
void ww_store_init_builders(struct ww_store *store);
void ww_store_clear_builders(struct ww_store *store);
void ww_store_close_block(struct ww_store *store, unsigned int kind, uint32_t index, struct ww_lane_builder *lane);
/* Encodes and writes a block. */
void ww_store_put_block(struct ww_store *store, unsigned int kind, uint32_t index, const struct ww_interval *raw, unsigned int n);
/* Of the lane; valid until the next call. */
struct ww_lane_written *ww_store_written(struct ww_store *store, unsigned int kind, uint32_t index);
void ww_store_flush_amended(struct ww_store *store);

/*
 * move.c: sealing a store that has a destination moves its blocks to a new file, so that those of one lane or track lie together.
 * Between begin and end store->file is the new one; where there is none to be had, blocks stay.
 */
void ww_store_begin_move(struct ww_store *store);
void ww_store_end_move(struct ww_store *store);
void ww_store_move_lanes(struct ww_store *store);
/* The same for any bytes, through @bytes, which has room for them; returns where they are then. */
uint64_t ww_store_move(struct ww_store *store, uint64_t offset, size_t n_bytes, uint8_t *bytes);

/* tracks.c */
void ww_tracks_init(struct ww_store *store);
void ww_tracks_clear(struct ww_store *store);
void ww_tracks_close_blocks(struct ww_store *store);
void ww_tracks_seal(struct ww_store *store);
void ww_tracks_put_row(struct ww_store *store, enum ww_track kind, uint64_t key, const struct ww_track_row *row);
/* Where to find the tracks of @copy, which are those of @store. */
void ww_tracks_copy_index(const struct ww_store *store, struct ww_store *copy);

struct ww_pixel;

/* pyramid.c: fills @record's members of the pyramid and returns its buckets (g_free), NULL when the lane is too short for one. */
uint8_t *ww_pyramid_build(const struct ww_store_lane *lane, struct ww_lane_record *record);
/* How many that are. */
size_t ww_pyramid_bytes(const struct ww_lane_record *record);
/* What @lane's record says of the pyramid can be. */
bool ww_pyramid_is_sound(const struct ww_store_lane *lane);
/* Pixels of @span from the level that is just finer than they are; false: no level is. */
bool ww_pyramid_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px, struct ww_pixel *pixels);

/* seal.c */
/* errno of the first failure of its files, 0: none. */
int ww_store_error(const struct ww_store *store);
void ww_store_index_threads(struct ww_store *store);
/* The tables of lanes and tracks in the mapped file; false (and none) when one is missing. */
bool ww_store_find_tables(struct ww_store *store);

/* sections.c */
void ww_store_put_section(struct ww_store *store, const char *name, const void *data, size_t n_bytes);
const struct ww_section *ww_store_find_section(const struct ww_store *store, const char *name);

/* lane.c. @kind is enum ww_lane_kind. False when there is no such lane, or nothing of it can be read. */
bool ww_store_lane(const struct ww_store *store, unsigned int kind, uint32_t index, struct ww_store_lane *lane);
/* Bits of store->verified. */
static inline uint64_t ww_store_details_bit(const struct ww_store *store, uint64_t block)
{
	return store->n_blocks + store->n_lanes[0] + store->n_lanes[1] + store->n_tracks + block;
}
static inline uint64_t ww_store_pyramid_bit(const struct ww_store *store, uint64_t directory_bit)
{
	return ww_store_details_bit(store, directory_bit);
}
bool ww_store_is_verified(const struct ww_store *store, uint64_t bit);
void ww_store_set_verified(const struct ww_store *store, uint64_t bit);
void ww_store_set_damaged(const struct ww_store *store);

/* The checksum of a directory, page by page: @sum of those before, 0 at first. */
uint32_t ww_entries_checksum(uint32_t sum, const void *entries, size_t n_bytes);

/* Times of one block; a damaged one is one UNKNOWN interval. */
void ww_lane_times(const struct ww_store_lane *lane, uint32_t block, struct ww_block_times *times);
/* The same for whoever asks for nothing but times and states: damage elsewhere in the block is not looked for. */
void ww_lane_bare_times(const struct ww_store_lane *lane, uint32_t block, struct ww_block_times *times);
/* The last block that begins at or before @t_ns, 0 when none does; the lane has blocks. */
uint32_t ww_lane_find_block(const struct ww_store_lane *lane, int64_t t_ns);
/* The index of the first interval that ends after @t_ns, n_intervals when none does. */
uint32_t ww_lane_find(const struct ww_store_lane *lane, int64_t t_ns);
/* The pyramid if there is one that is sound, NULL else. */
const uint8_t *ww_lane_pyramid(const struct ww_store_lane *lane);
/* The time in each state from the lane's first interval up to @t_ns. */
struct ww_lane_sums ww_lane_sums_until(const struct ww_store_lane *lane, int64_t t_ns);
/* What that reads begins to come from memory: first its place in the directory, then, some lanes later, the block. */
enum ww_lane_part { WW_LANE_DIRECTORY, WW_LANE_BLOCK };
void ww_lane_prefetch(const struct ww_store *store, unsigned int kind, uint32_t index, int64_t t_ns, enum ww_lane_part part);
/* One interval; false in a damaged block beyond its first. */
bool ww_lane_interval(const struct ww_store_lane *lane, uint32_t index, struct ww_interval *interval);
/*
 * The interval at *@index, which moves on to the next one; false at the end. @cursor belongs to the walk: its n is 0 at first.
 * A damaged block is one UNKNOWN interval.
 */
bool ww_lane_step(const struct ww_store_lane *lane, uint32_t *index, struct ww_block_cursor *cursor, struct ww_interval *interval);
void ww_lane_cursor(const struct ww_store_lane *lane, uint32_t block, struct ww_block_cursor *cursor);
int64_t ww_lane_block_limit(const struct ww_store_lane *lane, uint32_t block);

/* The edges of pixels, one after the other. */
struct ww_edges {
	int64_t at_ns, step_ns;
	uint64_t rest, sum, n_px;
};
struct ww_edges ww_edges_of(struct ww_span span, uint32_t n_px);
static inline int64_t ww_edges_next(struct ww_edges *edges)
{
	edges->at_ns += edges->step_ns;
	edges->sum += edges->rest;
	if (edges->sum >= edges->n_px) {
		edges->sum -= edges->n_px;
		edges->at_ns++;
	}
	return edges->at_ns;
}

/* pixels.c: ww_query_pixels() on a lane that has intervals; the span is not empty. */
void ww_lane_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px, struct ww_pixel *pixels);

#endif

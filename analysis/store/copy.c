// SPDX-License-Identifier: GPL-2.0-or-later
/* A second store that begins where a growing one is now: what is in the files is shared. */
#include <string.h>

#include "analysis/store/writer.h"

/* In the order of their numbers, so that these stay what they are. */
static void copy_names(struct ww_store *store, struct ww_store *copy)
{
	for (uint32_t i = 0; i < store->texts->len; i++)
		ww_store_text(copy, g_array_index(store->texts, const char *, i));
	for (uint32_t i = 0; i < store->threads->len; i++)
		ww_store_add_thread(copy, ww_store_thread(store, i));
	for (uint32_t i = 0; i < store->processes->len; i++)
		ww_store_add_process(copy, ww_store_process(store, i));
}

static struct ww_lane_builder copy_lane(const struct ww_lane_builder *lane)
{
	struct ww_lane_builder copy = *lane;

	if (!lane->raw)
		return copy;
	copy.raw = g_aligned_alloc(lane->capacity, sizeof(*copy.raw), sizeof(*copy.raw));
	memcpy(copy.raw, lane->raw, lane->n_raw * sizeof(*copy.raw));
	return copy;
}

static void copy_lanes(const struct ww_store *store, struct ww_store *copy)
{
	for (unsigned int kind = 0; kind < G_N_ELEMENTS(store->lanes); kind++) {
		const GArray *lanes = store->lanes[kind];

		g_array_set_size(copy->lanes[kind], lanes->len);
		for (uint32_t i = 0; i < lanes->len; i++)
			g_array_index(copy->lanes[kind], struct ww_lane_builder, i) =
				copy_lane(&g_array_index(lanes, struct ww_lane_builder, i));
	}
}

static void copy_written(const struct ww_store *store, struct ww_store *copy)
{
	for (unsigned int kind = 0; kind < G_N_ELEMENTS(store->written); kind++) {
		for (uint32_t i = 0; i < store->written[kind]->len; i++) {
			struct ww_lane_written written =
				g_array_index(store->written[kind], struct ww_lane_written, i);

			written.pages =
				ww_pages_copy(&written.pages, sizeof(struct ww_block_entry));
			g_array_append_val(copy->written[kind], written);
		}
	}
}

static void copy_tracks(const struct ww_store *store, struct ww_store *copy)
{
	for (uint32_t i = 0; i < store->tracks->len; i++) {
		struct ww_track_builder track =
			g_array_index(store->tracks, struct ww_track_builder, i);

		track.pages = ww_pages_copy(&track.pages, sizeof(struct ww_track_entry));
		track.bytes = g_memdup2(track.bytes, track.capacity);
		g_array_append_val(copy->tracks, track);
	}
	ww_tracks_copy_index(store, copy);
}

struct ww_store *ww_store_copy(struct ww_store *store)
{
	struct ww_store *copy = ww_store_new_empty();

	g_assert(!store->is_sealed);
	ww_store_flush_amended(store);
	ww_store_settle(store);
	ww_store_file_init_extending(&copy->file, &store->file);
	ww_store_file_init_extending(&copy->scratch, &store->scratch);
	copy_names(store, copy);
	copy_lanes(store, copy);
	copy_written(store, copy);
	copy_tracks(store, copy);
	return copy;
}

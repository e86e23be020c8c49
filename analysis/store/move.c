// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bringing blocks together.
 *
 * While a store grows, blocks lie in its file in the order in which they became full: those of one
 * lane are scattered all over it, and what a picture needs is waited for line by line. So sealing
 * copies them to a second file, lane by lane, and the first one goes. Of each page of a directory
 * come the times of its blocks, which pictures read, then the details. Blocks are read, not mapped:
 * the first touch of a mapped page can cost more than a system call, and each page would be touched
 * for one block after the other.
 */
#include "analysis/store/store-private.h"

struct mover {
	struct ww_store *store;
	uint8_t bytes[WW_PAGE_ITEMS][WW_BLOCK_BYTES_MAX];
};

void ww_store_begin_move(struct ww_store *store)
{
	static const uint8_t header[WW_STORE_HEADER_BYTES];
	struct ww_store_file moved;

	if (!store->file.path || !ww_store_file_init_at(&moved, store->file.path, NULL))
		return; /* they stay where they are */
	store->grown = store->file;
	store->file = moved;
	store->file.error = store->grown.error;
	store->file.has_owner = store->grown.has_owner;
	store->file.uid = store->grown.uid;
	store->file.gid = store->grown.gid;
	ww_store_file_append(&store->file, header, sizeof(header));
}

void ww_store_end_move(struct ww_store *store)
{
	if (store->grown.fd < 0)
		return;
	if (!store->file.error)
		store->file.error = store->grown.error;
	ww_store_file_clear(&store->grown);
}

uint64_t ww_store_move(struct ww_store *store, uint64_t offset, size_t n_bytes, uint8_t *bytes)
{
	if (store->grown.fd < 0)
		return offset;
	ww_store_file_read(&store->grown, offset, bytes, n_bytes);
	return ww_store_file_append(&store->file, bytes, n_bytes);
}

static void move_blocks(void *items, uint32_t n_items, void *data)
{
	struct mover *mover = data;
	struct ww_store_file *file = &mover->store->file;
	struct ww_block_entry *entries = items;

	/* Until now the details are behind the times. */
	for (uint32_t i = 0; i < n_items; i++)
		ww_store_file_read(&mover->store->grown, entries[i].times_offset, mover->bytes[i],
				   (size_t)entries[i].n_times_bytes + entries[i].n_details_bytes);
	for (uint32_t i = 0; i < n_items; i++)
		entries[i].times_offset =
			ww_store_file_append(file, mover->bytes[i], entries[i].n_times_bytes);
	for (uint32_t i = 0; i < n_items; i++)
		entries[i].details_offset =
			ww_store_file_append(file, mover->bytes[i] + entries[i].n_times_bytes,
					     entries[i].n_details_bytes);
}

static void move_lanes(struct ww_store *store, const GArray *lanes, struct mover *mover)
{
	for (uint32_t i = 0; i < lanes->len; i++) {
		struct ww_lane_written *lane = &g_array_index(lanes, struct ww_lane_written, i);

		if (!ww_pages_change(&lane->pages, &store->scratch, sizeof(struct ww_block_entry),
				     move_blocks, mover))
			store->file.error = store->scratch.error;
	}
}

void ww_store_move_lanes(struct ww_store *store)
{
	g_autofree struct mover *mover = NULL;

	if (store->grown.fd < 0)
		return;
	mover = g_new(struct mover, 1);
	mover->store = store;
	for (unsigned int kind = 0; kind < G_N_ELEMENTS(store->written); kind++)
		move_lanes(store, store->written[kind], mover);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has begun and did not end yet, by a number that names it.
 *
 * Where ends were lost it would grow for ever: so the oldest goes when there are too many, and is counted. One thread.
 */
#ifndef WW_ANALYSIS_REPLAY_PENDING_H
#define WW_ANALYSIS_REPLAY_PENDING_H

#include <glib.h>
#include <stdint.h>

#define WW_PENDING_MAX 65536

/* The first member of every item. Items are allocated with g_malloc and freed with the table. */
struct ww_pending_item {
	uint64_t key;
	GList link; /* the table's */
};

struct ww_pending {
	GHashTable *by_key;
	GQueue order; /* the oldest first */
	uint64_t n_forgotten;
};

/* Another one to the same items, to be read only, until @pending changes. */
struct ww_pending ww_pending_borrow(const struct ww_pending *pending);

void ww_pending_init(struct ww_pending *pending);
void ww_pending_clear(struct ww_pending *pending);

void *ww_pending_find(const struct ww_pending *pending, uint64_t key); /* NULL: none; borrowed until it is taken */
/* Takes it out; the caller frees it. NULL: there is none. */
void *ww_pending_take(struct ww_pending *pending, uint64_t key);
/* When it is full: takes out the oldest and counts it; the caller frees it. NULL: there is room. */
void *ww_pending_make_room(struct ww_pending *pending);
/* Takes @item; there must be room, and none with its key. */
void ww_pending_add(struct ww_pending *pending, void *item);

#endif

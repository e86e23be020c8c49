/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a thread id to a number: looked up for every event, so without hashing.
 *
 * The kernel's ids end at 2^22 (PID_MAX_LIMIT): an array in pages that are made when needed. Larger ones, which only a
 * damaged or foreign trace has, are kept in a hash table. One thread.
 */
#ifndef WW_ANALYSIS_REPLAY_TIDS_H
#define WW_ANALYSIS_REPLAY_TIDS_H

#include <glib.h>
#include <stdint.h>

#define WW_TIDS_PAGE 1024u
#define WW_TIDS_PAGES 4096u

struct ww_tids {
	uint32_t *pages[WW_TIDS_PAGES]; /* value + 1, 0: none; NULL: none in all the page */
	GHashTable *others;             /* id -> value + 1; NULL: there are none */
};

#define WW_TIDS_NONE UINT32_MAX

void ww_tids_clear(struct ww_tids *tids);
/* @copy is zeroed. */
void ww_tids_copy(const struct ww_tids *tids, struct ww_tids *copy);
/* Replaces an older one; WW_TIDS_NONE takes it away. */
void ww_tids_set(struct ww_tids *tids, int32_t tid, uint32_t value);
uint32_t ww_tids_get_other(const struct ww_tids *tids, int32_t tid);

/* WW_TIDS_NONE when nothing was set. */
static inline uint32_t ww_tids_get(const struct ww_tids *tids, int32_t tid)
{
	const uint32_t *page;

	if ((uint32_t)tid >= WW_TIDS_PAGES * WW_TIDS_PAGE)
		return ww_tids_get_other(tids, tid);
	page = tids->pages[(uint32_t)tid / WW_TIDS_PAGE];
	return page ? page[(uint32_t)tid % WW_TIDS_PAGE] - 1 : WW_TIDS_NONE;
}

#endif

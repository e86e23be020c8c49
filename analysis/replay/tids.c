// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay/tids.h"

void ww_tids_clear(struct ww_tids *tids)
{
	for (unsigned int i = 0; i < WW_TIDS_PAGES; i++)
		g_clear_pointer(&tids->pages[i], g_free);
	g_clear_pointer(&tids->others, g_hash_table_unref);
}

void ww_tids_copy(const struct ww_tids *tids, struct ww_tids *copy)
{
	GHashTableIter iter;
	void *id, *value;

	for (unsigned int i = 0; i < WW_TIDS_PAGES; i++)
		copy->pages[i] = g_memdup2(tids->pages[i], WW_TIDS_PAGE * sizeof(uint32_t));
	if (!tids->others)
		return;
	copy->others = g_hash_table_new(NULL, NULL);
	g_hash_table_iter_init(&iter, tids->others);
	while (g_hash_table_iter_next(&iter, &id, &value))
		g_hash_table_insert(copy->others, id, value);
}

void ww_tids_set(struct ww_tids *tids, int32_t tid, uint32_t value)
{
	uint32_t **page;

	if ((uint32_t)tid >= WW_TIDS_PAGES * WW_TIDS_PAGE) {
		if (!tids->others)
			tids->others = g_hash_table_new(NULL, NULL);
		g_hash_table_insert(tids->others, GINT_TO_POINTER(tid),
				    GUINT_TO_POINTER(value + 1));
		return;
	}
	page = &tids->pages[(uint32_t)tid / WW_TIDS_PAGE];
	if (!*page)
		*page = g_new0(uint32_t, WW_TIDS_PAGE);
	(*page)[(uint32_t)tid % WW_TIDS_PAGE] = value + 1;
}

uint32_t ww_tids_get_other(const struct ww_tids *tids, int32_t tid)
{
	if (!tids->others)
		return WW_TIDS_NONE;
	return GPOINTER_TO_UINT(g_hash_table_lookup(tids->others, GINT_TO_POINTER(tid))) - 1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing list of fixed-size items of which only the newest page is in memory.
 *
 * Full pages go to a scratch file, each with the place of the one before it; that way tens of thousands of lists grow at the
 * same time in bounded memory. All items of one list have one size.
 */
#ifndef WW_ANALYSIS_STORE_PAGES_H
#define WW_ANALYSIS_STORE_PAGES_H

#include "analysis/store/file.h"

#define WW_PAGE_ITEMS 32u /* items */

struct ww_pages {
	uint8_t *page;      /* the newest items; NULL: none yet */
	uint64_t previous;  /* where the full page before it is in the scratch file; undefined below WW_PAGE_ITEMS items */
	uint32_t n_items;
	uint16_t capacity;  /* of the page, in items */
};

void ww_pages_clear(struct ww_pages *pages);
/* One that grows on by itself in a scratch file that extends that of @pages. */
struct ww_pages ww_pages_copy(const struct ww_pages *pages, size_t item_bytes);
void ww_pages_push(struct ww_pages *pages, struct ww_store_file *scratch, const void *item, size_t item_bytes);
/* False after a failure of the file. @index is below n_items. */
bool ww_pages_get(const struct ww_pages *pages, struct ww_store_file *scratch, uint32_t index, void *item, size_t item_bytes);
void ww_pages_set(struct ww_pages *pages, struct ww_store_file *scratch, uint32_t index, const void *item, size_t item_bytes);

/* All items in order, one page after the other: @visit gets them by the @n_items. False when the scratch file cannot be read. */
bool ww_pages_visit(const struct ww_pages *pages, struct ww_store_file *scratch, size_t item_bytes,
		    void (*visit)(void *items, uint32_t n_items, void *data), void *data);
/* The same; @change may change them. */
bool ww_pages_change(struct ww_pages *pages, struct ww_store_file *scratch, size_t item_bytes,
		     void (*change)(void *items, uint32_t n_items, void *data), void *data);

#endif

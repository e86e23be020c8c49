// SPDX-License-Identifier: GPL-2.0-or-later
/* A page in the scratch file: the offset of the page before it, then WW_PAGE_ITEMS items. */
#include "analysis/store/pages.h"

#include <string.h>

#define FIRST_CAPACITY 1u

void ww_pages_clear(struct ww_pages *pages)
{
	g_free(pages->page);
	*pages = (struct ww_pages){ 0 };
}

struct ww_pages ww_pages_copy(const struct ww_pages *pages, size_t item_bytes)
{
	struct ww_pages copy = *pages;

	copy.page = g_memdup2(pages->page, pages->capacity * item_bytes);
	return copy;
}

static uint32_t n_pages(const struct ww_pages *pages)
{
	return pages->n_items > 0 ? (pages->n_items - 1) / WW_PAGE_ITEMS : 0;
}

void ww_pages_push(struct ww_pages *pages, struct ww_store_file *scratch, const void *item,
		   size_t item_bytes)
{
	uint32_t at = pages->n_items % WW_PAGE_ITEMS;

	if (at == 0 && pages->n_items > 0) {
		const uint64_t previous = pages->previous;

		pages->previous = ww_store_file_append(scratch, &previous, sizeof(previous));
		ww_store_file_append(scratch, pages->page, WW_PAGE_ITEMS * item_bytes);
	}
	if (at == pages->capacity) {
		pages->capacity = (uint16_t)(at ? at * 2 : FIRST_CAPACITY);
		pages->page = g_realloc(pages->page, pages->capacity * item_bytes);
	}
	memcpy(pages->page + at * item_bytes, item, item_bytes);
	pages->n_items++;
}

/* Where the full page number @page begins; WW_STORE_NOWHERE after a failure. */
static uint64_t find_page(const struct ww_pages *pages, struct ww_store_file *scratch,
			  uint32_t page)
{
	uint64_t offset = pages->previous;

	for (uint32_t i = n_pages(pages) - 1; i > page; i--)
		if (!ww_store_file_read(scratch, offset, &offset, sizeof(offset)))
			return WW_STORE_NOWHERE;
	return offset;
}

bool ww_pages_get(const struct ww_pages *pages, struct ww_store_file *scratch, uint32_t index,
		  void *item, size_t item_bytes)
{
	const uint32_t page = index / WW_PAGE_ITEMS, at = index % WW_PAGE_ITEMS;
	uint64_t offset;

	g_assert(index < pages->n_items);
	if (page == n_pages(pages)) {
		memcpy(item, pages->page + at * item_bytes, item_bytes);
		return true;
	}
	offset = find_page(pages, scratch, page);
	return offset != WW_STORE_NOWHERE &&
	       ww_store_file_read(scratch, offset + sizeof(offset) + at * item_bytes, item,
				  item_bytes);
}

void ww_pages_set(struct ww_pages *pages, struct ww_store_file *scratch, uint32_t index,
		  const void *item, size_t item_bytes)
{
	const uint32_t page = index / WW_PAGE_ITEMS, at = index % WW_PAGE_ITEMS;
	uint64_t offset;

	g_assert(index < pages->n_items);
	if (page == n_pages(pages)) {
		memcpy(pages->page + at * item_bytes, item, item_bytes);
		return;
	}
	offset = find_page(pages, scratch, page);
	if (offset != WW_STORE_NOWHERE)
		ww_store_file_rewrite(scratch, offset + sizeof(offset) + at * item_bytes, item,
				      item_bytes);
}

struct visit {
	void (*call)(void *items, uint32_t n_items, void *data);
	void *data;
	bool is_change;
};

static bool visit_pages(const struct ww_pages *pages, struct ww_store_file *scratch,
			size_t item_bytes, const struct visit *visit)
{
	const uint32_t n = n_pages(pages);
	const size_t n_bytes = WW_PAGE_ITEMS * item_bytes;
	g_autofree uint64_t *offsets = g_new(uint64_t, n);
	g_autofree uint8_t *page = n > 0 ? g_malloc(n_bytes) : NULL;
	uint64_t offset = pages->previous;

	for (uint32_t i = n; i > 0; i--) {
		offsets[i - 1] = offset;
		if (!ww_store_file_read(scratch, offset, &offset, sizeof(offset)))
			return false;
	}
	for (uint32_t i = 0; i < n; i++) {
		offset = offsets[i] + sizeof(offset);
		if (!ww_store_file_read(scratch, offset, page, n_bytes))
			return false;
		visit->call(page, WW_PAGE_ITEMS, visit->data);
		if (visit->is_change)
			ww_store_file_rewrite(scratch, offset, page, n_bytes);
	}
	if (pages->n_items > 0)
		visit->call(pages->page, pages->n_items - n * WW_PAGE_ITEMS, visit->data);
	return !scratch->error;
}

bool ww_pages_visit(const struct ww_pages *pages, struct ww_store_file *scratch, size_t item_bytes,
		    void (*visit)(void *items, uint32_t n_items, void *data), void *data)
{
	const struct visit only = { visit, data, false };

	return visit_pages(pages, scratch, item_bytes, &only);
}

bool ww_pages_change(struct ww_pages *pages, struct ww_store_file *scratch, size_t item_bytes,
		     void (*change)(void *items, uint32_t n_items, void *data), void *data)
{
	const struct visit changing = { change, data, true };

	return visit_pages(pages, scratch, item_bytes, &changing);
}

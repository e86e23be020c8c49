// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which rows of a listing, in which order. Keys are taken once from each row, then sorted: a text
 * is made for each row, not for each comparison.
 */
#include <string.h>

#include "viewer/tables/listing.h"

#define STRIDE 1024

struct key {
	uint32_t i;
	int64_t number;
	char *text; /* NULL: by its number */
};

static bool holds(const struct ww_listing *listing, uint32_t i, const char *word)
{
	for (unsigned int column = 0; column < listing->kind->n_columns; column++) {
		g_autofree char *text = ww_listing_text(listing, i, column);
		g_autofree char *folded = g_utf8_casefold(text, -1);

		if (strstr(folded, word))
			return true;
	}
	return false;
}

static bool passes(const struct ww_listing *listing, uint32_t i, char *const *words)
{
	for (; words && *words; words++) {
		if (**words && !holds(listing, i, *words))
			return false;
	}
	return true;
}

static char **words_of(const char *search)
{
	g_autofree char *folded = search ? g_utf8_casefold(search, -1) : NULL;

	return folded ? g_strsplit_set(folded, " \t", -1) : NULL;
}

/* Cancelled: what was found until then. */
static GArray *search_rows(const struct ww_listing *listing, const char *search,
			   GCancellable *cancellable)
{
	GArray *order = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_auto(GStrv) words = words_of(search);

	for (uint32_t i = 0; i < listing->n_rows; i++) {
		if (i % STRIDE == 0 && g_cancellable_is_cancelled(cancellable))
			break;
		if (passes(listing, i, words))
			g_array_append_val(order, i);
	}
	return order;
}

static struct key key_of(const struct ww_listing *listing, const struct ww_arrangement *arrangement,
			 uint32_t i)
{
	const struct ww_listing_column *column = &listing->kind->columns[arrangement->column];
	uint64_t space[WW_LISTING_ROW_BYTES / sizeof(uint64_t)];
	const void *row = ww_listing_row(listing, i, space);
	struct key key = { .i = i, .number = INT64_MIN };

	if (!row)
		return key;
	if (column->number) {
		key.number = column->number(listing, row);
	} else {
		g_autofree char *text = column->text(listing, row);

		key.text = g_utf8_casefold(text, -1);
	}
	return key;
}

/* Equal ones keep their order, whichever way it is sorted. */
static int compare_keys(gconstpointer a_data, gconstpointer b_data, gpointer data)
{
	const struct ww_arrangement *arrangement = data;
	const struct key *a = a_data, *b = b_data;
	int order = a->number < b->number ? -1 : a->number > b->number;

	if (order == 0)
		order = g_strcmp0(a->text, b->text);
	if (order != 0)
		return arrangement->is_descending ? -order : order;
	return a->i < b->i ? -1 : a->i > b->i;
}

static void clear_key(gpointer data)
{
	g_free(((struct key *)data)->text);
}

static void sort_rows(GArray *order, const struct ww_listing *listing,
		      const struct ww_arrangement *arrangement, GCancellable *cancellable)
{
	g_autoptr(GArray) keys = g_array_sized_new(FALSE, FALSE, sizeof(struct key), order->len);

	g_array_set_clear_func(keys, clear_key);
	for (guint i = 0; i < order->len; i++) {
		const struct key key =
			key_of(listing, arrangement, g_array_index(order, uint32_t, i));

		g_array_append_val(keys, key);
		if (i % STRIDE == 0 && g_cancellable_is_cancelled(cancellable))
			return;
	}
	g_array_sort_with_data(keys, compare_keys, (gpointer)(uintptr_t)arrangement);
	for (guint i = 0; i < order->len; i++)
		g_array_index(order, uint32_t, i) = g_array_index(keys, struct key, i).i;
}

GArray *ww_listing_arrange(const struct ww_listing *listing,
			   const struct ww_arrangement *arrangement, GCancellable *cancellable)
{
	const bool is_searched = arrangement->search && *arrangement->search;
	bool is_sorted = arrangement->column < listing->kind->n_columns;
	GArray *order;

	if (!is_searched && listing->n_rows > WW_LISTING_SORTED_MAX)
		is_sorted = false;
	if (!is_searched && !is_sorted)
		return NULL;
	order = search_rows(listing, is_searched ? arrangement->search : NULL, cancellable);
	if (is_sorted && order->len <= WW_LISTING_SORTED_MAX)
		sort_rows(order, listing, arrangement, cancellable);
	if (g_cancellable_is_cancelled(cancellable))
		g_clear_pointer(&order, g_array_unref);
	return order;
}

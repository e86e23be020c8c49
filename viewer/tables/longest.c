// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"
#include "viewer/tables/kinds.h"

static int compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct ww_longest *longest = data;
	const int64_t a_ns = longest->length_ns(a), b_ns = longest->length_ns(b);

	return a_ns > b_ns ? -1 : a_ns < b_ns;
}

void ww_longest_init(struct ww_longest *longest, guint row_bytes,
		     int64_t (*length_ns)(const void *row), guint limit)
{
	*longest = (struct ww_longest){
		.rows = g_array_new(FALSE, FALSE, row_bytes),
		.length_ns = length_ns,
		.limit = limit,
		.least_ns = INT64_MIN,
	};
}

static void cut(struct ww_longest *longest)
{
	/* Of equal ones the first stays first: the sort is stable. */
	g_array_sort_with_data(longest->rows, compare, longest);
	if (longest->rows->len > longest->limit)
		g_array_set_size(longest->rows, longest->limit);
}

void ww_longest_add(struct ww_longest *longest, const void *row)
{
	const int64_t length_ns = longest->length_ns(row);

	longest->n_all++;
	if (length_ns <= longest->least_ns)
		return;
	g_array_append_vals(longest->rows, row, 1);
	if (longest->rows->len < 2 * longest->limit)
		return;
	cut(longest);
	longest->least_ns = longest->length_ns(longest->rows->data +
					       (gsize)(longest->limit - 1) *
						       g_array_get_element_size(longest->rows));
}

void ww_longest_finish(struct ww_longest *longest, struct ww_listing *listing)
{
	cut(longest);
	listing->rows = g_steal_pointer(&longest->rows);
	if (longest->n_all > listing->rows->len) {
		g_autofree char *shown = ww_count_text(listing->rows->len);
		g_autofree char *all = ww_count_text(longest->n_all);

		listing->note = g_strdup_printf(_("the %s longest of %s"), shown, all);
	}
}

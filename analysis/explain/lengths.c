// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/lengths.h"

void ww_lengths_init(struct ww_lengths *lengths)
{
	*lengths = (struct ww_lengths){
		.ns = g_array_new(false, false, sizeof(int64_t)),
		.max_ns = -1,
		.max_at_ns = -1,
	};
}

void ww_lengths_clear(struct ww_lengths *lengths)
{
	g_clear_pointer(&lengths->ns, g_array_unref);
}

void ww_lengths_add(struct ww_lengths *lengths, struct ww_span span)
{
	const int64_t ns = ww_span_length_ns(span);

	g_array_append_val(lengths->ns, ns);
	lengths->total_ns += ns;
	if (ns > lengths->max_ns) {
		lengths->max_ns = ns;
		lengths->max_at_ns = span.begin_ns;
	}
}

static int compare(const void *a_data, const void *b_data)
{
	const int64_t a = *(const int64_t *)a_data, b = *(const int64_t *)b_data;

	return (a > b) - (a < b);
}

void ww_lengths_sort(struct ww_lengths *lengths)
{
	g_array_sort(lengths->ns, compare);
}

int64_t ww_lengths_rank_ns(const struct ww_lengths *lengths, unsigned int per_mille)
{
	const uint64_t n = lengths->ns->len;

	if (n == 0)
		return -1;
	return g_array_index(lengths->ns, int64_t, MAX((n * per_mille + 999) / 1000, 1) - 1);
}

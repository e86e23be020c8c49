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

#define DIGIT_BITS 11
#define N_DIGITS (1u << DIGIT_BITS)
#define DIGITS_MIN 4096 /* of fewer lengths, comparing them is as fast */

/* Sorts @from into @to by the digit at @shift; equal ones keep their order. */
static void sort_by_digit(const int64_t *from, int64_t *to, guint n, unsigned int shift)
{
	guint places[N_DIGITS] = { 0 };
	guint place = 0;

	for (guint i = 0; i < n; i++)
		places[(from[i] >> shift) & (N_DIGITS - 1)]++;
	for (guint digit = 0; digit < N_DIGITS; digit++) {
		const guint count = places[digit];

		places[digit] = place;
		place += count;
	}
	for (guint i = 0; i < n; i++)
		to[places[(from[i] >> shift) & (N_DIGITS - 1)]++] = from[i];
}

static void sort_by_digits(struct ww_lengths *lengths)
{
	const guint n = lengths->ns->len;
	int64_t *ns = (int64_t *)(void *)lengths->ns->data, *other = g_new(int64_t, n);
	const unsigned int n_bits =
		64 - (unsigned int)__builtin_clzll((uint64_t)lengths->max_ns | 1);

	/* Two at a time: then all are where they were. */
	for (unsigned int shift = 0; shift < n_bits; shift += 2 * DIGIT_BITS) {
		sort_by_digit(ns, other, n, shift);
		sort_by_digit(other, ns, n, shift + DIGIT_BITS);
	}
	g_free(other);
}

void ww_lengths_sort(struct ww_lengths *lengths)
{
	if (lengths->ns->len < DIGITS_MIN)
		g_array_sort(lengths->ns, compare);
	else
		sort_by_digits(lengths);
}

int64_t ww_lengths_rank_ns(const struct ww_lengths *lengths, unsigned int per_mille)
{
	const uint64_t n = lengths->ns->len;

	if (n == 0)
		return -1;
	return g_array_index(lengths->ns, int64_t, MAX((n * per_mille + 999) / 1000, 1) - 1);
}

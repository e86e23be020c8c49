// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/histogram.h"

#include <string.h>

/* Bucket 0 is [0, 10 ns), 1 is [10, 15), then on to what an int64_t holds. */
#define FIRST_NS 10
#define BUCKETS_MAX 107

int64_t ww_bucket_begin_ns(guint i)
{
	static const int64_t steps[WW_BUCKETS_PER_DECADE] = { 10, 15, 20, 30, 50, 70 };
	int64_t scale = 1;

	if (i == 0)
		return 0;
	if (i >= BUCKETS_MAX)
		return INT64_MAX;
	for (guint decade = (i - 1) / WW_BUCKETS_PER_DECADE; decade > 0; decade--)
		scale *= 10;
	return steps[(i - 1) % WW_BUCKETS_PER_DECADE] * scale;
}

char *ww_bucket_bound_text(int64_t ns)
{
	static const struct {
		int64_t ns;
		const char *name;
	} units[] = {
		{ WW_NS_PER_S, "s" }, { WW_NS_PER_MS, "ms" }, { WW_NS_PER_US, "us" }, { 1, "ns" }
	};
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(units) && ns < units[i].ns)
		i++;
	return g_strdup_printf("%g %s", (double)ns / (double)units[i].ns, units[i].name);
}

static int compare(gconstpointer a_data, gconstpointer b_data)
{
	const int64_t a = *(const int64_t *)a_data, b = *(const int64_t *)b_data;

	return a < b ? -1 : a > b;
}

/* The nearest rank. */
static int64_t rank_ns(const GArray *sorted, guint per_hundred)
{
	const guint64 rank = ((guint64)sorted->len * per_hundred + 99) / 100;

	return sorted->len == 0 ? -1 : g_array_index(sorted, int64_t, MAX(rank, 1) - 1);
}

static void add_bucket(struct ww_histogram *histogram, const struct ww_bucket *bucket)
{
	if (bucket->count == 0 && histogram->buckets->len == 0)
		return;
	g_array_append_vals(histogram->buckets, bucket, 1);
	histogram->max_count = MAX(histogram->max_count, bucket->count);
	histogram->count += bucket->count;
	histogram->total_ns += bucket->total_ns;
}

static void fill(struct ww_histogram *histogram, const GArray *sorted)
{
	guint next = 0;

	for (guint i = 0; i < BUCKETS_MAX && next < sorted->len; i++) {
		struct ww_bucket bucket = { ww_bucket_begin_ns(i), ww_bucket_begin_ns(i + 1) };

		for (; next < sorted->len; next++) {
			const int64_t ns = g_array_index(sorted, int64_t, next);

			if (ns >= bucket.end_ns)
				break;
			bucket.count++;
			bucket.total_ns += MAX(ns, 0);
		}
		add_bucket(histogram, &bucket);
	}
}

struct ww_histogram *ww_histogram_new(GArray *lengths_ns)
{
	struct ww_histogram *histogram = g_new0(struct ww_histogram, 1);

	histogram->buckets = g_array_new(FALSE, FALSE, sizeof(struct ww_bucket));
	g_array_sort(lengths_ns, compare);
	fill(histogram, lengths_ns);
	histogram->p50_ns = rank_ns(lengths_ns, 50);
	histogram->p99_ns = rank_ns(lengths_ns, 99);
	histogram->max_ns = rank_ns(lengths_ns, 100);
	return histogram;
}

void ww_histogram_free(struct ww_histogram *histogram)
{
	if (!histogram)
		return;
	g_array_unref(histogram->buckets);
	g_free(histogram);
}

guint ww_histogram_bucket_of(const struct ww_histogram *histogram, int64_t ns)
{
	for (guint i = 0; i < histogram->buckets->len; i++) {
		if (ns < g_array_index(histogram->buckets, struct ww_bucket, i).end_ns)
			return i;
	}
	return histogram->buckets->len - 1;
}

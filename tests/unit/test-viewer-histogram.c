// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms of lengths: every one counted once, in the right bucket. */
#include "viewer/model/histogram.h"

static GArray *lengths(const int64_t *values, guint n)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(int64_t));

	g_array_append_vals(array, values, n);
	return array;
}

static void test_bounds(void)
{
	int64_t before_ns = -1;

	for (guint i = 0; ww_bucket_begin_ns(i) < INT64_MAX; i++) {
		g_assert_cmpint(ww_bucket_begin_ns(i), >, before_ns);
		before_ns = ww_bucket_begin_ns(i);
	}
	g_assert_cmpint(before_ns, ==, INT64_C(3000000000000000000));
	g_assert_cmpint(ww_bucket_begin_ns(0), ==, 0);
	g_assert_cmpint(ww_bucket_begin_ns(1), ==, 10);
	g_assert_cmpint(ww_bucket_begin_ns(2), ==, 15);
	g_assert_cmpint(ww_bucket_begin_ns(1 + 3 * WW_BUCKETS_PER_DECADE), ==, 10000);
}

static void test_bound_texts(void)
{
	static const struct {
		int64_t ns;
		const char *text;
	} bounds[] = { { 0, "0 ns" },         { 10, "10 ns" },          { 1500, "1.5 us" },
		       { 150000, "150 us" },  { 1000000, "1 ms" },      { 70000000, "70 ms" },
		       { 2000000000, "2 s" }, { 150000000000, "150 s" } };

	for (size_t i = 0; i < G_N_ELEMENTS(bounds); i++) {
		g_autofree char *text = ww_bucket_bound_text(bounds[i].ns);

		g_assert_cmpstr(text, ==, bounds[i].text);
	}
}

static void test_exact(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(6);
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(int64_t));
	ww_auto(histogram) histogram = NULL;
	int64_t total_ns = 0, max_ns = 0, sum_ns = 0;
	uint64_t count = 0;

	for (int i = 0; i < 20000; i++) {
		const int64_t ns = (int64_t)g_rand_int(random) << g_rand_int_range(random, 0, 16);

		g_array_append_val(array, ns);
		total_ns += ns;
		max_ns = MAX(max_ns, ns);
	}
	histogram = ww_histogram_new(array);
	g_assert_cmpuint(histogram->count, ==, 20000);
	g_assert_cmpint(histogram->total_ns, ==, total_ns);
	g_assert_cmpint(histogram->max_ns, ==, max_ns);
	for (guint i = 0; i < histogram->buckets->len; i++) {
		const struct ww_bucket *bucket =
			&g_array_index(histogram->buckets, struct ww_bucket, i);

		count += bucket->count;
		sum_ns += bucket->total_ns;
		g_assert_cmpint(bucket->total_ns, >=, bucket->begin_ns * (int64_t)bucket->count);
		g_assert_true(bucket->count == 0 ||
			      bucket->total_ns < bucket->end_ns * (int64_t)bucket->count);
		g_assert_cmpuint(ww_histogram_bucket_of(histogram, bucket->begin_ns), ==, i);
		g_assert_cmpuint(ww_histogram_bucket_of(histogram, bucket->end_ns - 1), ==, i);
		if (i > 0)
			g_assert_cmpint(bucket->begin_ns, ==, (bucket - 1)->end_ns);
	}
	g_assert_cmpuint(count, ==, 20000);
	g_assert_cmpint(sum_ns, ==, total_ns);
}

static void test_ranks(void)
{
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(int64_t));
	ww_auto(histogram) histogram = NULL;

	for (int64_t ns = 1000; ns > 0; ns--)
		g_array_append_val(array, ns);
	histogram = ww_histogram_new(array);
	g_assert_cmpint(histogram->p50_ns, ==, 500);
	g_assert_cmpint(histogram->p99_ns, ==, 990);
	g_assert_cmpint(histogram->max_ns, ==, 1000);
}

/* To the nanosecond also where a bucket is half a second wide, and where lengths are equal. */
static void test_wide_ranks(void)
{
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(int64_t));
	ww_auto(histogram) histogram = NULL;

	for (int64_t i = 1; i <= 1000; i++) {
		const int64_t ns = 1500000000 + (i < 990 ? i * 123457 : 499999999);

		g_array_append_val(array, ns);
	}
	histogram = ww_histogram_new(array);
	g_assert_cmpint(histogram->p50_ns, ==, 1500000000 + 500 * 123457);
	g_assert_cmpint(histogram->p99_ns, ==, 1999999999);
	g_assert_cmpint(histogram->max_ns, ==, 1999999999);
}

/* Empty buckets stand between others, not around them. */
static void test_edges(void)
{
	static const int64_t values[] = { 10000, 14999, 15000, 50000 };
	g_autoptr(GArray) array = lengths(values, G_N_ELEMENTS(values));
	ww_auto(histogram) histogram = ww_histogram_new(array);
	static const uint64_t counts[] = { 2, 1, 0, 0, 1 };

	g_assert_cmpuint(histogram->buckets->len, ==, G_N_ELEMENTS(counts));
	for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
		g_assert_cmpuint(g_array_index(histogram->buckets, struct ww_bucket, i).count, ==,
				 counts[i]);
	g_assert_cmpuint(histogram->max_count, ==, 2);
	g_assert_cmpuint(ww_histogram_bucket_of(histogram, 1), ==, 0);
	g_assert_cmpuint(ww_histogram_bucket_of(histogram, 1000000), ==, 4);
}

static void test_nothing(void)
{
	g_autoptr(GArray) array = lengths(NULL, 0);
	static const int64_t ends[] = { -1, 0, INT64_MAX };
	g_autoptr(GArray) extremes = lengths(ends, 3);
	ww_auto(histogram) histogram = ww_histogram_new(array);
	ww_auto(histogram) wide = ww_histogram_new(extremes);

	g_assert_cmpuint(histogram->buckets->len, ==, 0);
	g_assert_cmpint(histogram->p50_ns, ==, -1);
	g_assert_cmpuint(wide->count, ==, 2);
}

/* One bucket of each count. */
static struct ww_histogram *of_counts(uint64_t high, uint64_t low)
{
	ww_auto(sieve) sieve = ww_sieve_new();

	do {
		for (uint64_t i = 0; i < high; i++)
			ww_sieve_add(sieve, 1000);
		for (uint64_t i = 0; i < low; i++)
			ww_sieve_add(sieve, 5000);
	} while (ww_sieve_next(sieve));
	return ww_sieve_histogram(sieve);
}

static void assert_ticks(const struct ww_histogram *histogram, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);
	uint64_t ticks[WW_HISTOGRAM_TICKS_MAX];
	const size_t n = ww_histogram_ticks(histogram, ticks);

	for (size_t i = 0; i < n; i++) {
		g_autofree char *tick = ww_histogram_tick_text(ticks[i]);

		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", tick);
	}
	g_assert_cmpstr(text->str, ==, expected);
}

/* Round counts beside the bars, which are as high as logarithms where some would be lost. */
static void test_heights(void)
{
	ww_auto(histogram) few = of_counts(28, 2);
	ww_auto(histogram) one = of_counts(1, 1);
	ww_auto(histogram) many = of_counts(3000, 2000);
	ww_auto(histogram) split = of_counts(2499, 2000);
	ww_auto(histogram) steep = of_counts(20000, 3);

	assert_ticks(one, "1");
	assert_ticks(few, "10, 20");
	assert_ticks(many, "1 k, 2 k, 3 k");
	assert_ticks(split, "500, 1 k, 1.5 k, 2 k");
	assert_ticks(steep, "1, 10, 100, 1 k, 10 k");
	g_assert_false(few->is_log);
	g_assert_cmpfloat_with_epsilon(ww_histogram_height(few, 14), 0.5, 1e-9);
	g_assert_true(steep->is_log);
	g_assert_cmpfloat(ww_histogram_height(steep, 0), ==, 0);
	g_assert_cmpfloat(ww_histogram_height(steep, 3), >, 0.1);
	g_assert_cmpfloat_with_epsilon(ww_histogram_height(steep, 20000), 1, 1e-9);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/histogram/bounds", test_bounds);
	g_test_add_func("/histogram/texts of bounds", test_bound_texts);
	g_test_add_func("/histogram/exact", test_exact);
	g_test_add_func("/histogram/ranks", test_ranks);
	g_test_add_func("/histogram/wide ranks", test_wide_ranks);
	g_test_add_func("/histogram/edges", test_edges);
	g_test_add_func("/histogram/nothing", test_nothing);
	g_test_add_func("/histogram/heights", test_heights);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Lengths in order, however many and however long they are. */
#include "analysis/explain/lengths.h"

/* Lengths up to @max_ns, among them 0 and @max_ns. */
static void check(guint n, int64_t max_ns)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(n);
	struct ww_lengths lengths;
	int64_t total_ns = 0;

	ww_lengths_init(&lengths);
	for (guint i = 0; i < n; i++) {
		const uint64_t any = (uint64_t)g_rand_int(rand) << 32 | g_rand_int(rand);
		const int64_t ns = i == 0 ? 0 : i == 1 ? max_ns : (int64_t)(any % (uint64_t)max_ns);

		ww_lengths_add(&lengths, (struct ww_span){ 7, 7 + ns });
		total_ns += ns;
	}
	ww_lengths_sort(&lengths);
	g_assert_cmpuint(lengths.ns->len, ==, n);
	for (guint i = 0; i < n; i++) {
		total_ns -= g_array_index(lengths.ns, int64_t, i);
		if (i > 0)
			g_assert_cmpint(g_array_index(lengths.ns, int64_t, i - 1), <=,
					g_array_index(lengths.ns, int64_t, i));
	}
	g_assert_cmpint(total_ns, ==, 0);
	g_assert_cmpint(ww_lengths_rank_ns(&lengths, 0), ==, 0);
	g_assert_cmpint(ww_lengths_rank_ns(&lengths, 1000), ==, max_ns);
	ww_lengths_clear(&lengths);
}

static void test_order(void)
{
	static const int64_t longest_ns[] = { 1, 2047, 2048, 4194304, WW_NS_PER_S, 1LL << 54 };

	for (size_t i = 0; i < G_N_ELEMENTS(longest_ns); i++) {
		check(2, longest_ns[i]);
		check(100, longest_ns[i]);
		check(10000, longest_ns[i]);
	}
}

static void test_none(void)
{
	struct ww_lengths lengths;

	ww_lengths_init(&lengths);
	ww_lengths_sort(&lengths);
	g_assert_cmpint(ww_lengths_rank_ns(&lengths, 500), ==, -1);
	ww_lengths_clear(&lengths);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lengths/order", test_order);
	g_test_add_func("/lengths/none", test_none);
	return g_test_run();
}

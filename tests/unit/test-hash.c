// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib.h>
#include <stdint.h>

#include "base/hash.h"

#define N 300

/* How many of so many keys are in places of their own. */
static guint n_places(const uint64_t *keys, guint n)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < n; i++)
		g_hash_table_add(seen, GUINT_TO_POINTER(ww_hash_u64(&keys[i])));
	return g_hash_table_size(seen);
}

/* Both halves count, and which is which: pairs of small numbers are what most tables are of. */
static void test_pairs(void)
{
	g_autofree uint64_t *keys = g_new(uint64_t, N * N);

	for (uint64_t i = 0; i < N; i++)
		for (uint64_t j = 0; j < N; j++)
			keys[i * N + j] = i << 32 | j;
	g_assert_cmpuint(n_places(keys, N * N), >, N * N - 10);
}

/* A bit that is alone in being different is seen wherever it is. */
static void test_bits(void)
{
	uint64_t keys[64];

	for (int i = 0; i < 64; i++)
		keys[i] = UINT64_C(0xffff800012345640) ^ UINT64_C(1) << i;
	g_assert_cmpuint(n_places(keys, 64), ==, 64);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hash/pairs", test_pairs);
	g_test_add_func("/hash/bits", test_bits);
	return g_test_run();
}

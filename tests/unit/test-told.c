// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's programs keep of what they told, run here. */
#include <glib.h>
#include <stdbool.h>

#include "tracer/bpf/told.h"

#define ALL 0xffull

static struct ww_told sets[WW_TOLD_SETS];

/* As the programs do: whether it had to be told. */
static bool tell(__u32 tid, __u64 cpus, __u64 chance)
{
	const __u64 word = ww_told_word(tid, cpus, (__u32)__builtin_popcountll(cpus));
	struct ww_told *told = &sets[ww_told_set(tid)];

	if (ww_told_has(told, word))
		return false;
	ww_told_put(told, word, chance);
	return true;
}

/* Whatever chance it is, two threads that fall together are told of once each. */
static void test_together(void)
{
	for (__u64 chance = 0; chance < 2; chance++) {
		const __u32 tid = 100 + (__u32)chance;
		guint n_told = 0;

		for (int i = 0; i < 1000; i++) {
			n_told += tell(tid, ALL, chance);
			n_told += tell(tid + 2 * WW_TOLD_SETS, ALL, chance);
		}
		g_assert_cmpuint(n_told, ==, 2);
	}
}

/* A set that is changed is told, and so is the one it was before: in whichever place it is kept. */
static void test_changed(void)
{
	static const __u32 tids[] = { 300, 300 + WW_TOLD_SETS };

	for (__u64 chance = 0; chance < 2; chance++) {
		for (size_t i = 0; i < G_N_ELEMENTS(tids); i++) {
			tell(tids[i], ALL, chance);
			g_assert_true(tell(tids[i], 0x1, chance));
			g_assert_true(tell(tids[i], 0x2, chance));
			g_assert_false(tell(tids[i], 0x2, chance));
			g_assert_true(tell(tids[i], 0x1, chance));
			g_assert_true(tell(tids[i], ALL, chance));
		}
	}
	g_assert_false(tell(tids[0], ALL, 0));
	g_assert_false(tell(tids[1], ALL, 0));
}

/* A third one pushes out who chance says, and what is pushed out is told again, not taken as told.
 */
static void test_third(void)
{
	for (__u32 i = 0; i < 3; i++)
		g_assert_true(tell(500 + i * WW_TOLD_SETS, ALL, 1));
	g_assert_false(tell(500 + WW_TOLD_SETS, ALL, 1));
	g_assert_true(tell(500, ALL, 0));
	g_assert_false(tell(500 + 2 * WW_TOLD_SETS, ALL, 0));
}

/* Sets of few and of many CPUs, each another word. */
static void test_words(void)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (int from = 0; from < 64; from++) {
		for (int to = from; to < 64; to++) {
			const __u64 cpus = (~0ull >> (63 - to)) & ~0ull << from;
			__u64 word = ww_told_word(7, cpus, (__u32)(to - from + 1));

			g_hash_table_add(seen, g_memdup2(&word, sizeof(word)));
		}
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, 64 * 65 / 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/told/together", test_together);
	g_test_add_func("/told/changed", test_changed);
	g_test_add_func("/told/third", test_third);
	g_test_add_func("/told/words", test_words);
	return g_test_run();
}

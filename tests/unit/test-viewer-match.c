// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/match.h"

/* In each line the first text answers better than the second. */
static void test_order(void)
{
	static const struct {
		const char *typed, *better, *worse;
	} lines[] = {
		{ "worker", "worker-1", "coworker" },
		{ "worker", "worker", "worker-12" },
		{ "zi", "Zoom in", "Organize it" },
		{ "wait", "Next worst wait", "W a i t" },
		{ "cache", "Waits for mutex cache_lock", "c a c h e" },
		{ "next state", "Next state of the lane", "Next interstate" },
		{ "CPU 1", "CPU 1", "CPU 12" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		g_assert_cmpint(ww_match_score(lines[i].better, lines[i].typed), >,
				ww_match_score(lines[i].worse, lines[i].typed));
}

static void test_none(void)
{
	g_assert_cmpint(ww_match_score("worker-1", "x"), ==, WW_MATCH_NONE);
	g_assert_cmpint(ww_match_score("worker-1", "worker 2"), ==, WW_MATCH_NONE);
	g_assert_cmpint(ww_match_score("ab", "ba"), ==, WW_MATCH_NONE);
	g_assert_cmpint(ww_match_score("", "a"), ==, WW_MATCH_NONE);
}

static void test_all(void)
{
	g_assert_cmpint(ww_match_score("worker-1", ""), ==, 0);
	g_assert_cmpint(ww_match_score("worker-1", "  "), ==, 0);
	g_assert_cmpint(ww_match_score("Änderung", "änder"), >, 0);
	g_assert_cmpint(ww_match_score("worker-1", "WORKER"), >, 0);
}

int main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer/match/order", test_order);
	g_test_add_func("/viewer/match/none", test_none);
	g_test_add_func("/viewer/match/all", test_all);
	return g_test_run();
}

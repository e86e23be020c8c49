// SPDX-License-Identifier: GPL-2.0-or-later
/* Every id finds what was set for it and nothing else: in the array, at its edges and beyond it. */
#include "analysis/replay/tids.h"

static void test_ids(void)
{
	static const int32_t ids[] = { 0,       1,       1023,      1024,      (1 << 22) - 1,
				       1 << 22, 1 << 30, INT32_MAX, INT32_MIN, -1 };
	g_autofree struct ww_tids *tids = g_new0(struct ww_tids, 1);

	for (uint32_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_assert_cmpuint(ww_tids_get(tids, ids[i]), ==, WW_TIDS_NONE);
		ww_tids_set(tids, ids[i], i);
	}
	for (uint32_t i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_cmpuint(ww_tids_get(tids, ids[i]), ==, i);
	g_assert_cmpuint(ww_tids_get(tids, 2), ==, WW_TIDS_NONE);
	g_assert_cmpuint(ww_tids_get(tids, 70000), ==, WW_TIDS_NONE);
	for (uint32_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		ww_tids_set(tids, ids[i], 77);
		g_assert_cmpuint(ww_tids_get(tids, ids[i]), ==, 77);
		ww_tids_set(tids, ids[i], WW_TIDS_NONE);
		g_assert_cmpuint(ww_tids_get(tids, ids[i]), ==, WW_TIDS_NONE);
	}
	ww_tids_clear(tids);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tids/ids", test_ids);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of lanes, and which threads a selection covers. */
#include "viewer/model/selection.h"

#include <glib.h>

static const struct ww_lane thread_7 = { WW_LANE_THREAD, 7 };
static const struct ww_lane thread_130 = { WW_LANE_THREAD, 130 };
static const struct ww_lane cpu_7 = { WW_LANE_CPU, 7 };

static void test_set(void)
{
	ww_auto(lane_set) set = ww_lane_set_new();
	ww_auto(lane_set) other = ww_lane_set_new();

	g_assert_true(ww_lane_set_is_equal(set, other)); /* both empty */
	g_assert_false(ww_lane_set_has(set, thread_130));
	ww_lane_set_add(set, thread_130);
	ww_lane_set_add(set, thread_130);
	ww_lane_set_add(set, thread_7);
	g_assert_true(ww_lane_set_has(set, thread_7));
	g_assert_true(ww_lane_set_has(set, thread_130));
	g_assert_false(ww_lane_set_has(set, cpu_7));
	g_assert_cmpuint(ww_lane_set_n_threads(set), ==, 2);
	g_assert_cmpuint(ww_lane_set_n_cpus(set), ==, 0);
	ww_lane_set_add(other, thread_7);
	g_assert_false(ww_lane_set_is_equal(set, other));
	ww_lane_set_add(other, thread_130);
	g_assert_true(ww_lane_set_is_equal(set, other));
}

static void test_nothing_covers_all(void)
{
	const struct ww_selection none = { .kind = WW_SELECTION_NONE };

	g_assert_true(ww_selection_covers_thread(&none, 3));
	g_assert_false(ww_selection_crosses_lane(&none, thread_7));
}

static void test_interval_covers_its_thread(void)
{
	struct ww_selection interval = { .kind = WW_SELECTION_INTERVAL, .lane = thread_7 };

	g_assert_true(ww_selection_covers_thread(&interval, 7));
	g_assert_false(ww_selection_covers_thread(&interval, 8));
	interval.lane = cpu_7;
	interval.interval.utid = 8;
	g_assert_false(ww_selection_covers_thread(&interval, 7));
	g_assert_true(ww_selection_covers_thread(&interval, 8));
}

static void test_area_covers_its_lanes(void)
{
	ww_auto(lane_set) set = ww_lane_set_new();
	struct ww_selection area = { .kind = WW_SELECTION_AREA };

	g_assert_true(ww_selection_covers_thread(&area, 8));
	g_assert_true(ww_selection_crosses_lane(&area, cpu_7));
	area.lanes = set;
	ww_lane_set_add(set, cpu_7);
	g_assert_true(ww_selection_covers_thread(&area, 8));
	g_assert_false(ww_selection_crosses_lane(&area, thread_7));
	ww_lane_set_add(set, thread_7);
	g_assert_true(ww_selection_covers_thread(&area, 7));
	g_assert_false(ww_selection_covers_thread(&area, 8));
	g_assert_true(ww_selection_crosses_lane(&area, cpu_7));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/selection/a set holds what was added", test_set);
	g_test_add_func("/selection/nothing selected covers every thread", test_nothing_covers_all);
	g_test_add_func("/selection/an interval covers its thread",
			test_interval_covers_its_thread);
	g_test_add_func("/selection/an area covers the lanes it crosses",
			test_area_covers_its_lanes);
	return g_test_run();
}

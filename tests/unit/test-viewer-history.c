// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/history.h"

#include <glib.h>

static struct ww_place place_at(int64_t begin_ns)
{
	return (struct ww_place){ .span = { begin_ns, begin_ns + 10 } };
}

static struct ww_history *history_of(int64_t n_places)
{
	struct ww_history *history = ww_history_new();

	for (int64_t i = 0; i < n_places; i++) {
		const struct ww_place place = place_at(i);

		if (i == 0)
			ww_history_reset(history, &place);
		else
			ww_history_push(history, &place);
	}
	return history;
}

static void test_undo_and_redo(void)
{
	ww_auto(history) history = history_of(3);
	struct ww_place place;

	g_assert_true(ww_history_undo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 1);
	g_assert_true(ww_history_undo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 0);
	g_assert_false(ww_history_undo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 0);
	g_assert_true(ww_history_redo(history, &place));
	g_assert_true(ww_history_redo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 2);
	g_assert_false(ww_history_redo(history, &place));
}

static void test_a_new_place_forgets_what_was_undone(void)
{
	ww_auto(history) history = history_of(3);
	struct ww_place place = place_at(7);

	ww_history_undo(history, &(struct ww_place){ 0 });
	ww_history_push(history, &place);
	g_assert_false(ww_history_redo(history, &place));
	g_assert_true(ww_history_undo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 1);
}

static void test_the_same_place_counts_once(void)
{
	ww_auto(history) history = history_of(1);
	struct ww_place place = place_at(0);

	ww_history_push(history, &place);
	g_assert_false(ww_history_undo(history, &place));
	place.selection.kind = WW_SELECTION_AREA;
	ww_history_push(history, &place);
	g_assert_true(ww_history_undo(history, &place));
}

static void test_a_gesture_is_one_place(void)
{
	ww_auto(history) history = history_of(2);
	struct ww_place place = place_at(50);

	ww_history_amend(history, &place);
	g_assert_true(ww_history_undo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 0);
	g_assert_true(ww_history_redo(history, &place));
	g_assert_cmpint(place.span.begin_ns, ==, 50);
}

static void test_is_bounded(void)
{
	ww_auto(history) history = history_of(10000);
	struct ww_place place;
	int n_undone = 0;

	while (ww_history_undo(history, &place))
		n_undone++;
	g_assert_cmpint(n_undone, ==, 255);
	g_assert_cmpint(place.span.begin_ns, ==, 10000 - 256);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/history/undo and redo", test_undo_and_redo);
	g_test_add_func("/history/a new place forgets what was undone",
			test_a_new_place_forgets_what_was_undone);
	g_test_add_func("/history/the same place counts once", test_the_same_place_counts_once);
	g_test_add_func("/history/a gesture is one place", test_a_gesture_is_one_place);
	g_test_add_func("/history/is bounded", test_is_bounded);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/marks.h"

#include <glib.h>
#include <string.h>

/* "1@10 2@20 first". Free with g_free. */
static char *text_of(const struct ww_marks *marks)
{
	GString *text = g_string_new(NULL);

	for (uint32_t i = 0; i < ww_marks_count(marks); i++) {
		const struct ww_mark *mark = ww_marks_at(marks, i);

		g_string_append_printf(text, "%s%u@%d%s%s", i ? ", " : "", mark->number,
				       (int)mark->t_ns, *mark->note ? " " : "", mark->note);
	}
	return g_string_free(text, FALSE);
}

static void assert_marks(const struct ww_marks *marks, const char *expected)
{
	g_autofree char *text = text_of(marks);

	g_assert_cmpstr(text, ==, expected);
}

static void test_order_and_numbers(void)
{
	ww_auto(marks) marks = ww_marks_new();

	g_assert_cmpuint(ww_marks_add(marks, 30), ==, 1);
	g_assert_cmpuint(ww_marks_add(marks, 10), ==, 2);
	g_assert_cmpuint(ww_marks_add(marks, 20), ==, 3);
	assert_marks(marks, "2@10, 3@20, 1@30");
	/* The same instant is the same mark, and a number that is free is used again. */
	g_assert_cmpuint(ww_marks_add(marks, 20), ==, 3);
	ww_marks_remove(marks, 0);
	g_assert_cmpuint(ww_marks_add(marks, 40), ==, 2);
	assert_marks(marks, "3@20, 1@30, 2@40");
}

static void test_find(void)
{
	ww_auto(marks) marks = ww_marks_new();
	uint32_t i = 77;

	ww_marks_add(marks, 100);
	ww_marks_add(marks, 110);
	g_assert_false(ww_marks_find(marks, 3, &i));
	g_assert_false(ww_marks_find_near(marks, 90, 5, &i));
	g_assert_cmpuint(i, ==, 77);
	g_assert_true(ww_marks_find_near(marks, 107, 20, &i));
	g_assert_cmpuint(i, ==, 1);
	g_assert_true(ww_marks_find(marks, 1, &i));
	g_assert_cmpuint(i, ==, 0);
}

static void test_notes(void)
{
	ww_auto(marks) marks = ww_marks_new();
	g_autofree char *long_note = g_strnfill(WW_MARK_NOTE_MAX_BYTES + 7, 'x');

	ww_marks_add(marks, 10);
	ww_marks_set_note(marks, 0, " here it began \n");
	assert_marks(marks, "1@10 here it began");
	ww_marks_set_note(marks, 0, "bad \xff byte");
	g_assert_true(g_utf8_validate(ww_marks_at(marks, 0)->note, -1, NULL));
	/* Two bytes each: the limit falls into a character. */
	for (size_t i = 1; i + 2 < strlen(long_note); i += 2)
		memcpy(long_note + i, "\xc3\xa4", 2);
	ww_marks_set_note(marks, 0, long_note);
	g_assert_true(g_utf8_validate(ww_marks_at(marks, 0)->note, -1, NULL));
	g_assert_cmpuint(strlen(ww_marks_at(marks, 0)->note), <=, WW_MARK_NOTE_MAX_BYTES);
	ww_marks_set_note(marks, 0, "");
	assert_marks(marks, "1@10");
}

static void test_no_more_than_fit(void)
{
	ww_auto(marks) marks = ww_marks_new();

	for (int i = 0; i < WW_MARKS_MAX; i++)
		g_assert_cmpuint(ww_marks_add(marks, i), !=, 0);
	g_assert_cmpuint(ww_marks_add(marks, 5000), ==, 0);
	g_assert_cmpuint(ww_marks_count(marks), ==, WW_MARKS_MAX);
}

/* "20 b" is an instant with a note. */
static struct ww_marks *marks_of(const char *const *texts)
{
	struct ww_marks *marks = ww_marks_new();
	uint32_t i;

	for (; *texts; texts++) {
		char *note;
		const int64_t t_ns = g_ascii_strtoll(*texts, &note, 10);

		g_assert_true(ww_marks_find(marks, ww_marks_add(marks, t_ns), &i));
		ww_marks_set_note(marks, i, note);
	}
	return marks;
}

/* Two windows show one trace: neither loses what the other has noted. */
static void test_reconcile(void)
{
	ww_auto(marks) known = marks_of((const char *const[]){ "10", "20 b", "30", "40", NULL });
	ww_auto(marks) ours = marks_of((const char *const[]){ "10", "30", "40 x", "50", NULL });
	ww_auto(marks) theirs = marks_of((const char *const[]){ "10 y", "20 b", "30", "60", NULL });
	ww_auto(marks) all = ww_marks_reconcile(ours, theirs, known);
	ww_auto(marks) unknown = ww_marks_reconcile(ours, theirs, NULL);

	assert_marks(all, "1@10 y, 2@30, 3@40 x, 4@50, 5@60");
	assert_marks(unknown, "1@10 y, 5@20 b, 2@30, 3@40 x, 4@50, 6@60");
	ww_marks_merge(ours, theirs);
	assert_marks(ours, "1@10 y, 5@20 b, 2@30, 3@40 x, 4@50, 6@60");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/marks/order and numbers", test_order_and_numbers);
	g_test_add_func("/marks/find", test_find);
	g_test_add_func("/marks/notes", test_notes);
	g_test_add_func("/marks/no more than fit", test_no_more_than_fit);
	g_test_add_func("/marks/reconcile", test_reconcile);
	return g_test_run();
}

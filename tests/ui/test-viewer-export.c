// SPDX-License-Identifier: GPL-2.0-or-later
/* What the window asks of trace-export, and how it understands its list of formats. */
#include "viewer/model/export-wish.h"

static void test_formats(void)
{
	g_autoptr(GPtrArray) formats = ww_export_formats_parse(
		"chrome     .json  Chrome trace events (JSON): chrome://tracing, Perfetto\n"
		"\n"
		"odd\n"
		"odd Nobody knows what its files are called\n"
		"odd .odd\n"
		"plain\t.txt Just text\n");
	const struct ww_export_format *chrome, *plain;

	g_assert_cmpuint(formats->len, ==, 2);
	chrome = g_ptr_array_index(formats, 0);
	g_assert_cmpstr(chrome->name, ==, "chrome");
	g_assert_cmpstr(chrome->title, ==, "Chrome trace events (JSON)");
	g_assert_cmpstr(chrome->users, ==, "chrome://tracing, Perfetto");
	g_assert_cmpstr(chrome->suffix, ==, ".json");
	plain = g_ptr_array_index(formats, 1);
	g_assert_cmpstr(plain->title, ==, "Just text");
	g_assert_null(plain->users);
	g_assert_cmpstr(plain->suffix, ==, ".txt");
}

static void check_argv(const struct ww_export_wish *wish, const char *expected)
{
	g_auto(GStrv) argv = ww_export_argv(wish, "exp");
	g_autofree char *joined = g_strjoinv("|", argv);

	g_assert_cmpstr(joined, ==, expected);
}

static void test_argv(void)
{
	static const int32_t tids[] = { 7, 8 };
	struct ww_export_wish wish = { .format = "chrome", .trace = "/t", .output = "o.json" };

	check_argv(&wish, "exp|--to|chrome|-o|o.json|--|/t");
	wish.span = (struct ww_span){ -5, 40 };
	check_argv(&wish, "exp|--to|chrome|--from|0ns|--to-time|40ns|-o|o.json|--|/t");
	wish.span = (struct ww_span){ 10, 40 };
	wish.tids = tids;
	wish.n_tids = 2;
	check_argv(&wish,
		   "exp|--to|chrome|--from|10ns|--to-time|40ns|--thread|7|--thread|8|-o|o.json|"
		   "--|/t");
}

static void test_name(void)
{
	g_autofree char *name = ww_export_name("a/b", ".svg");

	g_assert_cmpstr(name, ==, "a-b.svg");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/the-list-of-formats", test_formats);
	g_test_add_func("/export/a-wish-is-a-command-line", test_argv);
	g_test_add_func("/export/a-file-has-no-folders-in-its-name", test_name);
	return g_test_run();
}

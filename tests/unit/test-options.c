// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/options.h"

#include "base/error.h"

static const char *const words[] = { "chrome", "perfetto", "from", "to-time", "thread", NULL };

static void test_nearest(void)
{
	g_assert_cmpstr(ww_nearest("chrome", words), ==, "chrome");
	g_assert_cmpstr(ww_nearest("crome", words), ==, "chrome");
	g_assert_cmpstr(ww_nearest("perf", words), ==, "perfetto");
	g_assert_cmpstr(ww_nearest("form", words), ==, "from");
	g_assert_cmpstr(ww_nearest("fro", words), ==, "from");
	g_assert_cmpstr(ww_nearest("threads", words), ==, "thread");
	g_assert_cmpstr(ww_nearest("zzz", words), ==, NULL);
	g_assert_cmpstr(ww_nearest("", words), ==, NULL);
	g_assert_cmpstr(ww_nearest("a-word-that-is-longer-than-any-name-of-ours", words), ==, NULL);
}

static bool parse(const char *argument, char **value, GError **error)
{
	const GOptionEntry entries[] = {
		{ "output", 'o', 0, G_OPTION_ARG_STRING, value, NULL, NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
		{ NULL },
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autofree char *program = g_strdup("program");
	g_autofree char *copy = g_strdup(argument);
	char *arguments[] = { program, copy, NULL };
	char **argv = arguments;
	int argc = 2;

	return ww_options_parse(context, entries, &argc, &argv, error);
}

static void test_right_option(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *value = NULL;

	g_assert_true(parse("--output=x", &value, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(value, ==, "x");
}

static void test_unknown_option(gconstpointer data)
{
	const char *const *row = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *value = NULL;

	g_assert_false(parse(row[0], &value, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
	g_assert_cmpint(ww_exit_status(error), ==, WW_EXIT_USAGE);
	g_assert_cmpstr(error->message, ==, row[1]);
}

static void test_missing_value(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *value = NULL;

	g_assert_false(parse("--output", &value, &error));
	g_assert_cmpint(ww_exit_status(error), ==, WW_EXIT_USAGE);
}

static const char *const near_option[] = { "--ouptut",
					   "unknown option '--ouptut', did you mean '--output'?" };
static const char *const valued_option[] = {
	"--ouptut=x", "unknown option '--ouptut', did you mean '--output'?"
};
static const char *const far_option[] = { "--zebra",
					  "unknown option '--zebra', --help lists them" };
static const char *const short_option[] = { "-x", "unknown option '-x', --help lists them" };

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/nearest", test_nearest);
	g_test_add_func("/options/right", test_right_option);
	g_test_add_data_func("/options/near", near_option, test_unknown_option);
	g_test_add_data_func("/options/valued", valued_option, test_unknown_option);
	g_test_add_data_func("/options/far", far_option, test_unknown_option);
	g_test_add_data_func("/options/short", short_option, test_unknown_option);
	g_test_add_func("/options/missing-value", test_missing_value);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "analysis/report/expression.h"
#include "base/error.h"

/* A tree as a text: (and LEFT RIGHT), comparisons as they were written. */
static void spell(const struct ww_expression *expression, GString *text)
{
	static const char *const names[] = {
		[WW_NODE_NOT] = "not", [WW_NODE_AND] = "and", [WW_NODE_OR] = "or"
	};

	if (expression->node == WW_NODE_COMPARISON) {
		g_string_append(text, expression->comparison.text);
		return;
	}
	g_string_append_printf(text, "(%s ", names[expression->node]);
	spell(expression->left, text);
	if (expression->right) {
		g_string_append_c(text, ' ');
		spell(expression->right, text);
	}
	g_string_append_c(text, ')');
}

static const struct {
	const char *text, *tree;
} trees[] = {
	{ "max(runnable)<2ms", "max(runnable)<2ms" },
	{ "  max( runnable ) < 2ms  ", "max( runnable ) < 2ms" },
	{ "count(lost) == 0 and max(blocked) < 1s", "(and count(lost) == 0 max(blocked) < 1s)" },
	{ "count(lost)==0 or count(lost)==1 and count(lost)==2",
	  "(or count(lost)==0 (and count(lost)==1 count(lost)==2))" },
	{ "(count(lost)==0 or count(lost)==1) and count(lost)==2",
	  "(and (or count(lost)==0 count(lost)==1) count(lost)==2)" },
	{ "count(lost)==0 and count(lost)==1 and count(lost)==2",
	  "(and (and count(lost)==0 count(lost)==1) count(lost)==2)" },
	{ "not count(lost)==0 and count(lost)==1", "(and (not count(lost)==0) count(lost)==1)" },
	{ "not (count(lost)==0 and count(lost)==1)", "(not (and count(lost)==0 count(lost)==1))" },
};

static void test_trees(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
		g_autoptr(GError) error = NULL;
		ww_auto(expression) expression = ww_expression_parse(trees[i].text, &error);
		g_autoptr(GString) tree = g_string_new(NULL);

		g_assert_no_error(error);
		spell(expression, tree);
		g_assert_cmpstr(tree->str, ==, trees[i].tree);
	}
}

static void test_comparison(void)
{
	ww_auto(expression) expression = ww_expression_parse(
		"p99(blocked, thread~\"io-*\", reason != 'mutex', syscall == \"fsync\") <= 1.5ms",
		NULL);
	const struct ww_comparison *comparison = &expression->comparison;
	const struct ww_condition *conditions = (const void *)comparison->conditions->data;

	g_assert_cmpint(comparison->measure, ==, WW_MEASURE_P99);
	g_assert_cmpint(comparison->subject, ==, WW_SUBJECT_STATE);
	g_assert_cmpint(comparison->state, ==, WW_STATE_BLOCKED);
	g_assert_cmpint(comparison->comparator, ==, WW_LESS_EQUAL);
	g_assert_cmpint(comparison->bound, ==, 1500000);
	g_assert_cmpuint(comparison->conditions->len, ==, 3);
	g_assert_cmpint(conditions[0].field, ==, WW_FIELD_THREAD);
	g_assert_true(conditions[0].is_pattern && !conditions[0].is_negated);
	g_assert_cmpstr(conditions[0].text, ==, "io-*");
	g_assert_cmpint(conditions[1].field, ==, WW_FIELD_REASON);
	g_assert_true(!conditions[1].is_pattern && conditions[1].is_negated);
	g_assert_cmpstr(conditions[1].text, ==, "mutex");
	g_assert_cmpint(conditions[2].field, ==, WW_FIELD_SYSCALL);
}

static void test_subjects(void)
{
	static const struct {
		const char *text;
		enum ww_subject subject;
		const char *name; /* NULL: any */
	} cases[] = {
		{ "count(lost) == 0", WW_SUBJECT_LOST, NULL },
		{ "max(running) < 1s", WW_SUBJECT_STATE, NULL },
		{ "count(finding) == 0", WW_SUBJECT_FINDING, NULL },
		{ "count( finding == 'contended-lock' ) == 0", WW_SUBJECT_FINDING,
		  "contended-lock" },
		{ "total(finding, name~'*-lock') < 1s", WW_SUBJECT_FINDING, "*-lock" },
		{ "p99(syscall, name=='futex') < 2ms", WW_SUBJECT_SYSCALL, "futex" },
		{ "p99(syscall=='futex', thread~'io-*') < 2ms", WW_SUBJECT_SYSCALL, "futex" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		ww_auto(expression) expression = ww_expression_parse(cases[i].text, &error);
		const struct ww_condition *condition;

		g_assert_no_error(error);
		g_assert_cmpint(expression->comparison.subject, ==, cases[i].subject);
		if (!cases[i].name) {
			g_assert_cmpuint(expression->comparison.conditions->len, ==, 0);
			continue;
		}
		condition =
			&g_array_index(expression->comparison.conditions, struct ww_condition, 0);
		g_assert_cmpint(condition->field, ==, WW_FIELD_NAME);
		g_assert_cmpstr(condition->text, ==, cases[i].name);
	}
}

/* The sentence quotes what is wrong. */
static const struct {
	const char *text, *says;
} mistakes[] = {
	{ "", "at the end" },
	{ "max(runnable)", "one of < <= > >= == != is expected at the end" },
	{ "max(runnable) < 2", "a duration with its unit (2ms) is expected at '2'" },
	{ "count(runnable) < 2ms", "a number is expected at '2ms'" },
	{ "max(runable) < 2ms", "expected at 'runable) < 2ms'" },
	{ "p98(runnable) < 2ms", "expected at 'p98(runnable) < 2ms'" },
	{ "max runnable < 2ms", "'(' is expected at 'runnable < 2ms'" },
	{ "max(runnable, cpu==\"1\") < 2ms", "one of thread process reason syscall" },
	{ "max(runnable, thread=\"x\") < 2ms", "one of == != ~ !~ is expected at '=\"x\"" },
	{ "max(runnable, thread==x) < 2ms", "a text in quotes is expected at 'x) < 2ms'" },
	{ "max(runnable, thread==\"x) < 2ms", "both its quotes" },
	{ "max(blocked, reason==\"mutexx\") < 2ms", "no reason 'mutexx'" },
	{ "max(blocked, syscall==\"opn\") < 2ms", "no system call 'opn'" },
	{ "max(runnable) < 2ms max(runnable) < 3ms", "'and', 'or' or the end" },
	{ "(max(runnable) < 2ms", "')' is expected at the end" },
	{ "max(runnable) < 2ms and", "at the end" },
	{ "max(lost) == 0", "count(lost)" },
	{ "max(runable) < 2ms", "did you mean 'runnable'?" },
	{ "maxx(runnable) < 2ms", "did you mean 'max'?" },
	{ "max(runnable, tread==\"x\") < 2ms", "did you mean 'thread'?" },
	{ "max(blocked, reason==\"mutexx\") < 2ms", "did you mean 'mutex'?" },
	{ "max(syscall, name==\"futx\") < 2ms",
	  "there is no system call 'futx'; did you mean 'futex'?" },
	{ "max(syscall==\"futx\") < 2ms", "did you mean 'futex'?" },
	{ "count(finding==\"contended-lok\") == 0",
	  "no finding 'contended-lok'; did you mean 'contended-lock'?" },
	{ "count(finding, reason==\"mutex\") == 0", "one of thread process name is expected" },
	{ "max(runnable, name==\"x\") < 2ms", "one of thread process reason syscall" },
	{ "p99(finding) < 2ms", "only count, total and max" },
	{ "count(lost, thread==\"x\") == 0", "')' is expected" },
};

static void test_mistakes(void)
{
	g_autofree char *deep = g_strnfill(1000, '(');
	g_autoptr(GError) deep_error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", mistakes[i].text);
		g_assert_null(ww_expression_parse(mistakes[i].text, &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, mistakes[i].says));
	}
	g_assert_null(ww_expression_parse(deep, &deep_error));
	g_assert_nonnull(strstr(deep_error->message, "too many"));
}

static void test_holds(void)
{
	static const struct {
		const char *text;
		bool below, at, above;
	} cases[] = {
		{ "count(lost) < 5", true, false, false },
		{ "count(lost) <= 5", true, true, false },
		{ "count(lost) > 5", false, false, true },
		{ "count(lost) >= 5", false, true, true },
		{ "count(lost) == 5", false, true, false },
		{ "count(lost) != 5", true, false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		ww_auto(expression) expression = ww_expression_parse(cases[i].text, NULL);

		g_assert_cmpint(ww_comparison_holds(&expression->comparison, 4), ==,
				cases[i].below);
		g_assert_cmpint(ww_comparison_holds(&expression->comparison, 5), ==, cases[i].at);
		g_assert_cmpint(ww_comparison_holds(&expression->comparison, 6), ==,
				cases[i].above);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expression/trees", test_trees);
	g_test_add_func("/expression/comparison", test_comparison);
	g_test_add_func("/expression/subjects", test_subjects);
	g_test_add_func("/expression/mistakes", test_mistakes);
	g_test_add_func("/expression/holds", test_holds);
	return g_test_run();
}

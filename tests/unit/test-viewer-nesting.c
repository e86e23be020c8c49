// SPDX-License-Identifier: GPL-2.0-or-later
/* Spans in, levels of spans out. */
#include <string.h>

#include "viewer/model/nesting.h"

/*
 * One span a letter: the column of its first letter is its begin, of its last its end. What comes
 * out is a line for each level; # is several spans in one.
 */
struct golden {
	const char *what;
	const char *spans[10];
	const char *levels[WW_NESTING_LEVELS_MAX];
};

/* clang-format off */
static const struct golden goldens[] = {
	{ "nested ones lie below each other",
	  { "aaaaaaaa", " bbb", "  c", "     dd" },
	  { "aaaaaaaa", ".bbb.dd.", "..c....." } },
	{ "what overlaps lies side by side",
	  { "aaaa", "  bbbb", "    cccc" },
	  { "aaaacccc", "..bbbb.." } },
	{ "what is inside of the lower lies below it, where there is room above",
	  { "aaaa", "  bbbbbb", "     c" },
	  { "aaaa....", "..bbbbbb", ".....c.." } },
	{ "longer ones enclose those that begin with them",
	  { "aa", "bbbb", "ccc" },
	  { "bbbb", "ccc.", "aa.." } },
	{ "what ends where another begins shares its level",
	  { "aabbcc", },
	  { "aabbcc" } },
};
/* clang-format on */

static void add_spans(GArray *spans, const char *line, const char *const *names)
{
	for (const char *at = line; *at;) {
		const size_t n = strspn(at, (char[]){ *at, '\0' });
		const struct ww_nested nested = { .span = { at - line, at - line + (int64_t)n },
						  .name = names[*at - 'a'] };

		if (*at != ' ')
			g_array_append_val(spans, nested);
		at += n;
	}
}

static char *level_text(const struct ww_nesting *nesting, uint32_t level, size_t width)
{
	GString *text = g_string_new(NULL);
	uint32_t n_spans;
	const struct ww_nested *spans = ww_nesting_level(nesting, level, &n_spans);

	for (size_t x = 0; x < width; x++)
		g_string_append_c(text, '.');
	for (uint32_t i = 0; i < n_spans; i++)
		for (int64_t x = spans[i].span.begin_ns; x < spans[i].span.end_ns; x++)
			text->str[x] = spans[i].name ? *spans[i].name : '#';
	return g_string_free(text, FALSE);
}

static void test_golden(const void *data)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g" };
	const struct golden *golden = data;
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	ww_auto(nesting) nesting = NULL;
	uint32_t n_levels = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(golden->spans) && golden->spans[i]; i++)
		add_spans(spans, golden->spans[i], names);
	nesting = ww_nesting_new(spans);
	while (n_levels < WW_NESTING_LEVELS_MAX && golden->levels[n_levels])
		n_levels++;
	g_assert_cmpuint(ww_nesting_n_levels(nesting), ==, n_levels);
	for (uint32_t level = 0; level < n_levels; level++) {
		g_autofree char *text = level_text(nesting, level, strlen(golden->levels[level]));

		g_assert_cmpstr(text, ==, golden->levels[level]);
	}
}

/* Eight that overlap: six levels, and three of them in the last. */
static void test_overflow(void)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	ww_auto(nesting) nesting = NULL;
	const struct ww_nested *last;
	uint32_t n_spans;

	for (int64_t i = 0; i < 8; i++) {
		const struct ww_nested nested = { .span = { i, i + 10 }, .name = "order" };

		g_array_append_val(spans, nested);
	}
	nesting = ww_nesting_new(spans);
	g_assert_cmpuint(ww_nesting_n_levels(nesting), ==, WW_NESTING_LEVELS_MAX);
	last = ww_nesting_level(nesting, WW_NESTING_LEVELS_MAX - 1, &n_spans);
	g_assert_cmpuint(n_spans, ==, 1);
	g_assert_cmpuint(last->n_merged, ==, 3);
	g_assert_null(last->name);
	g_assert_cmpint(last->span.begin_ns, ==, 5);
	g_assert_cmpint(last->span.end_ns, ==, 17);
}

static void test_finds(void)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	ww_auto(nesting) nesting = NULL;

	for (int64_t i = 0; i < 3; i++) {
		const struct ww_nested nested = { .span = { 10 * i, 10 * i + 5 }, .name = "x" };

		g_array_append_val(spans, nested);
	}
	nesting = ww_nesting_new(spans);
	g_assert_cmpint(ww_nesting_at(nesting, 0, 10)->span.begin_ns, ==, 10);
	g_assert_cmpint(ww_nesting_at(nesting, 0, 14)->span.begin_ns, ==, 10);
	g_assert_null(ww_nesting_at(nesting, 0, 15));
	g_assert_null(ww_nesting_at(nesting, 0, -1));
	g_assert_null(ww_nesting_at(nesting, 0, 99));
	g_assert_cmpuint(ww_nesting_from(nesting, 0, 15), ==, 2);
	g_assert_cmpuint(ww_nesting_from(nesting, 0, 99), ==, 3);
}

static void test_nothing(void)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	ww_auto(nesting) nesting = ww_nesting_new(spans);

	g_assert_cmpuint(ww_nesting_n_levels(nesting), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/nesting/%s", goldens[i].what);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	g_test_add_func("/nesting/the last level holds what finds no room, as one", test_overflow);
	g_test_add_func("/nesting/finds what is there", test_finds);
	g_test_add_func("/nesting/of nothing", test_nothing);
	return g_test_run();
}

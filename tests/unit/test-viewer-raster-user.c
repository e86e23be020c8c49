// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks and counters in, rows of pixels out, without a display. */
#include "viewer/model/raster-user.h"

#include <string.h>

#define WIDTH_PX 12

/*
 * Spans of one level as text, ten ns a letter; what is seen of them when @span is shown on
 * WIDTH_PX pixels: x for a pixel of any task, . for none.
 */
static const struct {
	const char *what;
	const char *spans;
	struct ww_span shown;
	const char *pixels;
} goldens[] = {
	{ "a long one leaves a pixel free at its end", "aaaa....bbbb", { 0, 120 }, "xxx.....xxxx" },
	{ "short ones lie side by side", "ab..a.b.a...", { 0, 120 }, "xx..x.x.x..." },
	{ "one that is cut fills up to the edge", "aaaaaaaaaaaa", { 20, 80 }, "xxxxxxxxxxxx" },
	{ "from close by", "..aa........", { 20, 32 }, "xxxxxxxxxxxx" },
	{ "what is far too short is there", "a..........b", { 0, 12000 }, "x..........." },
	{ "nothing in sight", "aa........bb", { 30, 90 }, "............" },
};

static struct ww_nesting *nesting_of(const char *text)
{
	static const char *const names[] = { "alpha", "beta" };
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));

	for (const char *at = text; *at;) {
		const size_t n = strspn(at, (char[]){ *at, '\0' });
		const struct ww_nested nested = {
			.span = { (at - text) * 10, (at - text + (int64_t)n) * 10 },
			.name = *at == '.' ? NULL : names[*at - 'a'],
		};

		if (*at != '.')
			g_array_append_val(spans, nested);
		at += n;
	}
	return ww_nesting_new(spans);
}

static void test_level(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		ww_auto(nesting) nesting = nesting_of(goldens[i].spans);
		uint32_t bgra[WIDTH_PX];
		char text[WIDTH_PX + 1] = "";

		ww_raster_level(nesting, 0, goldens[i].shown, WIDTH_PX, false, bgra);
		for (int x = 0; x < WIDTH_PX; x++)
			text[x] = bgra[x] ? 'x' : '.';
		g_test_message("%s", goldens[i].what);
		g_assert_cmpstr(text, ==, goldens[i].pixels);
	}
}

/* As many tasks as there are ns: one pass over the pixels is enough. */
static void test_crowd(void)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct ww_nested));
	ww_auto(nesting) nesting = NULL;
	uint32_t bgra[WIDTH_PX];

	for (int64_t t = 0; t < 12000; t += 2) {
		const struct ww_nested nested = { .span = { t, t + 1 }, .name = "tick" };

		g_array_append_val(spans, nested);
	}
	nesting = ww_nesting_new(spans);
	ww_raster_level(nesting, 0, (struct ww_span){ 0, 12000 }, WIDTH_PX, true, bgra);
	for (int x = 0; x < WIDTH_PX; x++)
		g_assert_cmpuint(bgra[x], !=, 0);
}

/* # the line, - the area below it, from the top down; the fourth pixel has a jump in it, the first
 * nothing. */
static void test_counter(void)
{
	static const struct ww_counter_pixel pixels[4] = {
		{ .is_known = false },
		{ 0, 0, 0, true },
		{ 4, 4, 4, true },
		{ 0, 4, 0, true },
	};
	static const char *const rows[6] = { "..##", "..##", "..-#", "..-#", ".#-#", ".#-#" };
	uint32_t bgra[4 * 6];

	ww_raster_counter(pixels, 4, 6, 0, 4, (struct ww_color){ 1, 2, 3 }, bgra);
	for (int y = 0; y < 6; y++) {
		char text[5] = "";

		for (int x = 0; x < 4; x++)
			text[x] = bgra[4 * y + x] == 0           ? '.'
				  : bgra[4 * y + x] >> 24 == 255 ? '#'
								 : '-';
		g_assert_cmpstr(text, ==, rows[y]);
	}
}

static void test_constant_counter(void)
{
	static const struct ww_counter_pixel pixel = { 7, 7, 7, true };
	uint32_t bgra[6];

	ww_raster_counter(&pixel, 1, 6, 7, 7, (struct ww_color){ 1, 2, 3 }, bgra);
	g_assert_cmpuint(bgra[0], ==, 0);
	g_assert_cmpuint(bgra[1] >> 24, ==, 255);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/raster-user/tasks", test_level);
	g_test_add_func("/raster-user/a crowd of tasks", test_crowd);
	g_test_add_func("/raster-user/a counter", test_counter);
	g_test_add_func("/raster-user/a counter that stays as it is", test_constant_counter);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/palette.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

#define CONTRAST_MIN 3.0
#define TEXT_CONTRAST_MIN 4.5

static const char *const theme_names[WW_THEME_N] = { "light", "dark", "clear light", "clear dark" };

static void assert_readable(struct ww_color color, enum ww_theme theme, const char *what)
{
	const double contrast = ww_color_contrast(color, ww_palette_background(theme));

	if (contrast < CONTRAST_MIN)
		g_test_fail_printf("%s in the %s theme: contrast %.2f", what, theme_names[theme],
				   contrast);
}

static void test_known_contrasts(void)
{
	const struct ww_color black = { 0, 0, 0 };
	const struct ww_color white = { 255, 255, 255 };
	const struct ww_color grey = { 0x77, 0x77, 0x77 };

	g_assert_cmpfloat_with_epsilon(ww_color_contrast(black, white), 21, 1e-9);
	g_assert_cmpfloat_with_epsilon(ww_color_contrast(white, white), 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(ww_color_contrast(grey, white), 4.48, 0.005);
}

static void test_colors_stand_out(void)
{
	for (int theme = 0; theme < WW_THEME_N; theme++) {
		for (int state = 0; state < WW_STATE_N; state++)
			assert_readable(ww_palette_state(state, theme), theme,
					ww_state_label(state));
		for (uint32_t i = 0; i < WW_PALETTE_PARTS_N; i++)
			assert_readable(ww_palette_part(i, theme), theme, "a part of a bar");
		assert_readable(ww_palette_mark(theme), theme, "a mark");
		for (int kind = 0; kind < WW_OVERLAY_N; kind++)
			assert_readable(ww_palette_overlay(kind, theme), theme, "an arrow");
		for (uint32_t upid = 0; upid < 100; upid++) {
			const struct ww_process process = { .upid = upid,
							    .is_kernel = upid % 7 == 0 };

			assert_readable(ww_palette_process(&process, theme), theme, "a process");
		}
	}
}

/* Who asks for high contrast gets that of text for the lanes, too. */
static void test_clear_looks_are_clearer(void)
{
	for (int theme = WW_THEME_CLEAR_LIGHT; theme < WW_THEME_N; theme++)
		for (int state = 0; state < WW_STATE_N; state++)
			g_assert_cmpfloat(ww_color_contrast(ww_palette_state(state, theme),
							    ww_palette_background(theme)),
					  >=, TEXT_CONTRAST_MIN);
}

static void test_text_is_readable(void)
{
	for (int theme = 0; theme < WW_THEME_N; theme++) {
		g_assert_cmpfloat(
			ww_color_contrast(ww_palette_text(theme), ww_palette_background(theme)), >=,
			TEXT_CONTRAST_MIN);
		for (int state = 0; state < WW_STATE_N; state++) {
			const struct ww_color color = ww_palette_state(state, theme);

			g_assert_cmpfloat(ww_color_contrast(ww_palette_text_on(color), color), >=,
					  TEXT_CONTRAST_MIN);
		}
	}
}

/* Without any colour, height and pattern still tell the states apart. */
static void test_color_is_not_the_only_carrier(void)
{
	for (int a = 0; a < WW_STATE_N; a++) {
		for (int b = a + 1; b < WW_STATE_N; b++) {
			const struct ww_look *x = ww_palette_look(a);
			const struct ww_look *y = ww_palette_look(b);

			g_assert_true(x->reach != y->reach || x->pattern != y->pattern);
		}
	}
}

static void test_runnable_is_loudest(void)
{
	const struct ww_look *runnable = ww_palette_look(WW_STATE_RUNNABLE);

	for (int state = 0; state < WW_STATE_N; state++) {
		const struct ww_look *look = ww_palette_look(state);

		if (state == WW_STATE_RUNNABLE || look->reach == WW_BAND_N)
			continue;
		g_assert_cmpint(look->reach, <, runnable->reach);
	}
}

static void test_order_names_every_state_once(void)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < WW_STATE_N; i++)
		seen |= 1u << ww_palette_order(i);
	g_assert_cmphex(seen, ==, (1u << WW_STATE_N) - 1);
}

/* The target is green wherever it runs; its neighbours are not. */
static void test_target_has_the_running_color(void)
{
	const struct ww_process target = { .upid = 3, .is_target = true };
	const struct ww_process other = { .upid = 3 };
	const struct ww_color green = ww_palette_state(WW_STATE_RUNNING, WW_THEME_LIGHT);

	g_assert_cmpmem(&green, sizeof(green),
			&(struct ww_color[]){ ww_palette_process(&target, WW_THEME_LIGHT) },
			sizeof(green));
	g_assert_cmpfloat(
		fabs(ww_color_contrast(green, ww_palette_process(&other, WW_THEME_LIGHT)) - 1), >,
		0.001);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/palette/known contrasts", test_known_contrasts);
	g_test_add_func("/palette/colors stand out", test_colors_stand_out);
	g_test_add_func("/palette/clear looks are clearer", test_clear_looks_are_clearer);
	g_test_add_func("/palette/text is readable", test_text_is_readable);
	g_test_add_func("/palette/color is not the only carrier",
			test_color_is_not_the_only_carrier);
	g_test_add_func("/palette/runnable is loudest", test_runnable_is_loudest);
	g_test_add_func("/palette/order names every state once", test_order_names_every_state_once);
	g_test_add_func("/palette/target has the running color", test_target_has_the_running_color);
	return g_test_run();
}

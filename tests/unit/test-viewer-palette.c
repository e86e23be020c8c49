// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/palette.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

#define CONTRAST_MIN 3.0
#define TEXT_CONTRAST_MIN 4.5

static void assert_readable(struct ww_color color, bool is_dark, const char *what)
{
	const double contrast = ww_color_contrast(color, ww_palette_background(is_dark));

	if (contrast < CONTRAST_MIN)
		g_test_fail_printf("%s in the %s theme: contrast %.2f", what,
				   is_dark ? "dark" : "light", contrast);
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
	for (int is_dark = 0; is_dark < 2; is_dark++) {
		for (int state = 0; state < WW_STATE_N; state++)
			assert_readable(ww_palette_state(state, is_dark), is_dark,
					ww_state_label(state));
		for (uint32_t i = 0; i < WW_PALETTE_PARTS_N; i++)
			assert_readable(ww_palette_part(i, is_dark), is_dark, "a part of a bar");
		assert_readable(ww_palette_mark(is_dark), is_dark, "a mark");
		for (int kind = 0; kind < WW_OVERLAY_N; kind++)
			assert_readable(ww_palette_overlay(kind, is_dark), is_dark, "an arrow");
		for (uint32_t upid = 0; upid < 100; upid++) {
			const struct ww_process process = { .upid = upid,
							    .is_kernel = upid % 7 == 0 };

			assert_readable(ww_palette_process(&process, is_dark), is_dark,
					"a process");
		}
	}
}

static void test_text_is_readable(void)
{
	for (int is_dark = 0; is_dark < 2; is_dark++) {
		g_assert_cmpfloat(
			ww_color_contrast(ww_palette_text(is_dark), ww_palette_background(is_dark)),
			>=, TEXT_CONTRAST_MIN);
		for (int state = 0; state < WW_STATE_N; state++) {
			const struct ww_color color = ww_palette_state(state, is_dark);

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
	const struct ww_color green = ww_palette_state(WW_STATE_RUNNING, false);

	g_assert_cmpmem(&green, sizeof(green),
			&(struct ww_color[]){ ww_palette_process(&target, false) }, sizeof(green));
	g_assert_cmpfloat(fabs(ww_color_contrast(green, ww_palette_process(&other, false)) - 1), >,
			  0.001);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/palette/known contrasts", test_known_contrasts);
	g_test_add_func("/palette/colors stand out", test_colors_stand_out);
	g_test_add_func("/palette/text is readable", test_text_is_readable);
	g_test_add_func("/palette/color is not the only carrier",
			test_color_is_not_the_only_carrier);
	g_test_add_func("/palette/runnable is loudest", test_runnable_is_loudest);
	g_test_add_func("/palette/order names every state once", test_order_names_every_state_once);
	g_test_add_func("/palette/target has the running color", test_target_has_the_running_color);
	return g_test_run();
}

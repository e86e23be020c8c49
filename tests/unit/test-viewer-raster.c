// SPDX-License-Identifier: GPL-2.0-or-later
/* Golden rows: shares of pixels in, the three bands of a lane out, without a display. */
#include "viewer/model/raster.h"

#include <glib.h>

#define ROW_MAX 16

/*
 * A pixel is a letter: R running, W runnable (wants a CPU), B blocked, S stopped, U unknown, D
 * dead, - nothing; r, w, b: a trace of that state (1 of 255) on a blocked pixel. A band answers
 * with the letter of the state whose exact colour it has,
 * '.' for nothing; a tick, the faintest mark there is, with its small letter.
 */
struct golden {
	const char *what;
	const char *pixels;
	const char *bands[WW_BAND_N]; /* core, body, full */
};

/* clang-format off */
static const struct golden goldens[] = {
	{ "each state reaches as high as it is loud", "-RWBD",   { ".RWB.", ".RW..", "..W.." } },
	{ "nothing stays transparent",                "---",     { "...",   "...",   "..." } },
	{ "unknown is hatched, three on and three off", "UUUUUUUU", { "UUU...UU", "UUU...UU", "........" } },
	{ "stopped is dashed",                        "SSSSSSSS", { "SSS..SSS", "........", "........" } },
	{ "a rare state leaves a tick above the line", "BrBwB",  { "BBBBB", ".r.w.", "...w." } },
	{ "a rare gap leaves a tick, wherever it lies", "BBuuuuuuBB", { "BBBBBBBBBB", "..uuuuuu..", ".........." } },
	{ "hatching begins with the row, not with the gap", "BUUUUUUB", { "BUU...UB", ".UU...U.", "........" } },
};
/* clang-format on */

static struct ww_pixel pixel_of(char letter)
{
	static const char letters[] = "URWBSD"; /* in the order of enum ww_state */
	struct ww_pixel pixel = { { 0 } };
	const char *at = strchr(letters, g_ascii_toupper(letter));

	g_assert_true(at || letter == '-');
	if (g_ascii_islower(letter)) {
		pixel.share[at - letters] = 1;
		pixel.share[WW_STATE_BLOCKED] = 254;
	} else if (at) {
		pixel.share[at - letters] = 255;
	}
	return pixel;
}

static uint32_t opaque(enum ww_state state)
{
	const struct ww_color color = ww_palette_state(state, WW_THEME_LIGHT);

	return 0xff000000u | (uint32_t)color.red << 16 | (uint32_t)color.green << 8 | color.blue;
}

static char letter_of(uint32_t bgra, char pixel)
{
	if (bgra == 0)
		return '.';
	for (int state = 0; state < WW_STATE_N; state++) {
		if (bgra == opaque(state))
			return "URWBSD"[state];
	}
	g_assert_cmpuint(bgra >> 24, ==, WW_RASTER_TICK_ALPHA);
	return pixel;
}

static void test_golden(const void *data)
{
	const struct golden *golden = data;
	const uint32_t n_px = (uint32_t)strlen(golden->pixels);
	struct ww_pixel pixels[ROW_MAX];
	uint32_t bgra[ROW_MAX];
	char row[ROW_MAX + 1] = "";

	for (uint32_t x = 0; x < n_px; x++)
		pixels[x] = pixel_of(golden->pixels[x]);
	for (int band = 0; band < WW_BAND_N; band++) {
		const bool is_drawn = ww_raster_band(pixels, n_px, band, false, bgra);

		for (uint32_t x = 0; x < n_px; x++)
			row[x] = letter_of(bgra[x], golden->pixels[x]);
		g_assert_cmpstr(row, ==, golden->bands[band]);
		g_assert_cmpint(is_drawn, ==, strspn(row, ".") < n_px);
	}
}

/* GDK asks for premultiplied colours: no channel above alpha. */
static void test_is_premultiplied(void)
{
	for (int share = 1; share < 256; share++) {
		struct ww_pixel pixel = { { [WW_STATE_RUNNABLE] = (uint8_t)share } };
		uint32_t bgra;

		g_assert_true(ww_raster_band(&pixel, 1, WW_BAND_FULL, true, &bgra));
		for (int shift = 0; shift < 24; shift += 8)
			g_assert_cmpuint(bgra >> shift & 0xff, <=, bgra >> 24);
	}
}

static void test_strength_grows_with_the_share(void)
{
	uint32_t before = 0;

	for (int share = 1; share < 256; share++) {
		struct ww_pixel pixel = { { [WW_STATE_RUNNING] = (uint8_t)share } };
		uint32_t bgra;

		ww_raster_band(&pixel, 1, WW_BAND_BODY, false, &bgra);
		g_assert_cmpuint(bgra >> 24, >=, before);
		before = bgra >> 24;
	}
	g_assert_cmpuint(before, ==, 255);
}

/*
 * Counts of one column in, its pixels from the top down out: R running, W runnable, b waiting
 * (faint), . nothing. Four lanes fill eight pixels.
 */
static const struct {
	float running, runnable, blocked;
	const char *pixels;
} stacks[] = {
	{ 1, 0, 0, "......RR" },     { 1, 1, 0, "....WWRR" },     { 2, 1, 1, "bbWWRRRR" },
	{ 0, 0, 4, "bbbbbbbb" },     { 4, 9, 0, "RRRRRRRR" },     { 0, 0, 0, "........" },
	{ 0.01f, 0, 0, ".......R" }, { 0, 0.01f, 0, ".......W" },
};

static void test_stacks(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stacks); i++) {
		struct ww_concurrency_column column = { stacks[i].running, stacks[i].runnable,
							stacks[i].blocked };
		const struct ww_concurrency concurrency = { .n_columns = 1, .columns = &column };
		const int64_t columns[2] = { -1, 0 };
		uint32_t bgra[16];
		char text[9] = "";

		ww_raster_concurrency(&concurrency, columns, 2, 8, 4, false, bgra);
		for (int y = 0; y < 8; y++) {
			const uint32_t pixel = bgra[2 * y + 1];

			g_assert_cmphex(bgra[2 * y], ==, 0);
			text[y] = pixel == 0                           ? '.'
				  : pixel == opaque(WW_STATE_RUNNING)  ? 'R'
				  : pixel == opaque(WW_STATE_RUNNABLE) ? 'W'
								       : 'b';
			if (text[y] == 'b')
				g_assert_cmpuint(pixel >> 24, <, WW_RASTER_TICK_ALPHA);
		}
		g_assert_cmpstr(text, ==, stacks[i].pixels);
	}
}

static void test_cpu_has_the_color_of_who_ran(void)
{
	const struct ww_color colors[2] = { { 1, 2, 3 }, { 4, 5, 6 } };
	const struct ww_pixel pixels[2] = { { { [WW_STATE_RUNNING] = 255 } },
					    { { [WW_STATE_BLOCKED] = 255 } } };
	uint32_t bgra[2];

	g_assert_true(ww_raster_running(pixels, colors, 2, bgra));
	g_assert_cmphex(bgra[0], ==, 0xff010203);
	g_assert_cmphex(bgra[1], ==, 0);
	g_assert_false(ww_raster_running(pixels + 1, colors, 1, bgra));
}

static void fill_random(struct ww_pixel *pixels, uint32_t n_px)
{
	for (uint32_t x = 0; x < n_px; x++) {
		if (x > 0 && g_test_rand_int_range(0, 3) > 0) {
			pixels[x] = pixels[x - 1];
			continue;
		}
		pixels[x] = (struct ww_pixel){ { 0 } };
		pixels[x].share[g_test_rand_int_range(0, WW_STATE_N)] = 255;
		if (g_test_rand_bit())
			pixels[x].share[g_test_rand_int_range(0, WW_STATE_N)] =
				(uint8_t)g_test_rand_int_range(0, 256);
	}
}

/* All bands at once are what each band is on the paper, and no byte more. */
static void test_lane_is_its_bands(void)
{
	enum { N_PX = 500 };
	const struct ww_color paper = { 250, 17, 128 };
	struct ww_pixel pixels[N_PX];
	uint8_t bytes[WW_BAND_N][3 * N_PX + 2];
	uint8_t *const rgb[WW_BAND_N] = { bytes[0], bytes[1], bytes[2] };
	unsigned int reached;

	fill_random(pixels, N_PX);
	memset(bytes, 0xaa, sizeof(bytes));
	reached = ww_raster_lane(pixels, N_PX, WW_THEME_DARK, paper, rgb);
	for (int band = 0; band < WW_BAND_N; band++) {
		uint32_t bgra[N_PX];
		uint8_t flat[3 * N_PX + 1];
		const bool is_drawn = ww_raster_band(pixels, N_PX, band, WW_THEME_DARK, bgra);

		ww_raster_flatten(bgra, N_PX, paper, flat);
		g_assert_cmpint(is_drawn, ==, (reached >> band & 1) != 0);
		g_assert_cmpmem(rgb[band], 3 * N_PX, flat, 3 * N_PX);
		g_assert_cmphex(rgb[band][3 * N_PX + 1], ==, 0xaa);
	}
	memset(pixels, 0, sizeof(pixels));
	g_assert_cmpuint(ww_raster_lane(pixels, N_PX, WW_THEME_DARK, paper, rgb), ==, 0);
}

static void test_flat_is_ink_on_paper(void)
{
	static const struct {
		uint32_t pixel;
		uint8_t rgb[3];
	} inks[] = {
		{ 0xff102030, { 0x10, 0x20, 0x30 } },
		{ 0x00000000, { 255, 0, 100 } },
		{ 0x80800000, { 0x80 + 127, 0, 50 } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(inks); i++) {
		uint8_t rgb[4];

		ww_raster_flatten(&inks[i].pixel, 1, (struct ww_color){ 255, 0, 100 }, rgb);
		g_assert_cmpmem(rgb, 3, inks[i].rgb, 3);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
		g_autofree char *path = g_strdup_printf("/raster/%s", goldens[i].what);

		g_test_add_data_func(path, &goldens[i], test_golden);
	}
	g_test_add_func("/raster/is premultiplied", test_is_premultiplied);
	g_test_add_func("/raster/strength grows with the share",
			test_strength_grows_with_the_share);
	g_test_add_func("/raster/a lane is its bands", test_lane_is_its_bands);
	g_test_add_func("/raster/what is flat is ink on paper", test_flat_is_ink_on_paper);
	g_test_add_func("/raster/counts are stacked", test_stacks);
	g_test_add_func("/raster/CPU has the color of who ran", test_cpu_has_the_color_of_who_ran);
	return g_test_run();
}

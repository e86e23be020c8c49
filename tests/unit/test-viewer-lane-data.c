// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/lane-data.h"

#include <string.h>

/* Each letter is a pixel: r running alone, b blocked alone, s both, space nothing. */
static struct ww_lane_data data_of(const char *text, struct ww_pixel *pixels)
{
	const uint32_t n_px = (uint32_t)strlen(text);

	for (uint32_t x = 0; x < n_px; x++) {
		pixels[x] = (struct ww_pixel){ { 0 } };
		if (text[x] == 'r' || text[x] == 's')
			pixels[x].share[WW_STATE_RUNNING] = text[x] == 's' ? 200 : 255;
		if (text[x] == 'b' || text[x] == 's')
			pixels[x].share[WW_STATE_BLOCKED] = text[x] == 's' ? 55 : 255;
	}
	return (struct ww_lane_data){ .n_px = n_px, .pixels = pixels };
}

static void test_next_wide(void)
{
	static const struct {
		const char *text;
		uint32_t x, min_px, found;
	} lines[] = {
		{ "rrrr", 0, 4, 0 },   { "rrrr", 0, 5, 4 },   { "srrrrb", 0, 4, 1 },
		{ "rrbbrr", 0, 3, 6 }, { "rrbbb", 0, 3, 2 },  { "rrsrr", 0, 3, 5 },
		{ "rrrrrr", 2, 3, 2 }, { "rrrrrr", 4, 3, 6 }, { "   rrr", 0, 3, 3 },
		{ "", 0, 1, 0 },       { "ssss", 0, 1, 4 },   { "rrrsbbb", 1, 3, 4 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct ww_pixel pixels[16];
		const struct ww_lane_data data = data_of(lines[i].text, pixels);

		g_assert_cmpuint(ww_lane_data_next_wide(&data, lines[i].x, lines[i].min_px), ==,
				 lines[i].found);
	}
}

int main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer/lane data/next wide", test_next_wide);
	return g_test_run();
}

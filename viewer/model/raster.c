// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/raster.h"

#define HATCH_PERIOD_PX 6
#define DASH_PERIOD_PX 5

static uint32_t premultiplied(uint32_t red, uint32_t green, uint32_t blue, uint32_t alpha)
{
	red = (red * alpha + 127) / 255;
	green = (green * alpha + 127) / 255;
	blue = (blue * alpha + 127) / 255;
	return alpha << 24 | red << 16 | green << 8 | blue;
}

static uint32_t strength(uint32_t share)
{
	share = MIN(share, 255);
	return share == 0 ? 0 : WW_RASTER_TICK_ALPHA + (255 - WW_RASTER_TICK_ALPHA) * share / 255;
}

static bool pattern_covers(enum ww_pattern pattern, uint32_t x_px)
{
	switch (pattern) {
	case WW_PATTERN_HATCHED:
		return x_px % HATCH_PERIOD_PX < HATCH_PERIOD_PX / 2;
	case WW_PATTERN_DASHED:
		return x_px % DASH_PERIOD_PX < DASH_PERIOD_PX - 2;
	case WW_PATTERN_PLAIN:
		break;
	}
	return true;
}

/* The states that reach the band, mixed by how much of the pixel they have and how loud they are.
 */
static uint32_t band_pixel(const struct ww_pixel *pixel, uint32_t x_px, enum ww_band band,
			   bool is_dark)
{
	uint32_t red = 0, green = 0, blue = 0, total = 0, share = 0;

	for (int state = 0; state < WW_STATE_N; state++) {
		const struct ww_look *look = ww_palette_look(state);
		const struct ww_color color = look->color[is_dark];
		const uint32_t weight = (uint32_t)pixel->share[state] * look->weight;

		if (weight == 0 || look->reach == WW_BAND_N || look->reach < band ||
		    !pattern_covers(look->pattern, x_px))
			continue;
		red += color.red * weight;
		green += color.green * weight;
		blue += color.blue * weight;
		total += weight;
		share += pixel->share[state];
	}
	if (total == 0)
		return 0;
	return premultiplied(red / total, green / total, blue / total, strength(share));
}

bool ww_raster_band(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band, bool is_dark,
		    uint32_t *bgra)
{
	uint32_t any = 0;

	for (uint32_t x = 0; x < n_px; x++)
		any |= bgra[x] = band_pixel(&pixels[x], x, band, is_dark);
	return any != 0;
}

bool ww_raster_running(const struct ww_pixel *pixels, const struct ww_color *colors, uint32_t n_px,
		       uint32_t *bgra)
{
	uint32_t any = 0;

	for (uint32_t x = 0; x < n_px; x++) {
		const uint32_t alpha = strength(pixels[x].share[WW_STATE_RUNNING]);

		bgra[x] = premultiplied(colors[x].red, colors[x].green, colors[x].blue, alpha);
		any |= bgra[x];
	}
	return any != 0;
}

static struct ww_pixel strip_pixel(const struct ww_pixel *sum, enum ww_band band)
{
	const uint8_t running = sum->share[WW_STATE_RUNNING];
	const uint8_t runnable = sum->share[WW_STATE_RUNNABLE];
	struct ww_pixel pixel = *sum;

	if (running || runnable)
		pixel.share[WW_STATE_BLOCKED] = 0;
	if (band != WW_BAND_FULL)
		pixel.share[WW_STATE_RUNNABLE] =
			(uint8_t)MIN(runnable, 255 - MIN(255, 2 * running));
	return pixel;
}

bool ww_raster_strip(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band, bool is_dark,
		     uint32_t *bgra)
{
	uint32_t any = 0;

	for (uint32_t x = 0; x < n_px; x++) {
		const struct ww_pixel pixel = strip_pixel(&pixels[x], band);

		any |= bgra[x] = band_pixel(&pixel, x, band, is_dark);
	}
	return any != 0;
}

void ww_raster_merge(struct ww_pixel *sum, const struct ww_pixel *lane, uint32_t n_px)
{
	for (uint32_t x = 0; x < n_px; x++) {
		for (int state = 0; state < WW_STATE_N; state++)
			sum[x].share[state] =
				(uint8_t)MIN(255, sum[x].share[state] + lane[x].share[state]);
	}
}

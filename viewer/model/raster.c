// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/raster.h"

#define HATCH_PERIOD_PX 6
#define DASH_PERIOD_PX 5

static uint32_t premultiplied(struct ww_color color, uint32_t alpha)
{
	const uint32_t red = (color.red * alpha + 127) / 255;
	const uint32_t green = (color.green * alpha + 127) / 255;
	const uint32_t blue = (color.blue * alpha + 127) / 255;

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

/*
 * The state that had most of the pixel among those that reach the band. Mixing the colours would
 * make brown of green and orange; this way neighbouring pixels stay pure and dither, and what is
 * rare still shows in the bands it has to itself.
 */
static uint32_t band_pixel(const struct ww_pixel *pixel, uint32_t x_px, enum ww_band band,
			   bool is_dark)
{
	const struct ww_look *loudest = NULL;
	uint32_t most = 0, share = 0;

	for (int state = 0; state < WW_STATE_N; state++) {
		const struct ww_look *look = ww_palette_look(state);
		const uint32_t weight = (uint32_t)pixel->share[state] * look->weight;

		if (weight == 0 || look->reach == WW_BAND_N || look->reach < band ||
		    !pattern_covers(look->pattern, x_px))
			continue;
		share += pixel->share[state];
		if (weight > most) {
			most = weight;
			loudest = look;
		}
	}
	if (!loudest)
		return 0;
	return premultiplied(loudest->color[is_dark], strength(share));
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

		bgra[x] = premultiplied(colors[x], alpha);
		any |= bgra[x];
	}
	return any != 0;
}

bool ww_raster_strip(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band, bool is_dark,
		     uint32_t *bgra)
{
	uint32_t any = 0;

	for (uint32_t x = 0; x < n_px; x++) {
		struct ww_pixel pixel = pixels[x];
		const int active = pixel.share[WW_STATE_RUNNING] + pixel.share[WW_STATE_RUNNABLE];

		pixel.share[WW_STATE_BLOCKED] =
			(uint8_t)MIN(pixel.share[WW_STATE_BLOCKED], MAX(255 - active, 0));
		if (band != WW_BAND_FULL && pixel.share[WW_STATE_RUNNING] == 255)
			pixel.share[WW_STATE_RUNNABLE] = 0;
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

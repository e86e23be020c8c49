/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From state shares to pixels: one row of colours per band of a lane, to be stretched to the band's
 * height.
 *
 * Pure functions. Pixels are premultiplied BGRA in memory order (0xAARRGGBB as a little-endian
 * word). A state that has any share of a pixel shows there: rare ones get at least
 * WW_RASTER_TICK_ALPHA, so that a short wait never vanishes.
 */
#ifndef WW_VIEWER_MODEL_RASTER_H
#define WW_VIEWER_MODEL_RASTER_H

#include "analysis/query.h"
#include "viewer/model/concurrency.h"
#include "viewer/model/palette.h"

#define WW_RASTER_TICK_ALPHA 0x60

/* @color as strong as @alpha, up to 255, says. */
static inline uint32_t ww_raster_pixel(struct ww_color color, uint32_t alpha)
{
	return alpha << 24 | (color.red * alpha + 127) / 255 << 16 |
	       (color.green * alpha + 127) / 255 << 8 | (color.blue * alpha + 127) / 255;
}

/* Fills @bgra[0, n_px) for one band. False when nothing reaches it: all pixels are transparent. */
bool ww_raster_band(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band,
		    enum ww_theme theme, uint32_t *bgra);

/*
 * All bands of a lane at once, as they look on @paper: each of @rgb has three bytes for each of
 * @n_px pixels, and one more. Returns 1 << enum ww_band of those that something reaches.
 */
unsigned int ww_raster_lane(const struct ww_pixel *pixels, uint32_t n_px, enum ww_theme theme,
			    struct ww_color paper, uint8_t *const rgb[WW_BAND_N]);

/* A row of one colour per pixel, with the running share as its strength: CPU lanes. */
bool ww_raster_running(const struct ww_pixel *pixels, const struct ww_color *colors, uint32_t n_px,
		       uint32_t *bgra);

/*
 * Counts as stacked areas, @height_px rows of @n_px: what runs from the bottom up, on it what could
 * run, on that, faintly, what waits; @scale lanes fill the height. @columns says for each pixel
 * which column of @concurrency it shows, -1 none. What runs or could run at all is at least a pixel
 * high.
 */
void ww_raster_concurrency(const struct ww_concurrency *concurrency, const int64_t *columns,
			   uint32_t n_px, uint32_t height_px, uint32_t scale, enum ww_theme theme,
			   uint32_t *bgra);

/* What @bgra looks like on @paper: @rgb has three bytes for each of @n_px pixels, and one more. */
void ww_raster_flatten(const uint32_t *bgra, size_t n_px, struct ww_color paper, uint8_t *rgb);

#endif

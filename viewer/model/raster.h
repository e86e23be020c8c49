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
#include "viewer/model/palette.h"

#define WW_RASTER_TICK_ALPHA 0x60

/* Fills @bgra[0, n_px) for one band. False when nothing reaches it: all pixels are transparent. */
bool ww_raster_band(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band, bool is_dark,
		    uint32_t *bgra);

/* A row of one colour per pixel, with the running share as its strength: CPU lanes. */
bool ww_raster_running(const struct ww_pixel *pixels, const struct ww_color *colors, uint32_t n_px,
		       uint32_t *bgra);

/*
 * The same for the sum of several lanes: blocked threads show only for the time at which no other
 * ran or wanted to, and where one ran throughout it fills the inside, however many stood ready
 * around it.
 */
bool ww_raster_strip(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band, bool is_dark,
		     uint32_t *bgra);

/* Adds the shares of one lane to a sum of several: per state min(255, a + b), so that "somebody
 * runs here" saturates. */
void ww_raster_merge(struct ww_pixel *sum, const struct ww_pixel *lane, uint32_t n_px);

#endif

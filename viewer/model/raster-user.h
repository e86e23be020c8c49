/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a program's own words to pixels: its tasks and regions, its counters.
 *
 * Pure functions; pixels as in raster.h.
 */
#ifndef WW_VIEWER_MODEL_RASTER_USER_H
#define WW_VIEWER_MODEL_RASTER_USER_H

#include "viewer/model/counter.h"
#include "viewer/model/nesting.h"
#include "viewer/model/palette.h"

/*
 * One level, a row of @n_px: each span in the colour of its name, from its pixel to before the next
 * one's; from 3 pixels on it leaves one free at its end. A pixel of several shows the first. The
 * cost grows with @n_px only.
 */
void ww_raster_level(const struct ww_nesting *nesting, uint32_t level, struct ww_span span,
		     uint32_t n_px, enum ww_theme theme, uint32_t *bgra);

/* A plot of @height_px rows: a line over a faint area, from @least at the bottom to @most. */
void ww_raster_counter(const struct ww_counter_pixel *pixels, uint32_t n_px, uint32_t height_px,
		       int64_t least, int64_t most, struct ww_color color, uint32_t *bgra);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pictures of rows: 1-pixel-high textures, one per band, made for the present viewport and kept
 * until it changes.
 *
 * Measured (GTK 4.8, Cairo renderer, 48 lanes of 1720 pixels in three bands, zooming through a
 * trace of 70,000 events): 10 to 12 ms of CPU a frame, query and labels included. Should the lanes
 * ever fill a window edge to edge, it is four times that: Cairo then takes fresh memory for every
 * frame.
 */
#ifndef WW_VIEWER_WIDGETS_LANE_ART_H
#define WW_VIEWER_WIDGETS_LANE_ART_H

#include <gtk/gtk.h>

#include "viewer/view.h"

struct ww_lane_art;

struct ww_lane_art *ww_lane_art_new(WwView *view); /* @view is borrowed and must outlive it */
void ww_lane_art_free(struct ww_lane_art *art);    /* NULL is fine */

/* Everything is drawn afresh: the viewport, the theme or the device's scale has changed. */
void ww_lane_art_invalidate(struct ww_lane_art *art);

/* Paints the row's lane into the rectangle; @width_px is the viewport's, @scale the device's. */
void ww_lane_art_paint(struct ww_lane_art *art, GtkSnapshot *snapshot, const struct ww_row *row,
		       double x, double y, int scale);

#endif

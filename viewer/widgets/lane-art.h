/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pictures of lanes and groups: of a lane 1-pixel-high textures, one per band, stretched; of a
 * group one texture of its counts. Made for the present viewport and kept while it stays.
 *
 * A lane is computed while it is painted. A group of many lanes, and whatever a frame has no time
 * for, is computed on a worker (viewer/view/lane-jobs.h): until it comes, what was last known of
 * the row is shown, stretched to where one is now.
 *
 * Measured (GTK 4.8, Cairo renderer, 48 lanes of 1720 pixels in three bands, zooming through a
 * trace of 70,000 events): 10 to 12 ms of CPU a frame, query and labels included. Should the lanes
 * ever fill a window edge to edge, it is four times that: Cairo then takes fresh memory for every
 * frame.
 */
#ifndef WW_VIEWER_WIDGETS_LANE_ART_H
#define WW_VIEWER_WIDGETS_LANE_ART_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

struct ww_lane_art;

/* @view is borrowed and must outlive it. @changed: a worker has something new to paint. */
struct ww_lane_art *ww_lane_art_new(WwView *view, void (*changed)(void *data), void *data);
void ww_lane_art_free(struct ww_lane_art *art); /* NULL is fine */

/* All is drawn afresh from what is known: the theme has changed. */
void ww_lane_art_restyle(struct ww_lane_art *art);

/* Around the painting of one frame. @scale: the device's. */
void ww_lane_art_begin(struct ww_lane_art *art, int scale);
void ww_lane_art_end(struct ww_lane_art *art);

/* Paints the row of a lane or group; @x is where its time area begins, as wide as the viewport. */
void ww_lane_art_paint(struct ww_lane_art *art, GtkSnapshot *snapshot, const struct ww_row *row,
		       double x, double y);

/*
 * Where from @x on, in pixels of the time area, a lane that was just painted may have a span of
 * @min_px or more: what is narrower need not be asked for. The width of the area: nowhere.
 */
double ww_lane_art_next_wide(const struct ww_lane_art *art, const struct ww_row *row, double x,
			     double min_px);

/* What was painted last is not a stand-in. */
bool ww_lane_art_is_settled(const struct ww_lane_art *art);

#endif

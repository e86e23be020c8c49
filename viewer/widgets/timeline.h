/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwTimeline: the lanes. Rows scroll vertically (GtkScrollable); time belongs to the WwView, never
 * to an adjustment, whose doubles cannot hold it.
 *
 * Wheel scrolls rows, Ctrl+wheel zooms at the pointer, Shift+wheel pans; a drag selects an area,
 * Shift- or middle-drag pans, a click selects what is under it, a double click zooms to it, a pinch
 * zooms.
 */
#ifndef WW_VIEWER_WIDGETS_TIMELINE_H
#define WW_VIEWER_WIDGETS_TIMELINE_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_TIMELINE (ww_timeline_get_type())
G_DECLARE_FINAL_TYPE(WwTimeline, ww_timeline, WW, TIMELINE, GtkWidget)

GtkWidget *ww_timeline_new(WwView *view);

/* What was painted last is all there is to paint. */
bool ww_timeline_is_settled(WwTimeline *timeline);

#endif

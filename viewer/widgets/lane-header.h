/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwLaneHeader: the name at the left of one row. A button, so that keyboards and screen readers
 * reach every lane; recycled while scrolling. Group rows fold on click; the secondary button and
 * the menu key open a menu (widgets/lanes-menu.h).
 */
#ifndef WW_VIEWER_WIDGETS_LANE_HEADER_H
#define WW_VIEWER_WIDGETS_LANE_HEADER_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_LANE_HEADER (ww_lane_header_get_type())
G_DECLARE_FINAL_TYPE(WwLaneHeader, ww_lane_header, WW, LANE_HEADER, GtkButton)

GtkWidget *ww_lane_header_new(WwView *view); /* @view is borrowed and must outlive it */
/* The next row is told whatever it was before: names are those of another trace. */
void ww_lane_header_forget(WwLaneHeader *header);
/* Changes nothing, and so tells no screen reader, when it shows this row already. */
void ww_lane_header_show_row(WwLaneHeader *header, uint32_t i);
uint32_t ww_lane_header_row(WwLaneHeader *header);
void ww_lane_header_mark(WwLaneHeader *header, bool is_selected);
/* Tells screen readers what the row's lanes did in what is visible. */
void ww_lane_header_describe(WwLaneHeader *header);

#endif

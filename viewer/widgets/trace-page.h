/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwTracePage: everything that shows one trace, put together: minimap, ruler, lanes, tables,
 * status and, at the right, the panel. */
#ifndef WW_VIEWER_WIDGETS_TRACE_PAGE_H
#define WW_VIEWER_WIDGETS_TRACE_PAGE_H

#include <adwaita.h>

#include "viewer/view/view.h"

#define WW_TYPE_TRACE_PAGE (ww_trace_page_get_type())
G_DECLARE_FINAL_TYPE(WwTracePage, ww_trace_page, WW, TRACE_PAGE, GtkWidget)

GtkWidget *ww_trace_page_new(WwView *view);
/* Borrowed; what hides and shows it. */
GtkWidget *ww_trace_page_panel(WwTracePage *page);
/* To the next of timeline, tables and panel, round and round. */
void ww_trace_page_focus_next(WwTracePage *page);
/* Minimap, ruler and lanes: what a picture shows. Borrowed. */
GtkWidget *ww_trace_page_lanes(WwTracePage *page);
/* The pane below the lanes. Borrowed. */
GtkWidget *ww_trace_page_tables(WwTracePage *page);
void ww_trace_page_toggle_tables(WwTracePage *page);
void ww_trace_page_focus(WwTracePage *page);
/* True once nothing is being computed for what is on the screen. */
bool ww_trace_page_is_settled(WwTracePage *page);

#endif

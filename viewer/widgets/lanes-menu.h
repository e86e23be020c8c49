/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menus about rows: the button above the headers, and what a header offers on its own. */
#ifndef WW_VIEWER_WIDGETS_LANES_MENU_H
#define WW_VIEWER_WIDGETS_LANES_MENU_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

/* A button "Lanes" with filter, order, hiding and folding. Takes a reference on @view. */
GtkWidget *ww_lanes_menu_new(WwView *view);

/* A popover for the header of @row: the same, and what is about this row. The caller gives it a
 * parent. */
GtkWidget *ww_lanes_menu_popup_new(WwView *view, const struct ww_row *row);

#endif

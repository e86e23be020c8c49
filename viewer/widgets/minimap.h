/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwMinimap: the whole trace in one strip, how many threads ran and how many stood ready, with the
 * visible part framed. A press or a drag brings the view there.
 */
#ifndef WW_VIEWER_WIDGETS_MINIMAP_H
#define WW_VIEWER_WIDGETS_MINIMAP_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_MINIMAP (ww_minimap_get_type())
G_DECLARE_FINAL_TYPE(WwMinimap, ww_minimap, WW, MINIMAP, GtkWidget)

GtkWidget *ww_minimap_new(WwView *view);

#endif

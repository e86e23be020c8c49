/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwStatusBar: the legend of states, the length of the selection and the visible range. */
#ifndef WW_VIEWER_WIDGETS_STATUS_BAR_H
#define WW_VIEWER_WIDGETS_STATUS_BAR_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_STATUS_BAR (ww_status_bar_get_type())
G_DECLARE_FINAL_TYPE(WwStatusBar, ww_status_bar, WW, STATUS_BAR, GtkBox)

GtkWidget *ww_status_bar_new(WwView *view);

#endif

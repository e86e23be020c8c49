/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwPanel: says in words what is selected. The trace's summary and worst waits, an interval and its
 * explanation, or the sums of an area. Everything it names is a link to where it happened.
 *
 * Explanations are computed on a worker thread; one that arrives after the selection has moved on
 * is dropped.
 */
#ifndef WW_VIEWER_WIDGETS_PANEL_H
#define WW_VIEWER_WIDGETS_PANEL_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_PANEL (ww_panel_get_type())
G_DECLARE_FINAL_TYPE(WwPanel, ww_panel, WW, PANEL, GtkWidget)

GtkWidget *ww_panel_new(WwView *view);
/* False while an explanation is on its way; what lies below it may follow a frame later. */
bool ww_panel_is_settled(WwPanel *panel);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwRuler: the time axis above the lanes, with the selection and the pointer's instant on it. */
#ifndef WW_VIEWER_WIDGETS_RULER_H
#define WW_VIEWER_WIDGETS_RULER_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_RULER (ww_ruler_get_type())
G_DECLARE_FINAL_TYPE(WwRuler, ww_ruler, WW, RULER, GtkWidget)

GtkWidget *ww_ruler_new(WwView *view);

#endif

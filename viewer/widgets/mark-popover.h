/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwMarkPopover: the note of one mark, to be written, and the way to remove the mark. */
#ifndef WW_VIEWER_WIDGETS_MARK_POPOVER_H
#define WW_VIEWER_WIDGETS_MARK_POPOVER_H

#include <gtk/gtk.h>

#include "viewer/view/view-marks.h"

#define WW_TYPE_MARK_POPOVER (ww_mark_popover_get_type())
G_DECLARE_FINAL_TYPE(WwMarkPopover, ww_mark_popover, WW, MARK_POPOVER, GtkWidget)

/* To be allocated the whole of its parent. */
GtkWidget *ww_mark_popover_new(WwView *view);
/* Opens it for the mark @number, which is at @x_px of the parent. */
void ww_mark_popover_edit(WwMarkPopover *popover, uint32_t number, double x_px);

#endif

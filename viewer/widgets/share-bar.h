/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwShareBar: parts of a whole side by side; together they fill the width.
 *
 * Signal "followed" (guint: the number of the part that was clicked).
 */
#ifndef WW_VIEWER_WIDGETS_SHARE_BAR_H
#define WW_VIEWER_WIDGETS_SHARE_BAR_H

#include <gtk/gtk.h>

#include "viewer/model/palette.h"

#define WW_TYPE_SHARE_BAR (ww_share_bar_get_type())
G_DECLARE_FINAL_TYPE(WwShareBar, ww_share_bar, WW, SHARE_BAR, GtkWidget)

/* @label: what the bar says, for screen readers. */
GtkWidget *ww_share_bar_new(const char *label);
/* Appends a part, WW_PART_UNKNOWN for what nobody knows; lengths of all parts together are the
 * whole. */
void ww_share_bar_add_part(WwShareBar *bar, int64_t ns, uint32_t i);
/* A thin one without words, to stand in a row. */
void ww_share_bar_make_small(WwShareBar *bar);
void ww_share_bar_add_state(WwShareBar *bar, int64_t ns, enum ww_state state);

#endif

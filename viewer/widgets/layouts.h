/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Laid-out texts, kept while they are in use: building a PangoLayout costs 11 us, drawing a kept
 * one next to nothing.
 */
#ifndef WW_VIEWER_WIDGETS_LAYOUTS_H
#define WW_VIEWER_WIDGETS_LAYOUTS_H

#include <gtk/gtk.h>

struct ww_layouts;

/* Layouts of @widget's font, scaled by @scale. @widget is borrowed and must outlive them. */
struct ww_layouts *ww_layouts_new(GtkWidget *widget, double scale);
void ww_layouts_free(struct ww_layouts *layouts); /* NULL is fine */

/* @text cut to @width_px with an ellipsis. Borrowed: valid until the next call. */
PangoLayout *ww_layouts_get(struct ww_layouts *layouts, const char *text, double width_px);

#endif

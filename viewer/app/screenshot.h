/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture of a window, drawn by its own renderer: no tool of the display is needed, only a
 * display. @widget is a child of a mapped window; the picture is what it looks like now. */
#ifndef WW_VIEWER_APP_SCREENSHOT_H
#define WW_VIEWER_APP_SCREENSHOT_H

#include <gtk/gtk.h>
#include <stdbool.h>

/* NULL with an error when there is nothing to see. */
GdkTexture *ww_screenshot_take(GtkWidget *widget, GError **error);

/* Each writes a file, replacing one that is there. As PNG: */
bool ww_screenshot_save(GtkWidget *widget, const char *path, GError **error);
/* As SVG, whose lines and letters stay sharp at any size. */
bool ww_screenshot_save_svg(GtkWidget *widget, const char *path, GError **error);

#endif

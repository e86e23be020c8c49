/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture of a window, drawn by its own renderer: no tool of the display is needed, only a
 * display. */
#ifndef WW_VIEWER_SCREENSHOT_H
#define WW_VIEWER_SCREENSHOT_H

#include <gtk/gtk.h>
#include <stdbool.h>

/* Writes what @widget, a child of a mapped window, looks like now. */
bool ww_screenshot_save(GtkWidget *widget, const char *path, GError **error);

#endif

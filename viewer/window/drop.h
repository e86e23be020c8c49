/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders and manifests that are dropped on a window are opened. */
#ifndef WW_VIEWER_WINDOW_DROP_H
#define WW_VIEWER_WINDOW_DROP_H

#include <gtk/gtk.h>

void ww_drop_accept(GtkWidget *window);

#endif

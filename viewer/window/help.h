/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to read the window, in one page. */
#ifndef WW_VIEWER_WINDOW_HELP_H
#define WW_VIEWER_WINDOW_HELP_H

#include <gtk/gtk.h>

void ww_help_present(GtkWindow *parent);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How to read the window, in one page. */
#ifndef WW_VIEWER_WINDOW_HELP_H
#define WW_VIEWER_WINDOW_HELP_H

#include <gtk/gtk.h>

enum ww_help_place {
	WW_HELP_BEGIN,
	WW_HELP_SIGNS, /* what colours, frames and arrows mean */
	WW_HELP_PLACE_N,
};

void ww_help_present(GtkWindow *parent, enum ww_help_place place);

#endif

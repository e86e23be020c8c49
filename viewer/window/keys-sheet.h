/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sheet of all shortcuts, as the table of commands has them. */
#ifndef WW_VIEWER_WINDOW_KEYS_SHEET_H
#define WW_VIEWER_WINDOW_KEYS_SHEET_H

#include <gtk/gtk.h>

/* Owned by the caller. */
GtkWidget *ww_keys_sheet_new(void);

#endif

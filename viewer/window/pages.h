/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the window shows when there is no trace: an invitation, or why there is none. */
#ifndef WW_VIEWER_WINDOW_PAGES_H
#define WW_VIEWER_WINDOW_PAGES_H

#include <adwaita.h>

GtkWidget *ww_empty_page_new(void);

GtkWidget *ww_error_page_new(void);
/* @message: a sentence without a period, as errors have it. */
void ww_error_page_tell(GtkWidget *page, const char *message);

#endif

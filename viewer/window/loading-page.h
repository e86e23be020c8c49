/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwLoadingPage: how far the loading of a trace has come, and a button to cancel it. */
#ifndef WW_VIEWER_WINDOW_LOADING_PAGE_H
#define WW_VIEWER_WINDOW_LOADING_PAGE_H

#include <adwaita.h>

#define WW_TYPE_LOADING_PAGE (ww_loading_page_get_type())
G_DECLARE_FINAL_TYPE(WwLoadingPage, ww_loading_page, WW, LOADING_PAGE, GtkWidget)

GtkWidget *ww_loading_page_new(void);

void ww_loading_page_begin(WwLoadingPage *page, const char *title);
void ww_loading_page_show(WwLoadingPage *page, double fraction, uint64_t n_events);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwWindowHeader: the window's header bar. Its buttons are actions of the window. */
#ifndef WW_VIEWER_WINDOW_WINDOW_HEADER_H
#define WW_VIEWER_WINDOW_WINDOW_HEADER_H

#include <adwaita.h>

#define WW_TYPE_WINDOW_HEADER (ww_window_header_get_type())
G_DECLARE_FINAL_TYPE(WwWindowHeader, ww_window_header, WW, WINDOW_HEADER, GtkWidget)

GtkWidget *ww_window_header_new(void);

/* @subtitle may be NULL. */
void ww_window_header_set_titles(WwWindowHeader *header, const char *title, const char *subtitle);
/* Shows the buttons that do something to a trace, or hides them. */
void ww_window_header_show_trace(WwWindowHeader *header, bool has_trace);
/* Less of what the keys do too, and icons instead of words. */
void ww_window_header_set_narrow(WwWindowHeader *header, bool is_narrow);
/* Pressed while the explanation is shown. Borrowed. */
GtkToggleButton *ww_window_header_panel_button(WwWindowHeader *header);
GtkToggleButton *ww_window_header_tables_button(WwWindowHeader *header);

#endif

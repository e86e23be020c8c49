/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the panel's pages are made of: headings, paragraphs, lists of rows that may be links. */
#ifndef WW_VIEWER_WIDGETS_PANEL_PARTS_H
#define WW_VIEWER_WIDGETS_PANEL_PARTS_H

#include <gtk/gtk.h>

#include "analysis/explain/explain.h"
#include "viewer/view.h"

/* The pages: each fills an empty vertical box. */
void ww_panel_fill_summary(GtkBox *page, WwView *view);
void ww_panel_fill_area(GtkBox *page, WwView *view);
/* An interval of a thread or CPU, without what has to be computed. */
void ww_panel_fill_interval(GtkBox *page, WwView *view);
/* Below it: why the wait took as long as it did. */
void ww_panel_fill_explanation(GtkBox *page, WwView *view,
			       const struct ww_explanation *explanation);

/* Building blocks; each is appended to the page. */
void ww_panel_add_heading(GtkBox *page, const char *text);
GtkWidget *ww_panel_add_text(GtkBox *page, const char *text, const char *css_class);
GtkListBox *ww_panel_add_list(GtkBox *page, const char *label);

/* A row: sign at the left (NULL: none), title, what is said in small (NULL: nothing), a value at
 * the right (NULL: none). */
GtkWidget *ww_panel_add_row(GtkListBox *list, GtkWidget *sign, const char *title,
			    const char *subtitle, const char *value);
/* Makes a row a link to what @lane did at @t_ns. */
void ww_panel_link(GtkWidget *row, WwView *view, struct ww_lane lane, int64_t t_ns);
void ww_panel_link_wait(GtkWidget *row, WwView *view, struct ww_wait_ref ref);

#endif

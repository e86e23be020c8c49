/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tabs of the pane: what each one is made of, and what the pane asks of it. */
#ifndef WW_VIEWER_TABLES_PAGES_H
#define WW_VIEWER_TABLES_PAGES_H

#include <gtk/gtk.h>

#include "viewer/tables/table-view.h"
#include "viewer/view/view.h"

/* A widget of a tab also has a signal "changed": what it shows, or whether something is on its way.
 */
struct ww_table_page_kind {
	void (*set_scope)(GtkWidget *widget, const struct ww_listing_scope *scope);
	void (*set_search)(GtkWidget *widget, const char *search); /* NULL: it has no rows */
	char *(*note)(GtkWidget *widget); /* what it shows, in words. Free with g_free */
	bool (*is_busy)(GtkWidget *widget);
};

struct ww_table_page {
	const struct ww_table_page_kind *kind;
	const char *title;          /* to be translated */
	const char *const *entries; /* of its choices, to be translated; NULL: none */
	GtkWidget *widget;
	WwTableView *table; /* of its rows; NULL: it has none */
	GtkWidget *tool;    /* a button of its own for the row of tools; NULL: none */
	GtkWidget *choices; /* the pane makes them of the entries */
	bool is_of_lane;    /* it is about the lane looked at */
	enum ww_area_effect area_effect;
	/* Whether the trace has anything for it, and for its choices; NULL: always. */
	bool (*is_in)(const struct ww_trace *trace);
	bool (*has_choices)(const struct ww_trace *trace);
};

/* Adds the next one, with a new widget, to @pages (struct ww_table_page); false: there are no more.
 * One after the other, because each takes a few milliseconds. */
bool ww_table_pages_add(GArray *pages, WwView *view);

#endif

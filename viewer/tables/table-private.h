/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwTableView's own files: its columns and what its keys and menu do. */
#ifndef WW_VIEWER_TABLES_TABLE_PRIVATE_H
#define WW_VIEWER_TABLES_TABLE_PRIVATE_H

#include "viewer/tables/asker.h"
#include "viewer/tables/listing-model.h"
#include "viewer/tables/table-view.h"

struct _WwTableView {
	GtkWidget parent;
	WwView *view;
	const struct ww_listing_kind *kind;
	struct ww_listing_scope scope;     /* wanted; holds a reference on its lanes */
	struct ww_arrangement arrangement; /* wanted; owns its text */
	struct ww_asker asker;
	bool is_shown_stale; /* the rows are not those of the scope */
	bool is_following;   /* the selection moves because the view's did */
	GtkWidget *stack, *columns, *empty;
	WwListingModel *model;
	GCancellable *copying; /* of rows on their way to the clipboard; NULL: none */
	guint n_copying;       /* so many */
	guint scroll_tick;     /* until the row at @scroll_position is in view */
	guint scroll_position, n_scroll_ticks;
	uint32_t probed; /* the column whose sorter was asked first */
};

/* Adds the columns of the table's kind, and keeps the arrangement as their headers say. */
void ww_table_add_columns(WwTableView *table);
uint32_t ww_table_sorted_column(WwTableView *table, bool *is_descending);

/* The list of the rows below the headers. */
GtkWidget *ww_table_list(WwTableView *table);

/* Of the row at @position; NULL when it is too far from what is in view to have one. */
GtkWidget *ww_table_row_widget(WwTableView *table, guint position);

/* The row that is painted there; false when there is none. */
bool ww_table_position_at(WwTableView *table, double x, double y, guint *position);

/* The chosen rows into the clipboard, in a while; the window tells when. */
void ww_table_copy(WwTableView *table);
/* How many are on their way, in words. Free with g_free. */
char *ww_table_copying_note(const WwTableView *table);

/* Ctrl+C and the menu. */
void ww_table_install_actions(GtkWidgetClass *class);
void ww_table_add_menu(WwTableView *table);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwTableView: one listing as a table that is sorted by its headers, tied to the view's selection
 * both ways and copied as text.
 *
 * Rows are computed on a worker thread, and only while the table can be seen; until they are there
 * the ones before stay. Signal "changed": what is shown, or whether something is on its way.
 */
#ifndef WW_VIEWER_TABLES_TABLE_VIEW_H
#define WW_VIEWER_TABLES_TABLE_VIEW_H

#include <gtk/gtk.h>

#include "viewer/tables/listing.h"
#include "viewer/view/view.h"

#define WW_TYPE_TABLE_VIEW (ww_table_view_get_type())
G_DECLARE_FINAL_TYPE(WwTableView, ww_table_view, WW, TABLE_VIEW, GtkWidget)

GtkWidget *ww_table_view_new(WwView *view, const struct ww_listing_kind *kind);

/* What it lists; what its kind does not look at makes no difference. Copied. */
void ww_table_view_set_scope(WwTableView *table, const struct ww_listing_scope *scope);
/* Shows only rows with these words; NULL or "": all. */
void ww_table_view_set_search(WwTableView *table, const char *search);

/* "27 rows", "3 of 27 rows"; what is left out behind it. Free with g_free. */
char *ww_table_view_note(WwTableView *table);
bool ww_table_view_is_busy(WwTableView *table); /* rows are on their way, or will be asked for */

/* So many rows are on their way to the clipboard that one may not want to wait for them. */
bool ww_table_view_is_copying(WwTableView *table);
/* However many; false when there are none. */
bool ww_table_view_stop_copying(WwTableView *table);

#endif

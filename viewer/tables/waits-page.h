/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwWaitsPage: the table of waits, and beside it how many were how long. Lengths that are marked
 * there leave only the waits of these lengths in the table.
 *
 * Signal "changed": as that of WwTableView.
 */
#ifndef WW_VIEWER_TABLES_WAITS_PAGE_H
#define WW_VIEWER_TABLES_WAITS_PAGE_H

#include "viewer/tables/table-view.h"

#define WW_TYPE_WAITS_PAGE (ww_waits_page_get_type())
G_DECLARE_FINAL_TYPE(WwWaitsPage, ww_waits_page, WW, WAITS_PAGE, GtkWidget)

GtkWidget *ww_waits_page_new(WwView *view);
/* The lengths in @scope make no difference. */
void ww_waits_page_set_scope(WwWaitsPage *page, const struct ww_listing_scope *scope);
WwTableView *ww_waits_page_table(WwWaitsPage *page);
bool ww_waits_page_is_busy(WwWaitsPage *page);

#endif

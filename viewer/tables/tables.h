/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwTables: the pane below the timeline. A tab for each kind of listing that the trace has, what
 * they list in words, a search, and choices where a kind has some.
 */
#ifndef WW_VIEWER_TABLES_TABLES_H
#define WW_VIEWER_TABLES_TABLES_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

#define WW_TYPE_TABLES (ww_tables_get_type())
G_DECLARE_FINAL_TYPE(WwTables, ww_tables, WW, TABLES, GtkWidget)

GtkWidget *ww_tables_new(WwView *view);
/* True once nothing is being computed for the tab that is open. */
bool ww_tables_is_settled(WwTables *tables);
/* Into the rows of the tab that is open; false: it holds nothing to press. */
bool ww_tables_focus(WwTables *tables);

#endif

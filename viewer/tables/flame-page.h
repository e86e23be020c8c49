/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwFlamePage: the flame graph of the waits of a scope, computed while it can be seen. Following a
 * node goes to its longest wait. Signal "changed": what is shown, or whether it is on its way.
 */
#ifndef WW_VIEWER_TABLES_FLAME_PAGE_H
#define WW_VIEWER_TABLES_FLAME_PAGE_H

#include <gtk/gtk.h>

#include "viewer/tables/listing.h"
#include "viewer/view/view.h"

#define WW_TYPE_FLAME_PAGE (ww_flame_page_get_type())
G_DECLARE_FINAL_TYPE(WwFlamePage, ww_flame_page, WW, FLAME_PAGE, GtkWidget)

/* How to draw it, of traces with stacks; NULL-terminated. */
extern const char *const ww_flame_choices[];

GtkWidget *ww_flame_page_new(WwView *view);
/* @scope's choice is one of these. */
void ww_flame_page_set_scope(WwFlamePage *page, const struct ww_listing_scope *scope);
/* A button for the row of tools: goes to the longest wait of what is chosen. Borrowed. */
GtkWidget *ww_flame_page_follow_button(WwFlamePage *page);
/* The chosen node in words. Free with g_free. */
char *ww_flame_page_note(WwFlamePage *page);
bool ww_flame_page_is_busy(WwFlamePage *page);

#endif

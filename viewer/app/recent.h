/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces that were opened lately, in the desktop's list of recent files. Main thread only. */
#ifndef WW_VIEWER_APP_RECENT_H
#define WW_VIEWER_APP_RECENT_H

#include <gtk/gtk.h>

struct ww_recent {
	char *path;
	char *title;
	char *where; /* the folder it is in, as people write it */
	char *when;  /* "14:05", "Yesterday", "3 May 2025" */
};

void ww_recent_add(const char *path, const char *title);

/* The newest that are still there, @max at the most. Free with g_ptr_array_unref. */
GPtrArray *ww_recent_list(guint max);

/* A menu of them that stays as the list is. */
GMenuModel *ww_recent_menu_new(void);

/* @when, as people say it at @now. Free with g_free. */
char *ww_recent_when(GDateTime *when, GDateTime *now);

#endif

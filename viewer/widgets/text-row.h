/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row of a list that shows texts of others: names of processes, command lines, paths. */
#ifndef WW_VIEWER_WIDGETS_TEXT_ROW_H
#define WW_VIEWER_WIDGETS_TEXT_ROW_H

#include <gtk/gtk.h>

/* An AdwActionRow. Both texts are plain, no markup, and take a line each, cut where they are
 * longer; five characters or fewer are never cut. */
GtkWidget *ww_text_row_new(const char *title, const char *subtitle);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a screen reader calls a widget. */
#ifndef WW_VIEWER_WIDGETS_NAMED_H
#define WW_VIEWER_WIDGETS_NAMED_H

#include <gtk/gtk.h>

/* An icon alone tells a screen reader nothing. */
void ww_name_widget(GtkWidget *widget, const char *name);

/* A button whose label has an underscore before its key, which is no part of its name. */
GtkWidget *ww_named_button_new(const char *mnemonic);

/* The same, large and round, for pages that have little else; @class: "suggested-action" and the
 * like, NULL for none. */
GtkWidget *ww_named_pill_new(const char *mnemonic, const char *class);

#endif

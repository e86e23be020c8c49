/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The window of preferences. Every change counts at once and in all windows. */
#ifndef WW_VIEWER_DIALOGS_PREFERENCES_H
#define WW_VIEWER_DIALOGS_PREFERENCES_H

#include <gtk/gtk.h>

void ww_preferences_present(GtkWindow *parent);

#endif

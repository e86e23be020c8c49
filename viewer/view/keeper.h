/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps what is remembered of a view on disk: brings it back at once, writes it a moment after
 * something has changed and when the view goes. Main thread only; the files are small.
 */
#ifndef WW_VIEWER_VIEW_KEEPER_H
#define WW_VIEWER_VIEW_KEEPER_H

#include <gtk/gtk.h>

#include "viewer/view/view.h"

struct ww_keeper;

/*
 * @panel is pressed while the explanation is shown, @tables are visible while they are. @error is
 * set when there is a memory that cannot be read; the keeper is there all the same.
 */
struct ww_keeper *ww_keeper_new(WwView *view, GtkToggleButton *panel, GtkWidget *tables,
				GError **error);
/* More of the trace is there by now: with it marks that lie there. */
void ww_keeper_recall(struct ww_keeper *keeper, GError **error);
/* Writes at once what has changed: before another trace comes under the view. NULL is fine. */
void ww_keeper_flush(struct ww_keeper *keeper);
/* Writes what has changed since. NULL is fine. */
void ww_keeper_free(struct ww_keeper *keeper);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwWindow: one window, one trace. Opens at once and shows what it has: nothing yet, the progress
 * of loading, the trace, or why it could not be opened and a way out.
 *
 * Signals: "opened" (the trace is on the screen), "failed" (const char *: why it is not).
 */
#ifndef WW_VIEWER_WINDOW_WINDOW_H
#define WW_VIEWER_WINDOW_WINDOW_H

#include <adwaita.h>

#include "viewer/view/view.h"
#include "viewer/window/commands.h"

#define WW_TYPE_WINDOW (ww_window_get_type())
G_DECLARE_FINAL_TYPE(WwWindow, ww_window, WW, WINDOW, AdwApplicationWindow)

GtkWidget *ww_window_new(GtkApplication *application);
/* Loads in the background; a load on its way is cancelled. */
void ww_window_open(WwWindow *window, const char *path);
/* Where what it shows or loads lies; NULL: nothing was opened yet. Borrowed until the next one. */
const char *ww_window_path(WwWindow *window);
/* All of it is on the screen: "opened" is over. */
bool ww_window_is_opened(WwWindow *window);
/* It shows no trace and loads none. */
bool ww_window_is_empty(WwWindow *window);
/* NULL until a trace is open. Borrowed. */
WwView *ww_window_view(WwWindow *window);
/* Does it, to the view where it is about that; says why when there is nowhere to go. */
void ww_window_run(WwWindow *window, const struct ww_command *command);
/* A sentence that passes by. */
void ww_window_tell(WwWindow *window, const char *text);
/* What was not recorded of the trace, if anything. */
void ww_window_tell_missing(WwWindow *window);
/* True once what is on the screen is complete: the moment for a picture. */
bool ww_window_is_settled(WwWindow *window);

/* Traces are shown as if for the first time, and nothing of it is kept: for pictures. Before one is
 * opened. */
void ww_window_forget(WwWindow *window);

#endif

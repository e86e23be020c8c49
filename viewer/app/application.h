/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwApplication: one process that has all windows, and what they share.
 *
 * A second trace-view hands its command line to the first one of the session and ends; the desktop
 * opens traces through it by D-Bus. A process that takes a picture has nothing to do with others.
 *
 * Actions: app.new-window, app.open-trace (its target a path), app.about, app.quit.
 */
#ifndef WW_VIEWER_APP_APPLICATION_H
#define WW_VIEWER_APP_APPLICATION_H

#include <adwaita.h>

#include "viewer/app/options.h"

#define WW_TYPE_APPLICATION (ww_application_get_type())
G_DECLARE_FINAL_TYPE(WwApplication, ww_application, WW, APPLICATION, AdwApplication)

/* @options, borrowed, are those of this process; NULL: the desktop started it to be asked later. */
WwApplication *ww_application_new(const struct ww_viewer_options *options);

/* Shows the trace at @path in @from when that window shows none, else in a new one. @from may be
 * NULL. */
void ww_application_open(WwApplication *application, GtkWindow *from, const char *path);

/*
 * Runs @argv, which has been parsed without error, until the last window is closed; at once to its
 * end when another process has the windows. Returns the exit status. Fails only when a picture was
 * asked for and could not be taken.
 */
int ww_application_run(WwApplication *application, int argc, char **argv, GError **error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WwApplication: starts the window the command line asks for, or takes its picture and ends. */
#ifndef WW_VIEWER_APPLICATION_H
#define WW_VIEWER_APPLICATION_H

#include <adwaita.h>

#include "viewer/options.h"

#define WW_TYPE_APPLICATION (ww_application_get_type())
G_DECLARE_FINAL_TYPE(WwApplication, ww_application, WW, APPLICATION, AdwApplication)

/* @options is borrowed and must outlive the application. */
WwApplication *ww_application_new(const struct ww_viewer_options *options);

/* Runs until the last window is closed. Fails only when a picture was asked for and could not be
 * taken. */
bool ww_application_run(WwApplication *application, GError **error);

#endif

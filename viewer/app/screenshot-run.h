/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes the picture that --screenshot asks for, once the window has come to rest. */
#ifndef WW_VIEWER_APP_SCREENSHOT_RUN_H
#define WW_VIEWER_APP_SCREENSHOT_RUN_H

#include "viewer/app/options.h"
#include "viewer/window/window.h"

/* @error is NULL when the picture is written; the callee's. */
typedef void (*ww_screenshot_done)(GError *error, void *data);

/* @options is borrowed until @done is called, once, in the main loop. */
void ww_screenshot_run(WwWindow *window, const struct ww_viewer_options *options,
		       ww_screenshot_done done, void *data);

#endif

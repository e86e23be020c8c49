/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of trace-view. */
#ifndef WW_VIEWER_APP_OPTIONS_H
#define WW_VIEWER_APP_OPTIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct ww_viewer_options {
	char *path;       /* NULL: none was named */
	char *screenshot; /* NULL: show the window to a person */
	int width_px, height_px;
	int32_t tid;   /* WW_TID_UNKNOWN: none was named */
	int64_t at_ns; /* -1: none was named */
	bool wants_version;
};

/* Fails with WW_ERROR_USAGE. --help prints and ends the process, as GOption does. */
bool ww_viewer_options_parse(struct ww_viewer_options *options, int *argc, char ***argv,
			     GError **error);
void ww_viewer_options_clear(struct ww_viewer_options *options);

#endif

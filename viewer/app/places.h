/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where traces lie. Plain functions, any thread. */
#ifndef WW_VIEWER_APP_PLACES_H
#define WW_VIEWER_APP_PLACES_H

#include <glib.h>
#include <stdbool.h>

/* The directory of the trace that @path means: its manifest's, or itself. Free with g_free. */
char *ww_place_of(const char *path);

/* Both are there and are one directory, by whatever names. */
bool ww_place_is_same(const char *a, const char *b);

/* @path as people write it: "~/traces/service". Free with g_free. */
char *ww_place_text(const char *path);

#endif

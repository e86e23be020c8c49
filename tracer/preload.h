/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the dynamic loader will take a preloaded library into a program. */
#ifndef WW_TRACER_PRELOAD_H
#define WW_TRACER_PRELOAD_H

#include <glib.h>
#include <stdbool.h>

#include "tracer/user.h"

/*
 * Why the hooks will not enter the program @path when @user runs it, or NULL when nothing speaks
 * against it; what it starts may take them all the same. @is_loud is set to whether the loader
 * would complain into the program's own error output. Free with g_free.
 */
char *ww_preload_obstacle(const char *path, const struct ww_user *user, bool *is_loud);

#endif

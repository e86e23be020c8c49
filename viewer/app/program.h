/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the other commands of this house are. */
#ifndef WW_VIEWER_APP_PROGRAM_H
#define WW_VIEWER_APP_PROGRAM_H

#include <glib.h>

/*
 * The path of "trace-record" or "trace-export": what its variable says ($WHYWAIT_TRACE_RECORD),
 * else the one beside this program, else the one in this program's build tree, else the one in
 * $PATH. NULL with a sentence when there is none. Free with g_free.
 */
char *ww_program_find(const char *name, GError **error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trace directory: a name that is free, and its owner. */
#ifndef WW_TRACER_OUTPUT_H
#define WW_TRACER_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Makes the directory @wanted, or with NULL the first free one of trace-of-NAME, trace-of-NAME-2
 * and so on. Never takes one that exists. Returns its path; free with g_free.
 */
char *ww_output_make(const char *wanted, const char *name, GError **error);

/* Gives the directory and all in it to somebody, following no links. */
bool ww_output_give(const char *directory, uid_t uid, gid_t gid, GError **error);

/* Removes a directory in which nothing was recorded; quietly leaves what it cannot. */
void ww_output_remove(const char *directory);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worst findings of a trace that was just written: what trace-report, run as a process beside us, says within a moment.
 *
 * A recording's end must not take long: a large trace is not looked at, and whoever is not done in time is ended.
 */
#ifndef WW_TRACER_VERDICT_H
#define WW_TRACER_VERDICT_H

#include <glib.h>

#include "base/manifest.h"
#include "tracer/user.h"

#define WW_VERDICT_FINDINGS 3

/*
 * One sentence each, the worst first; NULL-terminated and maybe empty: nothing was found, there is no trace-report, or it would
 * have taken too long. Free with g_strfreev.
 */
GStrv ww_verdict(const struct ww_manifest *manifest, const char *directory, const struct ww_user *user);

/* The sentences in an answer of trace-report findings --json. Empty when it is none. Free with g_strfreev. */
GStrv ww_verdict_sentences(const char *json, gssize length);

/* "trace-view" beside this program, in @build_folder where the build tree has it, or in PATH; NULL. Free with g_free. */
char *ww_find_sibling(const char *name, const char *build_folder);

/* For g_spawn: becomes the struct ww_user that @data is. */
void ww_become_user(gpointer data);

#endif

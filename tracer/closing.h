/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What trace-record says to the person: on standard error, because standard output is the
 * command's. */
#ifndef WW_TRACER_CLOSING_H
#define WW_TRACER_CLOSING_H

#include <glib.h>
#include <stdbool.h>

#include "base/manifest.h"
#include "tracer/recording.h"
#include "tracer/user.h"

/* One line that replaces itself, and its removal; nothing where standard error is no terminal. */
void ww_closing_progress(const struct ww_recording *recording);
void ww_closing_progress_end(void);

/* The closing lines as text, @width columns wide or 0 for any; free with g_free. @extra: lines of
 * their own in between, or "". @findings: sentences, NULL-terminated. */
char *ww_closing_text(const struct ww_manifest *manifest, const char *directory, const char *extra,
		      const char *const *findings, unsigned int width);
void ww_closing_print(const struct ww_manifest *manifest, const char *directory, const char *extra,
		      const char *const *findings);

/* Starts trace-view as @user and leaves it alone. */
bool ww_closing_open(const char *directory, const struct ww_user *user, GError **error);

/* While a recording with --ring goes on: a snapshot that was written, and one that was not. */
void ww_closing_print_snapshot(const struct ww_manifest *manifest, const char *directory);
void ww_closing_print_failure(const char *cause, const GError *failure);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of the commands: GOption, with errors that help.
 */
#ifndef WW_BASE_OPTIONS_H
#define WW_BASE_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

/*
 * g_option_context_parse() with @entries (NULL-terminated) as the main group. An unknown option is
 * WW_ERROR_USAGE with a sentence that names it and the nearest right one.
 */
bool ww_options_parse(GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv,
		      GError **error);

/* The one of @words (NULL-terminated) that @word was probably meant to be; NULL when none is near.
 * Borrowed. */
const char *ww_nearest(const char *word, const char *const *words);

#endif

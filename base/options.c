// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/options.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"

#define MAX_WORD 32u

/* Levenshtein's distance, row by row. Words longer than MAX_WORD are far from everything. */
static size_t distance(const char *a, const char *b)
{
	size_t n_a = strlen(a), n_b = strlen(b);
	size_t row[MAX_WORD + 1];

	if (n_a > MAX_WORD || n_b > MAX_WORD)
		return SIZE_MAX;
	for (size_t j = 0; j <= n_b; j++)
		row[j] = j;
	for (size_t i = 1; i <= n_a; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			size_t replaced = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[n_b];
}

/* Cut short or spelt with at most every third letter wrong. */
static bool is_near(const char *word, const char *candidate, size_t d)
{
	return d <= (strlen(candidate) + 2) / 3 ||
	       (strlen(word) >= 3 && g_str_has_prefix(candidate, word));
}

const char *ww_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t least = SIZE_MAX;

	for (; *words; words++) {
		size_t d = distance(word, *words);

		if (d < least && is_near(word, *words, d)) {
			least = d;
			nearest = *words;
		}
	}
	return nearest;
}

static const char *nearest_option(const char *option, const GOptionEntry *entries)
{
	g_autofree const char **names = NULL;
	size_t n_entries = 0, n_names = 0;

	while (entries[n_entries].long_name)
		n_entries++;
	names = g_new0(const char *, n_entries + 1);
	for (size_t i = 0; i < n_entries; i++) {
		if (*entries[i].long_name)
			names[n_names++] = entries[i].long_name;
	}
	return ww_nearest(option, names);
}

/* The last word of GLib's message, in every language, without the value. Free with g_free. */
static char *unknown_option(const char *message)
{
	const char *space = strrchr(message, ' ');
	const char *option = space ? space + 1 : message;

	return g_strndup(option, strcspn(option, "="));
}

bool ww_options_parse(GOptionContext *context, const GOptionEntry *entries, int *argc, char ***argv,
		      GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *option = NULL;
	const char *nearest;

	g_option_context_add_main_entries(context, entries, NULL);
	if (g_option_context_parse(context, argc, argv, &failure))
		return true;
	if (!g_error_matches(failure, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	option = unknown_option(failure->message);
	nearest = nearest_option(option + strspn(option, "-"), entries);
	if (!nearest)
		return ww_fail(error, WW_ERROR_USAGE, "unknown option '%s', --help lists them",
			       option);
	return ww_fail(error, WW_ERROR_USAGE, "unknown option '%s', did you mean '--%s'?", option,
		       nearest);
}

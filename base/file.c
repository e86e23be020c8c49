// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

bool ww_file_replace(const char *path, const char *bytes, size_t n_bytes, GError **error)
{
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);
	int code;

	/* No flag: GLib's guarantees of a whole file all sync it. */
	if (!g_file_set_contents_full(fresh, bytes, (gssize)n_bytes, G_FILE_SET_CONTENTS_NONE, 0644,
				      error)) {
		g_unlink(fresh);
		return false;
	}
	if (g_rename(fresh, path) == 0)
		return true;
	code = errno;
	g_unlink(fresh);
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "cannot write '%s': %s",
		    path, g_strerror(code));
	return false;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void ww_names_sort(GPtrArray *names)
{
	g_ptr_array_sort(names, compare_names);
}

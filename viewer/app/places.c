// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/places.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/manifest.h"

char *ww_place_of(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	if (g_str_equal(name, WW_MANIFEST_FILE) && g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return g_path_get_dirname(path);
	return g_strdup(path);
}

bool ww_place_is_same(const char *a, const char *b)
{
	GStatBuf of_a, of_b;

	return g_stat(a, &of_a) == 0 && g_stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
	       of_a.st_ino == of_b.st_ino;
}

char *ww_place_text(const char *path)
{
	const char *home = g_get_home_dir();
	const size_t length = home ? strlen(home) : 0;

	if (length > 1 && g_str_has_prefix(path, home) &&
	    (path[length] == '/' || path[length] == '\0'))
		return g_strdup_printf("~%s", path + length);
	return g_strdup(path);
}

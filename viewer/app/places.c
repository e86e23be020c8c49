// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/places.h"

#include <stdbool.h>
#include <string.h>

#include "base/manifest.h"

char *ww_place_of(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	if (g_str_equal(name, WW_MANIFEST_FILE) && g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return g_path_get_dirname(path);
	return g_strdup(path);
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

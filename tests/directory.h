/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directories that a test made. */
#ifndef WW_TESTS_DIRECTORY_H
#define WW_TESTS_DIRECTORY_H

#include <glib.h>
#include <glib/gstdio.h>

/* Removes @directory and the files in it; takes the name. */
static inline void ww_remove_directory(char *directory)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(directory, name, NULL);

		g_remove(path);
	}
	g_rmdir(directory);
	g_free(directory);
}

#endif

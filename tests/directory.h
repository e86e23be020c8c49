/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directories that a test made. */
#ifndef WW_TESTS_DIRECTORY_H
#define WW_TESTS_DIRECTORY_H

#include <ftw.h>
#include <glib.h>
#include <stdio.h>

static inline int ww_remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
	return remove(path);
}

/* Removes @directory with all that is below it; takes the name. */
static inline void ww_remove_directory(char *directory)
{
	g_assert_cmpint(nftw(directory, ww_remove_entry, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
	g_free(directory);
}

#endif

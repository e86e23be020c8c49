// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char *directory;
static GHashTable *names;

static void remove_scratch(void)
{
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		g_autofree char *path = g_build_filename(directory, name, NULL);

		g_unlink(path);
	}
	g_rmdir(directory);
	g_clear_pointer(&names, g_hash_table_unref);
	g_clear_pointer(&directory, g_free);
}

const char *ww_scratch_directory(void)
{
	if (!directory) {
		directory = g_dir_make_tmp("whywait-fuzz-XXXXXX", NULL);
		g_assert_nonnull(directory);
		names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		atexit(remove_scratch);
	}
	return directory;
}

void ww_scratch_put(const char *name, const void *bytes, size_t n_bytes)
{
	g_autofree char *path = g_build_filename(ww_scratch_directory(), name, NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, bytes, n_bytes), ==, (ssize_t)n_bytes);
	close(fd);
	g_hash_table_add(names, g_strdup(name));
}

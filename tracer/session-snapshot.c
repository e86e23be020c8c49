// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/session-snapshot.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "base/error.h"

#define UST "ust"

/* The directory in @directory that has an ust/ inside; NULL: none. */
static char *find_written(const char *directory)
{
	g_autoptr(GDir) opened = g_dir_open(directory, 0, NULL);
	const char *name;

	while (opened && (name = g_dir_read_name(opened))) {
		g_autofree char *inner = g_build_filename(directory, name, NULL);
		g_autofree char *ust = g_build_filename(inner, UST, NULL);

		if (g_file_test(ust, G_FILE_TEST_IS_DIR))
			return g_steal_pointer(&inner);
	}
	return NULL;
}

bool ww_session_snapshot_settle(const char *directory, GError **error)
{
	g_autofree char *written = find_written(directory);
	g_autofree char *from = NULL, *to = NULL;

	if (!written)
		return true;
	from = g_build_filename(written, UST, NULL);
	to = g_build_filename(directory, UST, NULL);
	if (g_rename(from, to) != 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make '%s': %s", to,
			       g_strerror(errno));
	g_rmdir(written);
	return true;
}

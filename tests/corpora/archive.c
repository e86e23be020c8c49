// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/corpora/archive.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>

static char *root; /* NULL: there are none */

static char *find_archive(void)
{
	const char *directory = g_getenv("WHYWAIT_CORPORA");
	g_autofree char *beside = g_build_filename(WW_SOURCE_ROOT, "..", "shared", "corpora", NULL);
	char *archive = g_build_filename(directory ? directory : beside, "corpora.tar.xz", NULL);

	if (g_file_test(archive, G_FILE_TEST_EXISTS))
		return archive;
	g_free(archive);
	return NULL;
}

static char *unpack(const char *archive)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-corpora-XXXXXX", NULL);
	const char *argv[] = { "tar", "-xJf", archive, "-C", directory, NULL };
	g_autoptr(GError) error = NULL;
	int status;

	g_assert_nonnull(directory);
	if (!g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
			  NULL, NULL, &status, &error) ||
	    status != 0) {
		g_printerr("cannot unpack '%s': %s\n", archive,
			   error ? error->message : "tar failed");
		return NULL;
	}
	return g_steal_pointer(&directory);
}

static void test_absent(void)
{
	g_test_skip("no corpora.tar.xz in $WHYWAIT_CORPORA or ../shared/corpora");
}

const char *corpora_root(void)
{
	return root;
}

char *corpora_path(const char *place)
{
	return g_build_filename(root, place, NULL);
}

void corpora_remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		corpora_remove_tree(child);
	}
	g_remove(path);
}

int corpora_run(int *argc, char ***argv, void (*add_tests)(void))
{
	g_autofree char *archive = find_archive();
	int status;

	g_test_init(argc, argv, NULL);
	root = archive ? unpack(archive) : NULL;
	if (archive && !root)
		return 1;
	if (root)
		add_tests();
	else
		g_test_add_func("/corpora/absent", test_absent);
	status = g_test_run();
	if (root)
		corpora_remove_tree(root);
	g_free(root);
	return status;
}

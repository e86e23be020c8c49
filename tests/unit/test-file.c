// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <glib/gstdio.h>
#include <string.h>

static void replace(const char *path, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *found = NULL;
	size_t n_bytes;

	g_assert_true(ww_file_replace(path, text, strlen(text), &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &found, &n_bytes, NULL));
	g_assert_cmpuint(n_bytes, ==, strlen(text));
	g_assert_cmpstr(found, ==, text);
}

static guint count_files(const char *directory)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	guint n_files = 0;

	while (g_dir_read_name(dir))
		n_files++;
	return n_files;
}

static void test_replace(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-file-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "maps", NULL);

	replace(path, "a long text");
	replace(path, "short");
	replace(path, "");
	g_assert_cmpuint(count_files(directory), ==, 1);
	g_unlink(path);
	g_rmdir(directory);
}

/* The file in the way is a directory: the rename fails. */
static void test_failure(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-file-XXXXXX", NULL);
	g_autofree char *taken = g_build_filename(directory, "taken", NULL);
	g_autofree char *nowhere = g_build_filename(directory, "no", "where", NULL);
	g_autoptr(GError) refused = NULL, missing = NULL;

	g_mkdir(taken, 0755);
	g_assert_false(ww_file_replace(taken, "text", 4, &refused));
	g_assert_error(refused, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
	g_assert_nonnull(strstr(refused->message, taken));
	g_assert_false(ww_file_replace(nowhere, "text", 4, &missing));
	g_assert_error(missing, G_FILE_ERROR, G_FILE_ERROR_NOENT);
	g_assert_cmpuint(count_files(directory), ==, 1);
	g_rmdir(taken);
	g_rmdir(directory);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file/replace", test_replace);
	g_test_add_func("/file/failure", test_failure);
	return g_test_run();
}

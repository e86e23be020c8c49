// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "converters/json.h"
#include "converters/writer.h"

/* A directory of its own for each test, with nothing left in it but what is expected. */
struct fixture {
	char *directory;
	char *path;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->directory = g_dir_make_tmp("whywait-writer-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, (const char *)data, NULL);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	g_unlink(fixture->path);
	/* Fails when a temporary file was left behind. */
	g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
	g_free(fixture->directory);
	g_free(fixture->path);
}

static struct ww_writer *open_writer(const char *path, enum ww_writer_mode mode)
{
	g_autoptr(GError) error = NULL;
	struct ww_writer *writer = ww_writer_open(path, mode, &error);

	g_assert_no_error(error);
	return writer;
}

static void commit(struct ww_writer *writer)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_writer_commit(writer, &error));
	g_assert_no_error(error);
}

static void assert_content(const char *path, const char *expected)
{
	g_autofree char *content = NULL;

	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, expected);
}

static void test_numbers(struct fixture *fixture, gconstpointer data)
{
	static const int64_t times_ns[] = { 0,  1,     999,       1000,     1234567,
					    -1, -1500, INT64_MAX, INT64_MIN };
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);

	for (size_t i = 0; i < G_N_ELEMENTS(times_ns); i++) {
		ww_writer_decimal(writer, times_ns[i], 3);
		ww_writer_text(writer, " ");
		ww_writer_int(writer, times_ns[i]);
		ww_writer_text(writer, "\n");
	}
	ww_writer_uint(writer, UINT64_MAX);
	ww_writer_text(writer, " ");
	ww_writer_decimal(writer, 10009, 4);
	commit(writer);
	assert_content(fixture->path,
		       "0.000 0\n0.001 1\n0.999 999\n1.000 1000\n1234.567 1234567\n-0.001 -1\n"
		       "-1.500 -1500\n9223372036854775.807 9223372036854775807\n"
		       "-9223372036854775.808 -9223372036854775808\n18446744073709551615 1.0009");
}

static void test_appears_at_commit(struct fixture *fixture, gconstpointer data)
{
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);

	ww_writer_text(writer, "all of it");
	ww_writer_flush(writer);
	g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
	commit(writer);
	assert_content(fixture->path, "all of it");
}

static void test_nothing_without_commit(struct fixture *fixture, gconstpointer data)
{
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);

	ww_writer_text(writer, "half of it");
	ww_writer_flush(writer);
}

static void test_keeps(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(fixture->path, "old", -1, NULL));
	g_assert_null(ww_writer_open(fixture->path, WW_WRITER_KEEP, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	assert_content(fixture->path, "old");
}

/* Somebody else made the file while it was written. */
static void test_keeps_a_late_one(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);

	g_assert_true(g_file_set_contents(fixture->path, "theirs", -1, NULL));
	g_assert_false(ww_writer_commit(writer, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	assert_content(fixture->path, "theirs");
}

static void test_replaces(struct fixture *fixture, gconstpointer data)
{
	ww_auto(writer) writer = NULL;

	g_assert_true(g_file_set_contents(fixture->path, "old", -1, NULL));
	writer = open_writer(fixture->path, WW_WRITER_REPLACE);
	ww_writer_text(writer, "new");
	assert_content(fixture->path, "old");
	commit(writer);
	assert_content(fixture->path, "new");
}

static void test_follows_a_link(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *link_path = g_strconcat(fixture->path, ".link", NULL);
	ww_auto(writer) writer = NULL;

	g_assert_true(g_file_set_contents(fixture->path, "old", -1, NULL));
	g_assert_cmpint(symlink(fixture->path, link_path), ==, 0);
	writer = open_writer(link_path, WW_WRITER_REPLACE);
	ww_writer_text(writer, "new");
	commit(writer);
	g_assert_true(g_file_test(link_path, G_FILE_TEST_IS_SYMLINK));
	assert_content(fixture->path, "new");
	g_unlink(link_path);
}

static void test_mode_follows_umask(struct fixture *fixture, gconstpointer data)
{
	mode_t before = umask(027);
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);
	struct stat status;

	commit(writer);
	umask(before);
	g_assert_cmpint(stat(fixture->path, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 0777, ==, 0640);
}

/* More than the buffer, in pieces of all sizes, one of them longer than the buffer. */
static void test_long(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GString) expected = g_string_new(NULL);
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);

	for (size_t n = 1; expected->len < 3 * WW_WRITER_BYTES; n = n * 3 / 2 + 1) {
		g_autofree char *piece = g_strnfill(n, (char)('a' + n % 26));

		g_string_append(expected, piece);
		ww_writer_text(writer, piece);
	}
	g_assert_cmpuint(ww_writer_position(writer), ==, expected->len);
	commit(writer);
	assert_content(fixture->path, expected->str);
}

static void test_gzip(struct fixture *fixture, gconstpointer data)
{
	const char *const arguments[] = { "gzip", "--decompress", "--stdout", fixture->path, NULL };
	g_autoptr(GString) expected = g_string_new(NULL);
	g_autofree char *unpacked = NULL, *packed = NULL;
	ww_auto(writer) writer = open_writer(fixture->path, WW_WRITER_KEEP);
	gsize packed_bytes;
	int status;

	for (int i = 0; i < 100000; i++)
		g_string_append_printf(expected, "line %d\n", i);
	ww_writer_text(writer, expected->str);
	commit(writer);
	g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)arguments, NULL, G_SPAWN_SEARCH_PATH,
				   NULL, NULL, &unpacked, NULL, &status, NULL));
	g_assert_true(g_spawn_check_wait_status(status, NULL));
	g_assert_cmpstr(unpacked, ==, expected->str);
	g_assert_true(g_file_get_contents(fixture->path, &packed, &packed_bytes, NULL));
	g_assert_cmpuint(packed_bytes, <, expected->len / 3);
}

static void test_full_disk(void)
{
	g_autoptr(GError) error = NULL;
	ww_auto(writer) writer = open_writer("/dev/full", WW_WRITER_REPLACE);

	for (int i = 0; i < 100000; i++)
		ww_writer_text(writer, "more than a buffer of it");
	g_assert_true(ww_writer_failed(writer));
	g_assert_false(ww_writer_commit(writer, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_cmpstr(error->message, ==, "cannot write '/dev/full': No space left on device");
	g_assert_true(g_file_test("/dev/full", G_FILE_TEST_EXISTS));
}

static void test_no_directory(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ww_writer_open("/nonexistent/file.json", WW_WRITER_REPLACE, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_cmpstr(error->message, ==,
			"cannot write '/nonexistent/file.json': No such file or directory");
}

static void test_escape(void)
{
	static const char *const rows[][2] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "a\"b\\c", "a\\\"b\\\\c" },
		{ "tab\tline\nreturn\rback\bfeed\f", "tab\\tline\\nreturn\\rback\\bfeed\\f" },
		{ "\x01\x1f\x7f", "\\u0001\\u001f\\u007f" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7" },
		{ "cut\xc3", "cut\xef\xbf\xbd" },
		{ "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "</script>", "</script>" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *escaped = ww_json_escape(rows[i][0]);

		g_assert_cmpstr(escaped, ==, rows[i][1]);
	}
}

#define ADD(name, file, test)                                                                      \
	g_test_add("/writer/" name, struct fixture, file, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("numbers", "numbers", test_numbers);
	ADD("appears-at-commit", "whole", test_appears_at_commit);
	ADD("nothing-without-commit", "half", test_nothing_without_commit);
	ADD("keeps", "old", test_keeps);
	ADD("keeps-a-late-one", "late", test_keeps_a_late_one);
	ADD("replaces", "old", test_replaces);
	ADD("follows-a-link", "target", test_follows_a_link);
	ADD("mode-follows-umask", "mode", test_mode_follows_umask);
	ADD("long", "long", test_long);
	ADD("gzip", "packed.gz", test_gzip);
	g_test_add_func("/writer/full-disk", test_full_disk);
	g_test_add_func("/writer/no-directory", test_no_directory);
	g_test_add_func("/json/escape", test_escape);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * test-load WRITE-TRACE METADATA: a trace that is opened by its index is the trace, and a wrong
 * index is as good as none.
 *
 * The trace is what WRITE-TRACE makes. The cache directory is one of our own.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/index/places.h"
#include "analysis/query.h"
#include "base/error.h"
#include "tests/directory.h"
#include "tests/golden/described.h"

static const char *writer, *metadata;

struct fixture {
	char *directory; /* of everything */
	char *trace;
	char *beside, *cached; /* where its index would be */
};

static void set_up(struct fixture *fixture, const void *data)
{
	g_autoptr(GPtrArray) places = NULL;
	g_autofree char *cache = NULL;
	const char *argv[] = { writer, NULL, metadata, NULL };
	int status;

	fixture->directory = g_dir_make_tmp("whywait-load-XXXXXX", NULL);
	fixture->trace = g_build_filename(fixture->directory, "trace", NULL);
	argv[1] = fixture->trace;
	g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
				   NULL, NULL, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
	places = ww_index_places(fixture->trace);
	fixture->beside = g_strdup(places->pdata[0]);
	fixture->cached = g_strdup(places->pdata[1]);
	g_unlink(fixture->cached);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	ww_remove_directory(fixture->directory);
	g_unlink(fixture->cached);
	g_free(fixture->trace);
	g_free(fixture->beside);
	g_free(fixture->cached);
}

static struct ww_trace *load(const struct fixture *fixture, enum ww_index_use use)
{
	const struct ww_load_options options = { .index = use };
	g_autoptr(GError) error = NULL;
	struct ww_trace *trace = ww_trace_load(fixture->trace, &options, &error);

	g_assert_no_error(error);
	return trace;
}

static void check_same(const struct fixture *fixture, const char *expected, enum ww_index_use use)
{
	ww_auto(trace) trace = load(fixture, use);
	g_autofree char *described = ww_described_trace(trace);

	/* Too long to print. */
	g_assert_true(strcmp(described, expected) == 0);
}

static char *describe_anew(const struct fixture *fixture)
{
	ww_auto(trace) trace = load(fixture, WW_INDEX_NEVER);

	return ww_described_trace(trace);
}

static int64_t inode_of(const char *path)
{
	struct stat facts;

	return stat(path, &facts) == 0 ? (int64_t)facts.st_ino : -1;
}

static void test_kept(struct fixture *fixture, const void *data)
{
	g_autofree char *expected = describe_anew(fixture);
	int64_t inode;

	g_assert_cmpint(inode_of(fixture->beside), ==, -1); /* never means never */
	check_same(fixture, expected, WW_INDEX_AUTO);
	g_assert_cmpint(inode_of(fixture->beside), ==, -1); /* too small a trace */
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	inode = inode_of(fixture->beside);
	g_assert_cmpint(inode, !=, -1);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_assert_cmpint(inode_of(fixture->beside), ==, inode); /* it was believed */
}

/* A trace that is still being written: what is new is there the next time. */
static void test_stale(struct fixture *fixture, const void *data)
{
	g_autofree char *stream = g_build_filename(fixture->trace, "kernel", "cpu_1", NULL);
	g_autofree char *whole = describe_anew(fixture);
	g_autofree char *cut = NULL;
	int64_t inode;

	check_same(fixture, whole, WW_INDEX_ALWAYS);
	inode = inode_of(fixture->beside);
	g_assert_cmpint(truncate(stream, 0), ==, 0);
	cut = describe_anew(fixture);
	g_assert_true(strcmp(cut, whole) != 0);
	check_same(fixture, cut, WW_INDEX_ALWAYS);
	g_assert_cmpint(inode_of(fixture->beside), !=, inode);
}

static void test_damaged(struct fixture *fixture, const void *data)
{
	g_autofree char *expected = describe_anew(fixture);
	g_autofree char *index = NULL;
	gsize n_bytes;

	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_assert_true(g_file_get_contents(fixture->beside, &index, &n_bytes, NULL));
	for (gsize n = 0; n < n_bytes; n += n_bytes / 6 + 1) {
		g_assert_true(g_file_set_contents(fixture->beside, index, (gssize)n, NULL));
		check_same(fixture, expected, WW_INDEX_ALWAYS);
	}
	for (gsize at = 0; at < n_bytes; at += n_bytes / 24 + 1) {
		index[at] ^= 0x10;
		g_assert_true(g_file_set_contents(fixture->beside, index, (gssize)n_bytes, NULL));
		check_same(fixture, expected, WW_INDEX_ALWAYS);
		index[at] ^= 0x10;
	}
}

/* A directory where the index should be stands for a trace that cannot be written to, also for
 * root. */
static void test_cached(struct fixture *fixture, const void *data)
{
	g_autofree char *expected = describe_anew(fixture);
	g_autofree char *in_the_way = g_build_filename(fixture->beside, "in the way", NULL);
	int64_t inode;

	g_assert_cmpint(g_mkdir(fixture->beside, 0700), ==, 0);
	g_assert_cmpint(g_mkdir(in_the_way, 0700), ==, 0);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	inode = inode_of(fixture->cached);
	g_assert_cmpint(inode, !=, -1);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_assert_cmpint(inode_of(fixture->cached), ==, inode);
}

/* And where nothing can be written at all, the trace opens all the same. */
static void test_no_room(struct fixture *fixture, const void *data)
{
	g_autofree char *expected = describe_anew(fixture);
	g_autofree char *in_the_way = g_build_filename(fixture->beside, "in the way", NULL);
	g_autofree char *cached_too = g_build_filename(fixture->cached, "in the way", NULL);

	g_assert_cmpint(g_mkdir_with_parents(in_the_way, 0700), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(cached_too, 0700), ==, 0);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_rmdir(cached_too);
	g_rmdir(fixture->cached);
}

/* Whoever asks for a certain reader wants it to read. */
static void test_forced(struct fixture *fixture, const void *data)
{
	g_autofree char *expected = describe_anew(fixture);

	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_assert_true(g_file_set_contents(fixture->beside, "no index", -1, NULL));
	g_setenv("WHYWAIT_READER", "fast", TRUE);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_unsetenv("WHYWAIT_READER");
	g_assert_cmpint(g_unlink(fixture->beside), ==, 0);
	g_setenv("WHYWAIT_READER", "fast", TRUE);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_unsetenv("WHYWAIT_READER");
	g_assert_cmpint(inode_of(fixture->beside), ==, -1);
}

static void test_cancelled(struct fixture *fixture, const void *data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	const struct ww_load_options options = { .index = WW_INDEX_ALWAYS,
						 .cancellable = cancellable };
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = NULL;
	const char *name;

	g_cancellable_cancel(cancellable);
	g_assert_null(ww_trace_load(fixture->trace, &options, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	/* and leaves nothing behind */
	dir = g_dir_open(fixture->trace, 0, NULL);
	while ((name = g_dir_read_name(dir)))
		g_assert_cmpint(name[0], !=, '.');
}

int main(int argc, char **argv)
{
	g_autofree char *cache = g_dir_make_tmp("whywait-cache-XXXXXX", NULL);
	int status;

	g_setenv("XDG_CACHE_HOME", cache, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 3);
	writer = argv[1];
	metadata = argv[2];
#define ADD(NAME, RUN) g_test_add("/load/" NAME, struct fixture, NULL, set_up, RUN, tear_down)
	ADD("kept", test_kept);
	ADD("stale", test_stale);
	ADD("damaged", test_damaged);
	ADD("cached", test_cached);
	ADD("no-room", test_no_room);
	ADD("forced", test_forced);
	ADD("cancelled", test_cancelled);
	status = g_test_run();
	ww_remove_directory(g_steal_pointer(&cache));
	return status;
}

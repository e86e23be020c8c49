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

#include "analysis/index/cache.h"
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

static void write_store(const char *path, const char *trace)
{
	g_autofree char *fingerprint = ww_index_fingerprint(trace, NULL);
	g_autoptr(GError) error = NULL;
	ww_auto(store) store = ww_store_new_at(path, &error);

	g_assert_no_error(error);
	ww_store_seal(store);
	g_assert_true(ww_store_commit(store, fingerprint, &error));
}

/* An index beside the trace that agrees but does not say what there is to say: the cache is asked.
 */
static void test_second_place(struct fixture *fixture, const void *data)
{
	g_autofree char *expected = describe_anew(fixture);
	g_autofree char *cache = g_path_get_dirname(fixture->cached);
	int64_t beside, cached;

	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_assert_cmpint(g_mkdir_with_parents(cache, 0700), ==, 0);
	g_assert_cmpint(rename(fixture->beside, fixture->cached), ==, 0);
	write_store(fixture->beside, fixture->trace);
	beside = inode_of(fixture->beside);
	cached = inode_of(fixture->cached);
	check_same(fixture, expected, WW_INDEX_ALWAYS);
	g_assert_cmpint(inode_of(fixture->beside), ==, beside);
	g_assert_cmpint(inode_of(fixture->cached), ==, cached);
}

/* A damaged one is taken away, what is no index of ours is left alone. */
static void test_forgotten(struct fixture *fixture, const void *data)
{
	g_autofree char *target = g_build_filename(fixture->directory, "target", NULL);

	write_store(target, fixture->trace);
	g_assert_cmpint(symlink(target, fixture->beside), ==, 0);
	ww_index_forget(fixture->trace);
	g_assert_true(g_file_test(fixture->beside, G_FILE_TEST_IS_SYMLINK));
	g_assert_cmpint(g_unlink(fixture->beside), ==, 0);
	g_assert_true(g_file_set_contents(fixture->beside, "of somebody else", -1, NULL));
	ww_index_forget(fixture->trace);
	g_assert_cmpint(inode_of(fixture->beside), !=, -1);
	write_store(fixture->beside, fixture->trace);
	ww_index_forget(fixture->trace);
	g_assert_cmpint(inode_of(fixture->beside), ==, -1);
}

/* Root keeps it for the owner of the trace. */
static void test_owner(struct fixture *fixture, const void *data)
{
	struct stat facts;

	if (geteuid() != 0) {
		g_test_skip("only root may give files away");
		return;
	}
	g_assert_cmpint(chown(fixture->trace, 12345, 23456), ==, 0);
	ww_trace_free(load(fixture, WW_INDEX_ALWAYS));
	g_assert_cmpint(stat(fixture->beside, &facts), ==, 0);
	g_assert_cmpuint(facts.st_uid, ==, 12345);
	g_assert_cmpuint(facts.st_gid, ==, 23456);
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
	ADD("second-place", test_second_place);
	ADD("forgotten", test_forgotten);
	ADD("owner", test_owner);
	ADD("forced", test_forced);
	ADD("cancelled", test_cancelled);
	status = g_test_run();
	ww_remove_directory(g_steal_pointer(&cache));
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Where an index lies, when it is stale, and what it keeps beside the timeline. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/index/facts.h"
#include "analysis/index/places.h"
#include "base/error.h"

struct fixture {
	char *directory;
	char *kernel;
	char *stream;
};

static void write_text(const char *path, const char *text)
{
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void set_up(struct fixture *fixture, const void *data)
{
	fixture->directory = g_dir_make_tmp("whywait-index-XXXXXX", NULL);
	fixture->kernel = g_build_filename(fixture->directory, "kernel", NULL);
	fixture->stream = g_build_filename(fixture->kernel, "cpu_0", NULL);
	g_assert_cmpint(g_mkdir(fixture->kernel, 0700), ==, 0);
	write_text(fixture->stream, "stream");
}

static void tear_down(struct fixture *fixture, const void *data)
{
	g_unlink(fixture->stream);
	g_rmdir(fixture->kernel);
	g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
	g_free(fixture->stream);
	g_free(fixture->kernel);
	g_free(fixture->directory);
}

static void test_places(struct fixture *fixture, const void *data)
{
	g_autofree char *roundabout = g_strdup_printf("%s/kernel/..//", fixture->directory);
	g_autoptr(GPtrArray) places = ww_index_places(fixture->directory);
	g_autoptr(GPtrArray) same = ww_index_places(roundabout);
	g_autoptr(GPtrArray) others = ww_index_places(fixture->kernel);
	g_autofree char *beside = g_build_filename(fixture->directory, WW_INDEX_NAME, NULL);

	g_assert_cmpuint(places->len, ==, 2);
	g_assert_cmpstr(places->pdata[0], ==, beside);
	g_assert_true(g_str_has_prefix(places->pdata[1], g_get_user_cache_dir()));
	g_assert_cmpstr(same->pdata[0], ==, places->pdata[0]);
	g_assert_cmpstr(same->pdata[1], ==, places->pdata[1]);
	g_assert_cmpstr(others->pdata[1], !=, places->pdata[1]);
}

static void touch_later(const char *path)
{
	struct stat facts;
	struct timespec times[2];

	g_assert_cmpint(stat(path, &facts), ==, 0);
	times[0] = times[1] = facts.st_mtim;
	times[1].tv_nsec = (times[1].tv_nsec + 1) % 1000000000;
	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

/* A stream that grew, one that was touched, one more: each makes the index stale. The index itself
 * does not. */
static void test_fingerprint(struct fixture *fixture, const void *data)
{
	g_autofree char *hidden = g_build_filename(fixture->directory, WW_INDEX_NAME, NULL);
	g_autofree char *other = g_build_filename(fixture->kernel, "cpu_1", NULL);
	g_autofree char *first = ww_index_fingerprint(fixture->directory, NULL);
	g_autofree char *with_hidden = NULL, *touched = NULL, *grown = NULL, *with_other = NULL;

	write_text(hidden, "index");
	with_hidden = ww_index_fingerprint(fixture->directory, NULL);
	g_assert_cmpstr(with_hidden, ==, first);
	touch_later(fixture->stream);
	touched = ww_index_fingerprint(fixture->directory, NULL);
	g_assert_cmpstr(touched, !=, first);
	write_text(fixture->stream, "stream and more");
	grown = ww_index_fingerprint(fixture->directory, NULL);
	g_assert_cmpstr(grown, !=, touched);
	write_text(other, "");
	with_other = ww_index_fingerprint(fixture->directory, NULL);
	g_assert_cmpstr(with_other, !=, grown);
	g_unlink(other);
	g_unlink(hidden);
}

static GBytes *packed_example(const char *const *missing)
{
	const struct ww_trace_info info = { .origin_unix_ns = -5,
					    .duration_ns = G_MAXINT64,
					    .n_cpus = 2,
					    .n_threads = 7,
					    .n_processes = 3,
					    .n_events = G_MAXUINT64,
					    .has_user = true,
					    .is_in_order = true,
					    .missing = missing };
	const struct ww_index_module module = { 42, 0x1000, 0x2000, g_strdup("/usr/bin/server") };
	g_autoptr(GArray) modules = ww_index_modules_new();

	g_array_append_val(modules, module);
	return ww_index_facts_pack(&info, modules);
}

static void test_facts(void)
{
	static const char *const missing[] = { "one\nthing", "another", NULL };
	g_autoptr(GBytes) bytes = packed_example(missing);
	g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) modules = ww_index_modules_new();
	g_autoptr(GError) error = NULL;
	struct ww_trace_info info = { 0 };
	const struct ww_index_module *module;

	g_assert_true(ww_index_facts_unpack(bytes, &info, sentences, modules, &error));
	g_assert_no_error(error);
	g_assert_cmpint(info.origin_unix_ns, ==, -5);
	g_assert_cmpint(info.duration_ns, ==, G_MAXINT64);
	g_assert_cmpuint(info.n_cpus, ==, 2);
	g_assert_cmpuint(info.n_threads, ==, 7);
	g_assert_cmpuint(info.n_events, ==, G_MAXUINT64);
	g_assert_true(info.has_user && info.is_in_order);
	g_assert_false(info.has_kernel || info.is_kernel_complete);
	g_assert_cmpuint(sentences->len, ==, 2);
	g_assert_cmpstr(sentences->pdata[0], ==, "one\nthing");
	g_assert_cmpstr(sentences->pdata[1], ==, "another");
	g_assert_cmpuint(modules->len, ==, 1);
	module = &g_array_index(modules, struct ww_index_module, 0);
	g_assert_cmpint(module->pid, ==, 42);
	g_assert_cmpuint(module->size_bytes, ==, 0x2000);
	g_assert_cmpstr(module->path, ==, "/usr/bin/server");
}

/* A program reports its modules again and again: each is kept once. */
static void test_modules(void)
{
	static const struct {
		int32_t pid;
		uint64_t base;
		const char *path;
	} reported[] = { { 1, 10, "a" }, { 1, 10, "a" }, { 1, 10, "b" }, { 2, 10, "a" },
			 { 1, 20, "a" }, { 1, 10, "b" }, { 1, 10, "a" } };
	g_autoptr(GArray) modules = ww_index_modules_new();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(reported); i++) {
		g_autofree char *path = g_strdup(reported[i].path);
		const struct ww_index_module module = { reported[i].pid, reported[i].base, 5,
							path };

		ww_index_modules_add(modules, seen, &module);
	}
	g_assert_cmpuint(modules->len, ==, 4);
	g_assert_cmpstr(g_array_index(modules, struct ww_index_module, 1).path, ==, "b");
	g_assert_cmpint(g_array_index(modules, struct ww_index_module, 2).pid, ==, 2);
}

/* Cut anywhere, it is refused or whole, and never believed in part. */
static void test_damaged_facts(void)
{
	static const char *const missing[] = { "one thing", NULL };
	g_autoptr(GBytes) bytes = packed_example(missing);

	for (gsize n = 0; n < g_bytes_get_size(bytes); n++) {
		g_autoptr(GBytes) cut = g_bytes_new(g_bytes_get_data(bytes, NULL), n);
		g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GArray) modules = ww_index_modules_new();
		g_autoptr(GError) error = NULL;
		struct ww_trace_info info = { 0 };

		if (ww_index_facts_unpack(cut, &info, sentences, modules, &error))
			continue;
		g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
		g_assert_cmpuint(sentences->len + modules->len, ==, 0);
	}
}

/* What is no text would break whoever prints it, as JSON above all. */
static void test_facts_without_letters(void)
{
	static const char *const missing[] = { "sound", "\xff\xfe", NULL };
	g_autoptr(GBytes) bytes = packed_example(missing);
	g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) modules = ww_index_modules_new();
	g_autoptr(GError) error = NULL;
	struct ww_trace_info info = { 0 };

	g_assert_false(ww_index_facts_unpack(bytes, &info, sentences, modules, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
	g_assert_cmpuint(sentences->len + modules->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/index/places", struct fixture, NULL, set_up, test_places, tear_down);
	g_test_add("/index/fingerprint", struct fixture, NULL, set_up, test_fingerprint, tear_down);
	g_test_add_func("/index/facts", test_facts);
	g_test_add_func("/index/modules", test_modules);
	g_test_add_func("/index/damaged-facts", test_damaged_facts);
	g_test_add_func("/index/facts-without-letters", test_facts_without_letters);
	return g_test_run();
}

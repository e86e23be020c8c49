// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib/gstdio.h>

#include "base/error.h"
#include "base/manifest.h"

struct fixture {
	char *directory;
	char *path;
};

static void set_up(struct fixture *fixture, const void *data)
{
	fixture->directory = g_dir_make_tmp("whywait-manifest-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->directory, WW_MANIFEST_FILE, NULL);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	g_unlink(fixture->path);
	g_rmdir(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->directory);
}

static void test_round_trip(struct fixture *fixture, const void *data)
{
	ww_auto(manifest) written = ww_manifest_new();
	ww_auto(manifest) read = NULL;
	struct ww_schedstat stat = { 4101, 1, 2, 3, 4000000000000 };
	int32_t pid = 4100;

	written->name = g_strdup("service");
	written->command =
		g_strdupv((char *[]){ (char[]){ "./service" }, (char[]){ "--truth" }, NULL });
	written->scope = WW_SCOPE_PIDS;
	written->clock_offset_ns = 1790000000123456789;
	written->n_kernel_lost = 7;
	written->exit_status = 143;
	g_array_append_val(written->root_pids, pid);
	g_array_append_val(written->schedstats, stat);
	g_hash_table_insert(written->tags, g_strdup("version"), g_strdup("1.2"));
	ww_manifest_add_missing(written, "page faults", "not recorded", NULL);
	g_assert_true(ww_manifest_save(written, fixture->directory, NULL));

	read = ww_manifest_load(fixture->directory, NULL);
	g_assert_nonnull(read);
	g_assert_cmpstr(read->name, ==, "service");
	g_assert_null(read->hostname);
	g_assert_true(g_strv_equal((const char *const *)read->command,
				   (const char *const *)written->command));
	g_assert_cmpint(read->scope, ==, WW_SCOPE_PIDS);
	g_assert_cmpint(read->clock_offset_ns, ==, 1790000000123456789);
	g_assert_cmpuint(read->n_kernel_lost, ==, 7);
	g_assert_cmpint(read->exit_status, ==, 143);
	g_assert_cmpint(g_array_index(read->root_pids, int32_t, 0), ==, 4100);
	g_assert_cmpint(g_array_index(read->schedstats, struct ww_schedstat, 0).end_run_delay_ns,
			==, 4000000000000);
	g_assert_cmpstr(g_hash_table_lookup(read->tags, "version"), ==, "1.2");
	g_assert_cmpstr(((struct ww_missing *)read->missing->pdata[0])->what, ==, "page faults");
	g_assert_null(((struct ww_missing *)read->missing->pdata[0])->grant);
}

static void expect_error(struct fixture *fixture, const char *text, enum ww_error code)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
	g_assert_null(ww_manifest_load(fixture->directory, &error));
	g_assert_error(error, WW_ERROR, (int)code);
	g_assert_nonnull(strstr(error->message, fixture->path));
}

static void test_refused(struct fixture *fixture, const void *data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ww_manifest_load(fixture->directory, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
	expect_error(fixture, "", WW_ERROR_DAMAGED);
	expect_error(fixture, "{", WW_ERROR_DAMAGED);
	expect_error(fixture, "[]", WW_ERROR_DAMAGED);
	expect_error(fixture, "{}", WW_ERROR_UNSUPPORTED);
	expect_error(fixture, "{\"format\":\"whywait-trace/9\"}", WW_ERROR_UNSUPPORTED);
}

static void test_wrong_types(struct fixture *fixture, const void *data)
{
	ww_auto(manifest) manifest = NULL;

	g_assert_true(g_file_set_contents(
		fixture->path,
		"{\"format\":\"whywait-trace/1\",\"name\":7,\"n_cpus\":\"x\",\"tags\":[],"
		"\"root_pids\":[1,\"x\",{}],\"missing\":[3,{\"what\":4}],\"schedstats\":{}}",
		-1, NULL));
	manifest = ww_manifest_load(fixture->directory, NULL);
	g_assert_nonnull(manifest);
	g_assert_null(manifest->name);
	g_assert_cmpuint(manifest->root_pids->len, ==, 1);
	g_assert_cmpuint(manifest->missing->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/manifest/round-trip", struct fixture, NULL, set_up, test_round_trip,
		   tear_down);
	g_test_add("/manifest/refused", struct fixture, NULL, set_up, test_refused, tear_down);
	g_test_add("/manifest/wrong-types", struct fixture, NULL, set_up, test_wrong_types,
		   tear_down);
	return g_test_run();
}

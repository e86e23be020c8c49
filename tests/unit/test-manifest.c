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

static void check_schedstat(const struct ww_manifest *read, const struct ww_schedstat *expected)
{
	const struct ww_schedstat *stat = &g_array_index(read->schedstats, struct ww_schedstat, 0);

	g_assert_cmpuint(read->schedstats->len, ==, 1);
	g_assert_cmpint(stat->tid, ==, expected->tid);
	g_assert_cmpuint(stat->cgroup, ==, expected->cgroup);
	g_assert_cmpmem(&stat->begin, sizeof(stat->begin), &expected->begin,
			sizeof(expected->begin));
	g_assert_cmpmem(&stat->end, sizeof(stat->end), &expected->end, sizeof(expected->end));
}

static void check_cgroup(const struct ww_manifest *read, const struct ww_cgroup *expected)
{
	const struct ww_cgroup *cgroup = &g_array_index(read->cgroups, struct ww_cgroup, 0);

	g_assert_cmpuint(read->cgroups->len, ==, 1);
	g_assert_cmpstr(cgroup->path, ==, "/a/b");
	g_assert_cmpuint(cgroup->id, ==, expected->id);
	g_assert_cmpuint(cgroup->parent, ==, expected->parent);
	g_assert_cmpint(cgroup->version, ==, expected->version);
	g_assert_cmpint(cgroup->quota_us, ==, expected->quota_us);
	g_assert_cmpint(cgroup->period_us, ==, expected->period_us);
	g_assert_cmpint(cgroup->weight, ==, expected->weight);
	g_assert_cmpmem(&cgroup->begin, sizeof(cgroup->begin), &expected->begin,
			sizeof(expected->begin));
	g_assert_cmpmem(&cgroup->end, sizeof(cgroup->end), &expected->end, sizeof(expected->end));
}

/* What a trace of an older recorder does not say is unknown, not 0. */
static void test_absent(struct fixture *fixture, const void *data)
{
	ww_auto(manifest) manifest = NULL;

	g_assert_true(
		g_file_set_contents(fixture->path,
				    "{\"format\":\"whywait-trace/1\",\"schedstats\":[{\"tid\":5,"
				    "\"end_run_ns\":9}],\"cgroups\":[{\"id\":3},4]}",
				    -1, NULL));
	manifest = ww_manifest_load(fixture->directory, NULL);
	g_assert_nonnull(manifest);
	g_assert_cmpuint(manifest->schedstats->len, ==, 1);
	g_assert_cmpint(g_array_index(manifest->schedstats, struct ww_schedstat, 0).end.run_ns, ==,
			9);
	g_assert_cmpint(g_array_index(manifest->schedstats, struct ww_schedstat, 0).end.n_voluntary,
			==, -1);
	g_assert_cmpuint(manifest->cgroups->len, ==, 1);
	g_assert_cmpint(g_array_index(manifest->cgroups, struct ww_cgroup, 0).quota_us, ==, -1);
	g_assert_cmpint(g_array_index(manifest->cgroups, struct ww_cgroup, 0).end.throttled_us, ==,
			-1);
}

static void check_disk(const struct ww_manifest *read)
{
	const struct ww_disk *disk = &g_array_index(read->disks, struct ww_disk, 0);

	g_assert_cmpuint(read->disks->len, ==, 1);
	g_assert_cmpuint(disk->device, ==, 254 << 20);
	g_assert_cmpstr(disk->name, ==, "vda");
}

static void test_round_trip(struct fixture *fixture, const void *data)
{
	ww_auto(manifest) written = ww_manifest_new();
	ww_auto(manifest) read = NULL;
	struct ww_schedstat stat = { .tid = 4101,
				     .cgroup = 77,
				     .begin = { 1, 2, 3, 4, 5, 6 },
				     .end = { 7, 8, 9, 4000000000000, 11, 12 } };
	struct ww_cgroup cgroup = { .id = 77,
				    .parent = 1,
				    .version = 2,
				    .quota_us = 50000,
				    .period_us = 100000,
				    .weight = 100,
				    .begin = { 1, 2, 3, 4, 5 },
				    .end = { 6, 7, 8, 9, -1 } };
	struct ww_disk disk = { .device = 254 << 20 };
	int32_t pid = 4100;

	written->name = g_strdup("service");
	written->command =
		g_strdupv((char *[]){ (char[]){ "./service" }, (char[]){ "--truth" }, NULL });
	written->scope = WW_SCOPE_PIDS;
	written->clock_offset_ns = 1790000000123456789;
	written->base_slice_ns = 1400000;
	written->n_kernel_lost = 7;
	written->exit_status = 143;
	g_array_append_val(written->root_pids, pid);
	g_array_append_val(written->schedstats, stat);
	cgroup.path = g_strdup("/a/b");
	g_array_append_val(written->cgroups, cgroup);
	disk.name = g_strdup("vda");
	g_array_append_val(written->disks, disk);
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
	g_assert_cmpint(read->base_slice_ns, ==, 1400000);
	g_assert_cmpuint(read->n_kernel_lost, ==, 7);
	g_assert_cmpint(read->exit_status, ==, 143);
	g_assert_cmpint(g_array_index(read->root_pids, int32_t, 0), ==, 4100);
	check_schedstat(read, &stat);
	check_cgroup(read, &cgroup);
	check_disk(read);
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

static void test_cgroup(void)
{
	ww_auto(manifest) manifest = ww_manifest_new();

	g_assert_null(ww_manifest_cgroup(NULL, 7));
	for (uint64_t id = 0; id <= 7; id += 7) {
		struct ww_cgroup cgroup = ww_cgroup_unknown();

		cgroup.id = id;
		cgroup.weight = 100;
		g_array_append_val(manifest->cgroups, cgroup);
	}
	g_assert_cmpuint(ww_manifest_cgroup(manifest, 7)->id, ==, 7);
	g_assert_null(ww_manifest_cgroup(manifest, 8));
	g_assert_null(ww_manifest_cgroup(manifest, 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/manifest/round-trip", struct fixture, NULL, set_up, test_round_trip,
		   tear_down);
	g_test_add("/manifest/absent", struct fixture, NULL, set_up, test_absent, tear_down);
	g_test_add("/manifest/refused", struct fixture, NULL, set_up, test_refused, tear_down);
	g_test_add("/manifest/wrong-types", struct fixture, NULL, set_up, test_wrong_types,
		   tear_down);
	g_test_add_func("/manifest/cgroup", test_cgroup);
	return g_test_run();
}

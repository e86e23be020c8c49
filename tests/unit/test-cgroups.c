// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/accounts.h"
#include "tracer/cgroups.h"

#define UNIFIED "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
#define HYBRID                                                                                     \
	"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"                                                    \
	"31 24 0:27 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n"                               \
	"32 24 0:28 / /sys/fs/cgroup/cpuset rw - cgroup none rw,cpuset\n"                          \
	"33 24 0:29 / /sys/fs/cgroup/cpu\\040time rw shared:7 - cgroup none rw,cpuacct,cpu\n"
#define CONTAINER "40 24 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro\n"

static const struct {
	const char *mountinfo;
	int32_t version;
	const char *mount, *root;
} mounts[] = {
	{ UNIFIED, 2, "/sys/fs/cgroup", "/" },
	{ HYBRID, 1, "/sys/fs/cgroup/cpu time", "/" },
	{ CONTAINER, 2, "/sys/fs/cgroup", "/docker/abc" },
	{ "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", 0, NULL, NULL },
	{ "33 24 0:29 / /x rw - cgroup none rw,cpuset\nbroken\n- - -\n", 0, NULL, NULL },
	{ "", 0, NULL, NULL },
};

static void test_mounts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mounts); i++) {
		struct ww_cgroup_place place = ww_cgroup_place_find(mounts[i].mountinfo);

		g_assert_cmpint(place.version, ==, mounts[i].version);
		g_assert_cmpstr(place.mount, ==, mounts[i].mount);
		g_assert_cmpstr(place.root, ==, mounts[i].root);
		ww_cgroup_place_clear(&place);
	}
}

static const struct {
	const char *mountinfo, *text, *path;
} paths[] = {
	{ UNIFIED, "0::/a.slice/b.service\n", "/a.slice/b.service" },
	{ UNIFIED, "0::/\n", "/" },
	{ UNIFIED, "3:cpu:/x\n", NULL },
	{ HYBRID, "9:name=systemd:/s\n2:cpuset:/no\n1:cpuacct,cpu:/x/y\n0::/u\n", "/x/y" },
	{ HYBRID, "2:cpuset:/no\n0::/u\n", NULL },
	{ CONTAINER, "0::/docker/abc\n", "/" },
	{ CONTAINER, "0::/docker/abc/in\n", "/in" },
	{ CONTAINER, "0::/docker/abcd\n", NULL },
	{ CONTAINER, "0::/docker/abc/../other\n", NULL },
	{ CONTAINER, "0::/\n", NULL },
	{ "", "0::/\n", NULL },
	{ UNIFIED, "", NULL },
};

static void test_paths(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct ww_cgroup_place place = ww_cgroup_place_find(paths[i].mountinfo);
		g_autofree char *path = ww_cgroup_place_path(&place, paths[i].text);

		g_assert_cmpstr(path, ==, paths[i].path);
		ww_cgroup_place_clear(&place);
	}
}

static void test_stat(void)
{
	struct ww_cgroup_account account = ww_cgroup_unknown().begin;

	ww_cgroup_parse_stat("usage_usec 9000\nuser_usec 1\nnr_periods 7\nnr_throttled 3\n"
			     "throttled_usec 44\nnr_bursts 0\n",
			     &account);
	g_assert_cmpint(account.usage_us, ==, 9000);
	g_assert_cmpint(account.n_periods, ==, 7);
	g_assert_cmpint(account.n_throttled, ==, 3);
	g_assert_cmpint(account.throttled_us, ==, 44);
	account = ww_cgroup_unknown().begin;
	ww_cgroup_parse_stat("nr_periods 7\nnr_throttled 3\nthrottled_time 44999\n", &account);
	g_assert_cmpint(account.usage_us, ==, -1);
	g_assert_cmpint(account.throttled_us, ==, 44);
	ww_cgroup_parse_stat("nonsense", &account);
	g_assert_cmpint(account.n_throttled, ==, 3);
}

struct fixture {
	char *directory;
	struct ww_cgroups *cgroups;
	GPtrArray *files; /* to remove, in order */
};

static void write_file(struct fixture *fixture, const char *name, const char *text)
{
	char *path = g_build_filename(fixture->directory, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_ptr_array_insert(fixture->files, 0, path);
}

/* A hierarchy of ordinary files in which the test's own cgroup has a directory. */
static void set_up(struct fixture *fixture, const void *data)
{
	struct ww_cgroup_place real = { .version = 2, .root = g_strdup("/") };
	g_autofree char *text = NULL, *own = NULL;

	fixture->directory = g_dir_make_tmp("whywait-cgroups-XXXXXX", NULL);
	fixture->files = g_ptr_array_new_with_free_func(g_free);
	real.mount = g_strdup(fixture->directory);
	g_assert_true(g_file_get_contents("/proc/self/cgroup", &text, NULL, NULL));
	own = ww_cgroup_place_path(&real, text);
	/* Wherever the test runs, its cgroup must be the root of what is seen. */
	if (own && strcmp(own, "/") != 0) {
		g_free(real.root);
		real.root = g_steal_pointer(&own);
	}
	fixture->cgroups = ww_cgroups_new_in(real);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	ww_cgroups_free(fixture->cgroups);
	for (guint i = 0; i < fixture->files->len; i++)
		g_remove(fixture->files->pdata[i]);
	g_ptr_array_unref(fixture->files);
	g_rmdir(fixture->directory);
	g_free(fixture->directory);
}

static void hear(uint64_t id, const char *directory, void *user_data)
{
	g_assert_cmpuint(id, !=, 0);
	g_string_append(user_data, directory);
}

static void test_account(struct fixture *fixture, const void *data)
{
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct ww_cgroup));
	const struct ww_cgroup *row;
	struct stat status;

	ww_cgroups_listen(fixture->cgroups, hear, heard);
	write_file(fixture, "cpu.max", "50000 100000\n");
	write_file(fixture, "cpu.weight", "300\n");
	write_file(fixture, "cpu.stat", "usage_usec 10\nnr_throttled 1\nthrottled_usec 100\n");
	g_assert_cmpint(stat(fixture->directory, &status), ==, 0);
	g_assert_cmpuint(ww_cgroups_of(fixture->cgroups, getpid(), getpid()), ==, status.st_ino);
	g_assert_cmpuint(ww_cgroups_of(fixture->cgroups, getpid(), getpid()), ==, status.st_ino);
	write_file(fixture, "cpu.stat", "usage_usec 30\nnr_throttled 4\nthrottled_usec 900\n");
	ww_cgroups_read_end(fixture->cgroups, rows);
	g_assert_cmpuint(rows->len, ==, 1);
	row = &g_array_index(rows, struct ww_cgroup, 0);
	g_assert_cmpuint(row->id, ==, status.st_ino);
	g_assert_cmpuint(row->parent, ==, 0);
	g_assert_cmpstr(row->path, ==, "/");
	g_assert_cmpint(row->quota_us, ==, 50000);
	g_assert_cmpint(row->period_us, ==, 100000);
	g_assert_cmpint(row->weight, ==, 300);
	g_assert_cmpint(row->begin.throttled_us, ==, 100);
	g_assert_cmpint(row->end.throttled_us, ==, 900);
	g_assert_cmpint(row->begin.n_periods, ==, -1);
	g_assert_cmpint(row->end.at_ns, >=, row->begin.at_ns);
	g_assert_cmpstr(heard->str, ==, fixture->directory);
	g_string_set_size(heard, 0);
	ww_cgroups_listen(fixture->cgroups, hear, heard);
	g_assert_cmpstr(heard->str, ==, fixture->directory);
	g_free(row->path);
}

static void test_no_limit(struct fixture *fixture, const void *data)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct ww_cgroup));
	const struct ww_cgroup *row;

	write_file(fixture, "cpu.max", "max 100000\n");
	g_assert_cmpuint(ww_cgroups_of(fixture->cgroups, getpid(), getpid()), !=, 0);
	ww_cgroups_read_end(fixture->cgroups, rows);
	row = &g_array_index(rows, struct ww_cgroup, 0);
	g_assert_cmpint(row->quota_us, ==, -1);
	g_assert_cmpint(row->period_us, ==, 100000);
	g_assert_cmpint(row->begin.at_ns, ==, 0);
	g_free(row->path);
	g_assert_cmpuint(ww_cgroups_of(fixture->cgroups, getpid(), INT32_MAX), ==, 0);
}

static void sleep_once(void)
{
	g_usleep(1000);
}

/* A reading of the test's own main thread, before and after it slept three times. */
static void test_own_thread(struct fixture *fixture, const void *data)
{
	ww_auto(accounts) accounts = ww_accounts_new(fixture->cgroups);
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct ww_schedstat));
	const struct ww_schedstat *row;
	int32_t own = getpid();

	ww_accounts_begin(accounts, own, own);
	ww_accounts_begin(accounts, own, INT32_MAX);
	ww_accounts_list(accounts, rows);
	g_assert_cmpuint(rows->len, ==, 0);
	for (int i = 0; i < 3; i++)
		sleep_once();
	ww_accounts_read(accounts, own, own);
	ww_accounts_list(accounts, rows);
	g_assert_cmpuint(rows->len, ==, 1);
	row = &g_array_index(rows, struct ww_schedstat, 0);
	g_assert_cmpint(row->tid, ==, own);
	g_assert_cmpuint(row->cgroup, !=, 0);
	g_assert_cmpint(row->end.n_voluntary - row->begin.n_voluntary, >=, 3);
	g_assert_cmpint(row->end.run_ns, >=, row->begin.run_ns);
	g_assert_cmpint(row->begin.before_ns, <=, row->begin.after_ns);
	g_assert_cmpint(row->begin.after_ns, <, row->end.before_ns);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cgroups/mounts", test_mounts);
	g_test_add_func("/cgroups/paths", test_paths);
	g_test_add_func("/cgroups/stat", test_stat);
	g_test_add("/cgroups/account", struct fixture, NULL, set_up, test_account, tear_down);
	g_test_add("/cgroups/no-limit", struct fixture, NULL, set_up, test_no_limit, tear_down);
	g_test_add("/accounts/own-thread", struct fixture, NULL, set_up, test_own_thread,
		   tear_down);
	return g_test_run();
}

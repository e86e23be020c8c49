// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/wire.h"
#include "tracer/totals.h"

#define TICK_NS (1000000000 / sysconf(_SC_CLK_TCK))

struct fixture {
	char *directory, *stat, *cgroup;
	struct ww_totals *totals;
	GString *told; /* "steal CPU TICKS;" and "throttled ID N US;" */
};

/* In place, as the kernel's files change. */
static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, g_file_test(path, G_FILE_TEST_EXISTS) ? "r+" : "w");

	g_assert_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void set_up(struct fixture *fixture, const void *data)
{
	fixture->directory = g_dir_make_tmp("whywait-totals-XXXXXX", NULL);
	fixture->stat = g_build_filename(fixture->directory, "stat", NULL);
	fixture->cgroup = g_build_filename(fixture->directory, "cpu.stat", NULL);
	fixture->told = g_string_new(NULL);
	write_text(fixture->stat, "cpu  9 9 9 9 9 9 9 77 9 9\n"
				  "cpu0 1 2 3 4 5 6 7 10 8 9\n"
				  "cpu3 1 2 3 4 5 6 7 00 8 9\n"
				  "intr 5 4 3\n");
	write_text(fixture->cgroup, "nr_periods 5\nnr_throttled 2\nthrottled_usec 300\n");
	fixture->totals = ww_totals_new(fixture->stat);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	ww_totals_free(fixture->totals);
	g_string_free(fixture->told, TRUE);
	g_unlink(fixture->stat);
	g_unlink(fixture->cgroup);
	g_rmdir(fixture->directory);
	g_free(fixture->stat);
	g_free(fixture->cgroup);
	g_free(fixture->directory);
}

static bool note(uint32_t cpu, const void *data, size_t size_bytes, void *user_data)
{
	const struct ww_wire_throttle_total *throttled = data;
	const struct ww_wire_steal *steal = data;
	GString *told = user_data;

	g_assert_cmpuint(cpu, ==, UINT32_MAX);
	g_assert_cmpuint(throttled->timestamp, >, 0);
	if (throttled->id == WW_WIRE_ID_STEAL) {
		g_assert_cmpuint(size_bytes, ==, sizeof(*steal));
		g_string_append_printf(told, "steal %u %d;", steal->cpu,
				       (int)(steal->steal_ns / (uint64_t)TICK_NS));
	} else {
		g_assert_cmpuint(throttled->id, ==, WW_WIRE_ID_THROTTLE_TOTAL);
		g_assert_cmpuint(size_bytes, ==, sizeof(*throttled));
		g_string_append_printf(told, "throttled %d %d %d;", (int)throttled->cgroup,
				       (int)throttled->n_throttled, (int)throttled->throttled_us);
	}
	return true;
}

static void expect(struct fixture *fixture, const char *told)
{
	g_string_set_size(fixture->told, 0);
	ww_totals_read(fixture->totals, note, fixture->told);
	g_assert_cmpstr(fixture->told->str, ==, told);
}

/* The first reading is what later ones are counted from; then only what grew is told. */
static void test_changes(struct fixture *fixture, const void *data)
{
	ww_totals_watch(fixture->totals, 42, fixture->directory);
	expect(fixture, "throttled 42 2 300;steal 0 10;steal 3 0;");
	expect(fixture, "");
	write_text(fixture->stat, "cpu  9 9 9 9 9 9 9 77 9 9\n"
				  "cpu0 1 2 3 4 5 6 7 10 8 9\n"
				  "cpu3 2 2 3 4 5 6 7 04 8 9\n");
	expect(fixture, "steal 3 4;");
	write_text(fixture->cgroup, "nr_periods 6\nnr_throttled 2\nthrottled_usec 300\n");
	expect(fixture, "");
	write_text(fixture->cgroup, "nr_periods 7\nnr_throttled 3\nthrottled_usec 450\n");
	expect(fixture, "throttled 42 3 450;");
}

/* What is not there, or not counted, gives no record. */
static void test_absent(struct fixture *fixture, const void *data)
{
	ww_auto(totals) nothing = ww_totals_new("/nowhere");

	ww_totals_watch(nothing, 1, "/nowhere");
	g_string_set_size(fixture->told, 0);
	ww_totals_read(nothing, note, fixture->told);
	g_assert_cmpstr(fixture->told->str, ==, "");
	write_text(fixture->cgroup, "usage_usec 7\nuser_usec 700\nsystem_usec 70000000\n");
	ww_totals_watch(nothing, 1, fixture->directory);
	ww_totals_read(nothing, note, fixture->told);
	g_assert_cmpstr(fixture->told->str, ==, "");
}

static void test_machine(void)
{
	ww_auto(totals) totals = ww_totals_new("/proc/stat");
	g_autoptr(GString) told = g_string_new(NULL);

	ww_totals_read(totals, note, told);
	g_assert_true(g_str_has_prefix(told->str, "steal "));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/totals/changes", struct fixture, NULL, set_up, test_changes, tear_down);
	g_test_add("/totals/absent", struct fixture, NULL, set_up, test_absent, tear_down);
	g_test_add_func("/totals/machine", test_machine);
	return g_test_run();
}

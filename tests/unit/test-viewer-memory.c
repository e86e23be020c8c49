// SPDX-License-Identifier: GPL-2.0-or-later
/* What is remembered of a trace, in a folder of its own. */
#include "viewer/view/memory.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

#define N_ROUNDS 60

struct fixture {
	char *folder;
	struct ww_trace_info info;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->folder = g_dir_make_tmp("whywait-memory-XXXXXX", NULL);
	fixture->info = (struct ww_trace_info){
		.path = fixture->folder,
		.origin_unix_ns = 1700000000000000000,
		.duration_ns = 1000000,
		.n_threads = 10,
		.n_events = 77,
	};
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GDir) folder = g_dir_open(fixture->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

		g_unlink(path);
	}
	g_rmdir(fixture->folder);
	g_free(fixture->folder);
}

static struct ww_memory *memory_new(void)
{
	struct ww_memory *memory = ww_memory_new();
	const struct ww_lane pin = { WW_LANE_THREAD, 7 };
	const struct ww_remembered_group group = { 1, 3 };

	memory->visible = (struct ww_span){ 1000, 5000 };
	memory->selection = WW_REMEMBERED_INTERVAL;
	memory->lane = (struct ww_lane){ WW_LANE_CPU, 1 };
	memory->selected = (struct ww_span){ 2000, 3000 };
	memory->origin_ns = 1500;
	memory->cursors_ns[1] = 4000;
	memory->order = 2;
	memory->shows_tables = true;
	memory->has_groups = true;
	g_array_append_val(memory->pins, pin);
	g_array_append_val(memory->unfolded, group);
	ww_marks_add_as(memory->marks, 3, 2500);
	ww_marks_set_note(memory->marks, 0, "here [it] = began; \"yes\" ä");
	return memory;
}

static void save(struct fixture *fixture)
{
	ww_auto(memory) memory = memory_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_memory_save(fixture->folder, &fixture->info, memory, NULL, &error));
	g_assert_no_error(error);
}

static struct ww_memory *load(struct fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	struct ww_memory *memory = ww_memory_load(fixture->folder, &fixture->info, &error);

	g_assert_no_error(error);
	return memory;
}

static void test_round_trip(struct fixture *fixture, gconstpointer data)
{
	ww_auto(memory) memory = NULL;

	g_assert_null(load(fixture));
	save(fixture);
	memory = load(fixture);
	g_assert_cmpint(memory->visible.begin_ns, ==, 1000);
	g_assert_cmpint(memory->visible.end_ns, ==, 5000);
	g_assert_cmpint(memory->selection, ==, WW_REMEMBERED_INTERVAL);
	g_assert_cmpint(memory->lane.kind, ==, WW_LANE_CPU);
	g_assert_cmpint(memory->lane.index, ==, 1);
	g_assert_cmpint(memory->selected.begin_ns, ==, 2000);
	g_assert_cmpint(memory->origin_ns, ==, 1500);
	g_assert_cmpint(memory->cursors_ns[0], ==, -1);
	g_assert_cmpint(memory->cursors_ns[1], ==, 4000);
	g_assert_cmpint(memory->order, ==, 2);
	g_assert_true(memory->shows_tables);
	g_assert_false(memory->shows_panel);
	g_assert_cmpuint(memory->pins->len, ==, 1);
	g_assert_cmpint(g_array_index(memory->pins, struct ww_lane, 0).index, ==, 7);
	g_assert_true(memory->has_groups);
	g_assert_cmpint(g_array_index(memory->unfolded, struct ww_remembered_group, 0).upid, ==, 3);
	g_assert_cmpuint(ww_marks_count(memory->marks), ==, 1);
	g_assert_cmpuint(ww_marks_at(memory->marks, 0)->number, ==, 3);
	g_assert_cmpstr(ww_marks_at(memory->marks, 0)->note, ==, "here [it] = began; \"yes\" ä");
}

/* Recorded anew: what was remembered is of something else, and is kept. */
static void test_another_trace(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *path = ww_memory_path(fixture->folder, &fixture->info);
	g_autofree char *former = g_strconcat(path, ".former", NULL);

	save(fixture);
	fixture->info.origin_unix_ns++;
	g_assert_null(load(fixture));
	save(fixture);
	g_assert_true(g_file_test(former, G_FILE_TEST_EXISTS));
}

/* It has gone on: one stands elsewhere, but what was marked is there. */
static void test_grown(struct fixture *fixture, gconstpointer data)
{
	ww_auto(memory) memory = NULL;

	save(fixture);
	fixture->info.duration_ns++;
	fixture->info.n_events++;
	memory = load(fixture);
	g_assert_false(memory->has_place);
	g_assert_cmpuint(memory->pins->len, ==, 0);
	g_assert_cmpuint(ww_marks_count(memory->marks), ==, 1);
	g_assert_cmpint(memory->cursors_ns[1], ==, 4000);
}

/* Only the first part was loaded: what lies behind it is still there afterwards. */
static void test_partial(struct fixture *fixture, gconstpointer data)
{
	const struct ww_trace_info all = fixture->info;
	ww_auto(memory) part = NULL;
	ww_auto(memory) memory = NULL;
	ww_auto(marks) known = ww_marks_new();

	save(fixture);
	fixture->info.duration_ns = 2000;
	fixture->info.n_events = 3;
	fixture->info.is_partial = true;
	part = load(fixture);
	g_assert_false(part->has_place);
	g_assert_cmpuint(ww_marks_count(part->marks), ==, 0);
	ww_marks_copy(known, part->marks);
	ww_marks_add(part->marks, 1000);
	g_assert_true(ww_memory_save(fixture->folder, &fixture->info, part, known, NULL));
	fixture->info = all;
	memory = load(fixture);
	g_assert_true(memory->has_place);
	g_assert_cmpint(memory->visible.begin_ns, ==, 1000);
	g_assert_cmpuint(memory->pins->len, ==, 1);
	g_assert_cmpuint(ww_marks_count(memory->marks), ==, 2);
	g_assert_cmpstr(ww_marks_at(memory->marks, 1)->note, ==, "here [it] = began; \"yes\" ä");
}

/* Two windows show it: each writes what it has. */
static void test_two_windows(struct fixture *fixture, gconstpointer data)
{
	ww_auto(memory) one = memory_new();
	ww_auto(memory) other = memory_new();
	ww_auto(memory) memory = NULL;
	ww_auto(marks) known = ww_marks_new();

	save(fixture);
	ww_marks_copy(known, one->marks);
	ww_marks_add(one->marks, 100);
	ww_marks_remove(other->marks, 0);
	g_assert_true(ww_memory_save(fixture->folder, &fixture->info, one, known, NULL));
	g_assert_true(ww_memory_save(fixture->folder, &fixture->info, other, known, NULL));
	memory = load(fixture);
	g_assert_cmpuint(ww_marks_count(memory->marks), ==, 1);
	g_assert_cmpint(ww_marks_at(memory->marks, 0)->t_ns, ==, 100);
}

static void test_all_folded(struct fixture *fixture, gconstpointer data)
{
	ww_auto(memory) memory = memory_new();
	ww_auto(memory) again = NULL;

	g_array_set_size(memory->unfolded, 0);
	g_array_set_size(memory->pins, 0);
	g_assert_true(ww_memory_save(fixture->folder, &fixture->info, memory, NULL, NULL));
	again = load(fixture);
	g_assert_true(again->has_groups);
	g_assert_cmpuint(again->unfolded->len, ==, 0);
}

static void put(struct fixture *fixture, const char *text, gssize n_bytes)
{
	g_autofree char *path = ww_memory_path(fixture->folder, &fixture->info);

	g_assert_true(g_file_set_contents(path, text, n_bytes, NULL));
}

static void test_damage(struct fixture *fixture, gconstpointer data)
{
	static const char *const texts[] = { "", "no key file", "[trace", "[view]\nbegin_ns=1\n",
					     "[trace]\npath=\xff\n" };
	g_autofree char *path = ww_memory_path(fixture->folder, &fixture->info);
	g_autofree char *damaged = g_strconcat(path, ".damaged-5", NULL);
	g_autofree char *large = g_strnfill(WW_MEMORY_MAX_BYTES + 1, '#');

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		put(fixture, texts[i], -1);
		g_assert_null(ww_memory_load(fixture->folder, &fixture->info, &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
		/* It was moved aside. */
		g_assert_null(load(fixture));
	}
	g_assert_true(g_file_test(damaged, G_FILE_TEST_EXISTS));
	put(fixture, large, -1);
	g_assert_null(ww_memory_load(fixture->folder, &fixture->info, NULL));
}

/* Numbers from a file are checked against the trace. */
static void test_out_of_bounds(struct fixture *fixture, gconstpointer data)
{
	static const char text[] =
		"[trace]\nduration_ns=1000000\norigin_unix_ns=1700000000000000000\n"
		"events=77\n[view]\nbegin_ns=-5\nend_ns=99999999\n"
		"selection=interval\nlane=thread 10\nselected_begin_ns=1\n"
		"selected_end_ns=2\norigin_ns=7777777\ncursor_a_ns=abc\n"
		"[rows]\norder=99\npins=thread 10;cpu 70000;cpu x;bus 1;;thread;\n"
		"unfolded=1;2;3\n[marks]\n1=5\n2=2000000\n3=x\nnote4=no mark\n";
	ww_auto(memory) memory = NULL;

	put(fixture, text, -1);
	memory = load(fixture);
	g_assert_cmpint(memory->visible.begin_ns, ==, 0);
	g_assert_cmpint(memory->visible.end_ns, ==, 1000000);
	g_assert_cmpint(memory->selection, ==, WW_REMEMBERED_NONE);
	g_assert_cmpint(memory->origin_ns, ==, 0);
	g_assert_cmpint(memory->cursors_ns[0], ==, -1);
	g_assert_cmpuint(memory->pins->len, ==, 0);
	g_assert_cmpuint(memory->unfolded->len, ==, 1);
	g_assert_cmpuint(ww_marks_count(memory->marks), ==, 1);
}

static void test_no_folder(struct fixture *fixture, gconstpointer data)
{
	ww_auto(memory) memory = memory_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(ww_memory_save("/proc/nowhere", &fixture->info, memory, NULL, &error));
	g_assert_nonnull(error);
}

/* Again while the other one writes: on a busy machine that may take its time. */
static bool save_at_last(struct fixture *fixture, const struct ww_memory *memory,
			 const struct ww_marks *known)
{
	g_autoptr(GError) error = NULL;

	while (!ww_memory_save(fixture->folder, &fixture->info, memory, known, &error)) {
		if (!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN))
			return false;
		g_clear_error(&error);
	}
	return true;
}

/* A process of its own that sets mark after mark from @first_ns on, and saves each time. */
static pid_t marks_away(struct fixture *fixture, int64_t first_ns)
{
	const pid_t pid = fork();

	if (pid == 0) {
		ww_auto(memory) memory = ww_memory_new();
		ww_auto(marks) known = ww_marks_new();
		bool is_saved = true;

		for (int64_t i = 0; i < N_ROUNDS; i++) {
			ww_marks_add(memory->marks, first_ns + i);
			is_saved &= save_at_last(fixture, memory, known);
			ww_marks_copy(known, memory->marks);
		}
		_exit(is_saved ? 0 : 1);
	}
	return pid;
}

static void test_two_processes(struct fixture *fixture, gconstpointer data)
{
	const pid_t pids[] = { marks_away(fixture, 1000), marks_away(fixture, 2000) };
	ww_auto(memory) memory = NULL;
	int status;

	for (size_t i = 0; i < G_N_ELEMENTS(pids); i++) {
		g_assert_cmpint(waitpid(pids[i], &status, 0), ==, pids[i]);
		g_assert_cmpint(status, ==, 0);
	}
	memory = load(fixture);
	g_assert_cmpuint(ww_marks_count(memory->marks), ==, N_ROUNDS * G_N_ELEMENTS(pids));
}

/* Another process that has stopped in the middle of its writing stops nobody else. */
static void test_locked(struct fixture *fixture, gconstpointer data)
{
	const int fd = open(fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ww_auto(memory) memory = memory_new();
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
	g_assert_false(ww_memory_save(fixture->folder, &fixture->info, memory, NULL, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN);
	g_assert_null(load(fixture));
	close(fd);
	save(fixture);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/memory/round trip", test_round_trip },
		{ "/memory/another trace", test_another_trace },
		{ "/memory/grown", test_grown },
		{ "/memory/partial", test_partial },
		{ "/memory/two windows", test_two_windows },
		{ "/memory/two processes", test_two_processes },
		{ "/memory/locked", test_locked },
		{ "/memory/all folded", test_all_folded },
		{ "/memory/damage", test_damage },
		{ "/memory/out of bounds", test_out_of_bounds },
		{ "/memory/no folder", test_no_folder },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}

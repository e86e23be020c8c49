// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wire.h"
#include "tracer/newborns.h"

struct fixture {
	char *directory;
	struct ww_symbols *symbols;
	struct ww_newborns *newborns;
	pid_t dead, living;
};

static pid_t start_child(bool is_ending)
{
	const pid_t test = getpid();
	pid_t child = fork();

	if (child == 0) {
		/* A test that fails leaves nobody behind who holds its pipes open. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!is_ending && getppid() == test)
			pause();
		_exit(0);
	}
	g_assert_cmpint(child, >, 0);
	if (is_ending)
		waitpid(child, NULL, 0);
	return child;
}

static void set_up(struct fixture *fixture, const void *data)
{
	g_autoptr(GArray) roots = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int32_t own = getpid();

	g_array_append_val(roots, own);
	fixture->directory = g_dir_make_tmp("whywait-newborns-XXXXXX", NULL);
	fixture->symbols = ww_symbols_new(fixture->directory, NULL);
	fixture->newborns = ww_newborns_new(fixture->symbols, roots);
	fixture->dead = start_child(true);
	fixture->living = start_child(false);
}

static char *copy_of(const struct fixture *fixture, pid_t pid)
{
	return g_strdup_printf("%s/symbols/maps-%d", fixture->directory, pid);
}

static void remove_copy(const struct fixture *fixture, pid_t pid)
{
	g_autofree char *copy = copy_of(fixture, pid);

	g_remove(copy);
}

static void tear_down(struct fixture *fixture, const void *data)
{
	g_autofree char *inside = g_build_filename(fixture->directory, "symbols", NULL);

	kill(fixture->living, SIGKILL);
	waitpid(fixture->living, NULL, 0);
	remove_copy(fixture, fixture->dead);
	remove_copy(fixture, fixture->living);
	ww_newborns_free(fixture->newborns);
	ww_symbols_free(fixture->symbols);
	g_rmdir(inside);
	g_rmdir(fixture->directory);
	g_free(fixture->directory);
}

static bool has_copy(const struct fixture *fixture, pid_t pid)
{
	g_autofree char *copy = copy_of(fixture, pid);
	g_autofree char *text = NULL;

	return g_file_get_contents(copy, &text, NULL, NULL) && g_strrstr(text, "test-newborns");
}

static void tell_fork(const struct fixture *fixture, int32_t parent_tid, pid_t tid, pid_t pid)
{
	const struct ww_wire_fork record = { .timestamp = 1000,
					     .id = WW_WIRE_ID_FORK,
					     .parent_tid = parent_tid,
					     .child_tid = tid,
					     .child_pid = pid };

	ww_newborns_note(fixture->newborns, &record);
}

static void tell_exec(const struct fixture *fixture, pid_t pid, uint64_t time_ns)
{
	const struct ww_wire_exec record = {
		.timestamp = time_ns, .id = WW_WIRE_ID_EXEC, .tid = pid, .old_tid = pid, .pid = pid
	};

	ww_newborns_note(fixture->newborns, &record);
}

/* One that has ended was a copy of its parent, until it became another program. */
static void test_dead(struct fixture *fixture, const void *data)
{
	tell_fork(fixture, getpid(), fixture->dead, fixture->dead);
	ww_newborns_tick(fixture->newborns);
	g_assert_true(has_copy(fixture, fixture->dead));
	tell_exec(fixture, fixture->dead, 2000);
	g_assert_false(has_copy(fixture, fixture->dead));
}

/* One that became another program in the same round never had a copy. */
static void test_short(struct fixture *fixture, const void *data)
{
	tell_fork(fixture, getpid(), fixture->dead, fixture->dead);
	g_assert_false(has_copy(fixture, fixture->dead));
	tell_exec(fixture, fixture->dead, 2000);
	ww_newborns_tick(fixture->newborns);
	g_assert_false(has_copy(fixture, fixture->dead));
}

/* A copy that was made after it became another program stays, also when it has ended since. */
static void test_living(struct fixture *fixture, const void *data)
{
	tell_fork(fixture, getpid(), fixture->living, fixture->living);
	g_assert_true(has_copy(fixture, fixture->living));
	remove_copy(fixture, fixture->living);
	tell_exec(fixture, fixture->living, 2000);
	g_assert_true(has_copy(fixture, fixture->living));
	kill(fixture->living, SIGKILL);
	waitpid(fixture->living, NULL, 0);
	tell_exec(fixture, fixture->living, 2000);
	g_assert_true(has_copy(fixture, fixture->living));
	tell_exec(fixture, fixture->living, INT64_MAX);
	g_assert_false(has_copy(fixture, fixture->living));
	fixture->living = start_child(false);
}

/* Others' processes are nothing of ours; children of threads are. */
static void test_threads(struct fixture *fixture, const void *data)
{
	const int32_t thread = 4000001;
	const struct ww_wire_exit end = { .id = WW_WIRE_ID_EXIT, .tid = thread, .pid = getpid() };

	tell_fork(fixture, thread, fixture->dead, fixture->dead);
	tell_exec(fixture, fixture->dead, 1);
	g_assert_false(has_copy(fixture, fixture->dead));
	tell_fork(fixture, getpid(), thread, getpid());
	tell_fork(fixture, thread, fixture->dead, fixture->dead);
	ww_newborns_tick(fixture->newborns);
	g_assert_true(has_copy(fixture, fixture->dead));
	ww_newborns_note(fixture->newborns, &end);
	tell_fork(fixture, thread, fixture->living, fixture->living);
	g_assert_false(has_copy(fixture, fixture->living));
}

/* A storm of forks does not stop the draining: the rest of a round is left out. */
static void test_limit(struct fixture *fixture, const void *data)
{
	for (int i = 0; i < 100; i++)
		tell_fork(fixture, getpid(), fixture->dead, fixture->dead);
	tell_fork(fixture, getpid(), fixture->living, fixture->living);
	g_assert_false(has_copy(fixture, fixture->living));
	ww_newborns_tick(fixture->newborns);
	tell_fork(fixture, getpid(), fixture->living, fixture->living);
	g_assert_true(has_copy(fixture, fixture->living));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/newborns/dead", struct fixture, NULL, set_up, test_dead, tear_down);
	g_test_add("/newborns/short", struct fixture, NULL, set_up, test_short, tear_down);
	g_test_add("/newborns/living", struct fixture, NULL, set_up, test_living, tear_down);
	g_test_add("/newborns/threads", struct fixture, NULL, set_up, test_threads, tear_down);
	g_test_add("/newborns/limit", struct fixture, NULL, set_up, test_limit, tear_down);
	return g_test_run();
}

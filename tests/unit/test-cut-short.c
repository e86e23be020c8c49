// SPDX-License-Identifier: GPL-2.0-or-later
/* A mapped file that somebody else cuts short ends a program with a sentence; other signals of this
 * kind end it as ever. */
#include "base/cut-short.h"

#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_BYTES 100000

/* In a process of its own, what it says on standard error goes to @said. Returns its wait status.
 */
static int run(void (*child)(void), char **said)
{
	char text[256];
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	g_assert_cmpint(pipe(ends), ==, 0);
	pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		ww_cut_short_ends("program");
		child();
		_exit(0);
	}
	close(ends[1]);
	n = read(ends[0], text, sizeof(text));
	close(ends[0]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	*said = g_strndup(text, (gsize)MAX(n, 0));
	return status;
}

static void touch_what_is_gone(void)
{
	char path[] = "/tmp/whywait-cut-short-XXXXXX";
	const int fd = mkstemp(path);
	volatile const char *map;

	unlink(path);
	if (fd < 0 || ftruncate(fd, FILE_BYTES) != 0)
		_exit(9);
	map = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || map[FILE_BYTES - 1] != 0 || ftruncate(fd, 1) != 0)
		_exit(9);
	_exit(map[FILE_BYTES - 1] == 0 ? 8 : 7);
}

static void raise_it(void)
{
	raise(SIGBUS);
}

static void test_cut(void)
{
	g_autofree char *said = NULL;
	const int status = run(touch_what_is_gone, &said);

	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 3);
	g_assert_cmpstr(said, ==, "program: a file was cut short while it was being read\n");
}

static void test_other(void)
{
	g_autofree char *said = NULL;
	const int status = run(raise_it, &said);

	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGBUS);
	g_assert_cmpstr(said, ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cut-short/cut", test_cut);
	g_test_add_func("/cut-short/other", test_other);
	return g_test_run();
}

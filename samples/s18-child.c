// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A parent starts a program and waits for its end; the program, this one under another name,
 * computes for 60 ms. Quiet, it ends at once.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples/truth.h"

#define WORK_NS (60 * TRUTH_NS_PER_MS)
#define CHILD "burner" /* what the program is called as the child */

/* The burner's standard input is the pipe that it tells its own time into. */
static void become_burner(int told)
{
	char path[4096];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length > 0 && dup2(told, STDIN_FILENO) == STDIN_FILENO) {
		path[length] = '\0';
		execl(path, CHILD, truth_is_quiet() ? "0" : "1", NULL);
	}
	_exit(1);
}

static int burn(bool is_quiet)
{
	int64_t ran_ns;

	prctl(PR_SET_NAME, CHILD);
	truth_burn(is_quiet ? 0 : WORK_NS);
	ran_ns = truth_cpu_ns();
	return write(STDIN_FILENO, &ran_ns, sizeof(ran_ns)) != sizeof(ran_ns);
}

static void wait_for(pid_t child)
{
	const struct truth_moment begin = truth_moment();
	int status;

	if (waitpid(child, &status, 0) != child || status != 0)
		truth_die("waitpid");
	truth_number("waited_ns", truth_asleep_since(begin));
	truth_phase("wait", begin.now_ns);
	truth_phase_of("child", child, "life", begin.now_ns, truth_now_ns());
}

static void be_parent(void *data)
{
	int64_t ran_ns;
	int told[2];
	pid_t child;

	if (pipe2(told, O_CLOEXEC) != 0)
		truth_die("pipe2");
	child = fork();
	if (child < 0)
		truth_die("fork");
	if (child == 0)
		become_burner(told[1]);
	wait_for(child);
	if (read(told[0], &ran_ns, sizeof(ran_ns)) != sizeof(ran_ns))
		truth_die("read");
	truth_number("child_ran_ns", ran_ns);
}

static void run(void)
{
	struct truth_thread parent;

	truth_start(&parent, "parent", be_parent, NULL);
	truth_join(&parent);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "child",
		.about = "A program waits for a child that computes.",
		.run = run,
	};

	if (strcmp(argv[0], CHILD) == 0)
		return burn(argc < 2 || argv[1][0] == '0');
	return truth_main(argc, argv, &scenario);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One process after the other has the same id. Quiet, each has its own.
 */
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_LIVES 40
#define STEP_NS (TRUTH_NS_PER_MS / 4)
#define REST_NS (2 * TRUTH_NS_PER_MS)

/* A child as by fork(), with this id unless it is 0. */
static pid_t fork_as(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = pid != 0 ? (uintptr_t)&pid : 0,
		.set_tid_size = pid != 0,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* Each one runs a little longer than the one before, so that none can be mistaken for another. */
static void live(int number)
{
	char role[TRUTH_ROLE_BYTES];
	const int64_t begin_ns = truth_now_ns();

	snprintf(role, sizeof(role), "life-%d", number);
	truth_enter(role);
	truth_burn(number * STEP_NS);
	truth_sleep(REST_NS);
	truth_phase("life", begin_ns);
	truth_leave();
	_exit(0);
}

static void be_parent(void *data)
{
	pid_t same = 0;

	for (int i = 1; i <= N_LIVES; i++) {
		const pid_t child = fork_as(same);
		const int64_t begin_ns = truth_now_ns();
		int status;

		if (child == 0)
			live(i);
		if (child < 0 && (errno == EPERM || errno == ENOSYS))
			truth_skip("a process may not choose the id of its child");
		if (child < 0)
			truth_die("clone3");
		if (waitpid(child, &status, 0) != child || status != 0)
			truth_die("waitpid");
		truth_phase("wait", begin_ns);
		if (!truth_is_quiet())
			same = child;
	}
}

static void run(void)
{
	struct truth_thread parent;

	truth_start(&parent, "parent", be_parent, NULL);
	truth_join(&parent);
	truth_number("lives", N_LIVES);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "tids",
		.about = "Many processes have the same id, one after the other.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A parent starts a program and waits for its end; the program, this one under another name,
 * computes for 60 ms. Quiet, it ends at once.
 */
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples/truth.h"

#define WORK_NS (60 * TRUTH_NS_PER_MS)
#define CHILD "burner" /* what the program is called as the child */

static void become_burner(void)
{
	char path[4096];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length > 0) {
		path[length] = '\0';
		execl(path, CHILD, truth_is_quiet() ? "0" : "1", NULL);
	}
	_exit(1);
}

static int64_t used_ns(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * TRUTH_NS_PER_S +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * TRUTH_NS_PER_US;
}

static void be_parent(void *data)
{
	struct rusage usage;
	int64_t begin_ns;
	int status;
	pid_t child = fork();

	if (child < 0)
		truth_die("fork");
	if (child == 0)
		become_burner();
	begin_ns = truth_now_ns();
	if (wait4(child, &status, 0, &usage) != child || status != 0)
		truth_die("wait4");
	truth_phase("wait", begin_ns);
	truth_phase_of("child", child, "life", begin_ns, truth_now_ns());
	truth_number("child_ran_ns", used_ns(&usage));
}

static void run(void)
{
	struct truth_thread parent;

	truth_start(&parent, "parent", be_parent, NULL);
	truth_join(&parent);
}

static int burn(bool is_quiet)
{
	prctl(PR_SET_NAME, CHILD);
	truth_burn(is_quiet ? 0 : WORK_NS);
	return 0;
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

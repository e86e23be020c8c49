// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every annotation of whywait.h once and the scopes left in every way; C and C++ alike. Prints what
 * the trace must hold, a line per event: NAME and its fields but for ids of tasks and places.
 *
 * With "fast" it does nothing but regions, a million of them, and prints the CPU time of one in ns.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tracer/hooks/whywait.h"

#define N_FAST 1000000

static int leave_early(uint64_t task, int way)
{
	for (int i = 0; i < 3; i++) {
		WHYWAIT_REGION(task, "loop");
		WHYWAIT_REGION(task, "inner");
		if (way == 0)
			return i;
		if (way == 1)
			continue;
		break;
	}
	return -1;
}

static void expect_loops(int n_loops)
{
	for (int i = 0; i < n_loops; i++)
		puts("region_begin loop\nregion_begin inner\nregion_end inner\nregion_end loop");
}

#ifdef __cplusplus
static void use_classes(void)
{
	try {
		const whywait::task outer("outer");
		const whywait::task inner("inner", outer.id());
		const whywait::region region(inner.id(), "thrown");
		throw 1;
	} catch (int) {
		whywait_log(0, "c++", "caught");
	}
	puts("task_begin outer\ntask_begin inner\nregion_begin thrown\nregion_end thrown\n"
	     "task_end\ntask_end\nlog c++ caught");
}
#endif

static int run_all(void)
{
	char text[] = "copied";
	uint64_t task;

	errno = 77;
	task = whywait_task_begin("task", 0);
	whywait_log(task, "", text);
	memset(text, 'x', sizeof(text) - 1);
	whywait_counter("low", INT64_MIN);
	whywait_counter("high", INT64_MAX);
	whywait_region_begin(task, "plain");
	whywait_region_end(task, "plain");
	whywait_task_end(task);
	whywait_task_end(0);
	puts("task_begin task\nlog  copied\ncounter low -9223372036854775808\n"
	     "counter high 9223372036854775807\nregion_begin plain\nregion_end plain\ntask_end");
	leave_early(0, 0);
	expect_loops(1);
	leave_early(0, 1);
	expect_loops(3);
	leave_early(0, 2);
	expect_loops(1);
#ifdef __cplusplus
	use_classes();
#endif
	return errno == 77 && !task == !whywait_is_recorded() ? 0 : 1;
}

static double cpu_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv)
{
	double begin_ns;

	if (argc < 2 || strcmp(argv[1], "fast") != 0)
		return run_all();
	begin_ns = cpu_ns();
	for (int i = 0; i < N_FAST; i++) {
		WHYWAIT_REGION(0, "fast");
	}
	printf("%.2f\n", (cpu_ns() - begin_ns) / N_FAST);
	return 0;
}

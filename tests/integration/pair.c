// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two processes that want the same CPU. Each burns 0.6 s of it and prints the kernel's own account
 * of itself as a line of JSON: by getrusage(2), and by /proc/self/schedstat if that is there.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BURN_NS 600000000LL

static long long cpu_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long microseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000LL + time->tv_usec;
}

static void print_account(void)
{
	long long run_ns = -1, delay_ns = -1;
	FILE *schedstat = fopen("/proc/self/schedstat", "re");
	struct rusage usage;

	if (schedstat && fscanf(schedstat, "%lld %lld", &run_ns, &delay_ns) != 2)
		run_ns = delay_ns = -1;
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"tid\": %d, \"rusage_ns\": %lld, \"run_ns\": %lld, \"delay_ns\": %lld}\n",
	       getpid(), (microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime)) * 1000,
	       run_ns, delay_ns);
	fflush(stdout);
}

static int pin_to_one_cpu(void)
{
	cpu_set_t allowed, one;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return -1;
	while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &allowed))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one);
}

static void burn(void)
{
	while (cpu_time_ns() < BURN_NS)
		;
	print_account();
	_exit(EXIT_SUCCESS);
}

int main(void)
{
	int status, n_failed = 0;

	if (pin_to_one_cpu() != 0)
		return EXIT_FAILURE;
	for (int i = 0; i < 2; i++) {
		pid_t child = fork();

		if (child < 0)
			return EXIT_FAILURE;
		if (child == 0)
			burn();
	}
	for (int i = 0; i < 2; i++)
		n_failed += wait(&status) < 0 || status != 0;
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

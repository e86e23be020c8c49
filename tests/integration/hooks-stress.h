/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stress programs share: NAME... chooses tests, none all; what broke is printed, and the
 * exit status is 0 when nothing did.
 */
#ifndef TESTS_INTEGRATION_HOOKS_STRESS_H
#define TESTS_INTEGRATION_HOOKS_STRESS_H

#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000L

static int n_broken;

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                     \
			n_broken++;                                                                \
		}                                                                                  \
	} while (0)

static struct timespec from_now(clockid_t clock, long ns)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_nsec += ns;
	time.tv_sec += time.tv_nsec / NS_PER_S;
	time.tv_nsec %= NS_PER_S;
	return time;
}

static void await(sem_t *semaphore)
{
	while (sem_wait(semaphore) < 0)
		;
}

struct stress_test {
	const char *name;
	void (*run)(void);
};

static int run_chosen(const struct stress_test *tests, size_t n_tests, int argc, char **argv)
{
	for (size_t i = 0; i < n_tests; i++) {
		bool is_chosen = argc == 1;

		for (int j = 1; j < argc; j++)
			is_chosen = is_chosen || strcmp(argv[j], tests[i].name) == 0;
		if (is_chosen)
			tests[i].run();
	}
	return n_broken ? 1 : 0;
}

#endif

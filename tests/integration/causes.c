// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * causes NAME [quiet]: does for about a second what one condition of trace-record's --snapshot-when
 * is about, or something like it that is not.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS 1000000L
#define N_THREADS 40
#define MEMORY_BYTES ((size_t)200 << 20)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void rest_ms(long duration_ms)
{
	const struct timespec duration = { .tv_sec = duration_ms / 1000,
					   .tv_nsec = duration_ms % 1000 * MS };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, NULL);
}

static void rest_often(void)
{
	for (int i = 0; i < 40; i++)
		rest_ms(20);
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void spin_ms(double duration_ms)
{
	const double end_ms = now_ms() + duration_ms;

	while (now_ms() < end_ms)
		;
}

static void *spin_first(void *data)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (sched_setscheduler(0, SCHED_FIFO, &first) != 0)
		perror("sched_setscheduler");
	spin_ms(900);
	return NULL;
}

/* The main thread wants the CPU that the other one does not give it; it naps, so it is woken. */
static void be_runnable(int is_quiet)
{
	pthread_t spinner;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (is_quiet) {
		rest_often();
		return;
	}
	pthread_create(&spinner, NULL, spin_first, NULL);
	for (int i = 0; i < 50; i++)
		rest_ms(1);
	pthread_join(spinner, NULL);
}

static void be_blocked(int is_quiet)
{
	if (is_quiet)
		rest_often();
	else
		rest_ms(900);
}

static void *hold(void *is_quiet)
{
	if (!is_quiet)
		pthread_mutex_lock(&mutex);
	rest_ms(900);
	if (!is_quiet)
		pthread_mutex_unlock(&mutex);
	return NULL;
}

/* Quiet, both sleep as long and wait for nobody. */
static void wait_for_lock(int is_quiet)
{
	pthread_t holder;

	pthread_create(&holder, NULL, hold, is_quiet ? &mutex : NULL);
	rest_ms(is_quiet ? 1100 : 100);
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
	pthread_join(holder, NULL);
}

static void use_memory(int is_quiet)
{
	const size_t n_bytes = is_quiet ? MEMORY_BYTES / 10 : MEMORY_BYTES;
	char *memory = malloc(n_bytes);

	for (size_t i = 0; i < n_bytes; i += 4096)
		((volatile char *)memory)[i] = 1;
	rest_ms(800);
	free(memory);
}

static void *sleep_aside(void *data)
{
	rest_ms(800);
	return NULL;
}

static void start_threads(int is_quiet)
{
	pthread_t threads[N_THREADS];
	const int n_threads = is_quiet ? N_THREADS / 10 : N_THREADS;

	for (int i = 0; i < n_threads; i++)
		pthread_create(&threads[i], NULL, sleep_aside, NULL);
	for (int i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
}

/* In a control group with a small quota. */
static void use_cpu(int is_quiet)
{
	if (is_quiet)
		rest_ms(1000);
	else
		spin_ms(1000);
}

static void *lock_often(void *data)
{
	const double end_ms = now_ms() + 4000;

	while (now_ms() < end_ms) {
		for (int i = 0; i < 100; i++) {
			pthread_mutex_lock(&mutex);
			for (volatile int j = 0; j < 300; j++)
				;
			pthread_mutex_unlock(&mutex);
		}
	}
	return NULL;
}

/* Tens of thousands of waits for a lock. */
static void contend(int is_quiet)
{
	pthread_t others[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&others[i], NULL, lock_often, NULL);
	lock_often(NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(others[i], NULL);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*cause)(int is_quiet);
	} causes[] = {
		{ "runnable", be_runnable },    { "blocked", be_blocked },
		{ "lock-wait", wait_for_lock }, { "rss", use_memory },
		{ "threads", start_threads },   { "throttled", use_cpu },
		{ "hot-lock", contend },
	};

	for (size_t i = 0; argc > 1 && i < sizeof(causes) / sizeof(*causes); i++) {
		if (strcmp(argv[1], causes[i].name) != 0)
			continue;
		causes[i].cause(argc > 2);
		return EXIT_SUCCESS;
	}
	fprintf(stderr, "causes: there is no cause '%s'\n", argc > 1 ? argv[1] : "");
	return EXIT_FAILURE;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What hooks.py measures: hooks-work prints a line NAME NS for each kind of work, the CPU time of
 * the calling thread for one operation.
 *
 * A second thread is alive but asleep, because preloading starts threads and the C library is
 * faster in a program that has only one.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "tracer/hooks/whywait.h"

#define N_BATCH 256
#define CPU_NS 40e6 /* for each kind of work */
#define N_LIVE 4096
#define MANY ((size_t)256 << 10)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_spinlock_t spin;
static sem_t semaphore;
static mtx_t mtx;
static void *live[N_LIVE];

static void nothing(void)
{
}

static void use_mutex(void)
{
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
}

static void use_mtx(void)
{
	mtx_lock(&mtx);
	mtx_unlock(&mtx);
}

static void use_rwlock(void)
{
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
}

static void use_semaphore(void)
{
	sem_post(&semaphore);
	sem_wait(&semaphore);
}

static void use_spin(void)
{
	pthread_spin_lock(&spin);
	pthread_spin_unlock(&spin);
}

static void use_once(void)
{
	pthread_once(&once, nothing);
}

static void allocate(size_t size)
{
	void *volatile memory = malloc(size);

	free(memory);
}

static void allocate_small(void)
{
	allocate(64);
}

static void allocate_page(void)
{
	allocate(4096);
}

static void clear_much(void)
{
	void *volatile memory = calloc(1, MANY);

	free(memory);
}

/* Doubles from 64 KiB to 2 MiB; the page faults of the last step are counted. */
static void grow_much(void)
{
	char *memory = malloc(MANY / 4);

	for (size_t size = MANY / 2; size <= 8 * MANY && memory; size *= 2) {
		memory = realloc(memory, size);
		if (memory)
			memset(memory + size / 2, 1, size / 2);
	}
	free(memory);
}

static uint32_t next_random(void)
{
	static uint32_t state = 1;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Of a hundred blocks 80 have up to 256 bytes, 18 up to 4 KiB and 2 up to 64 KiB. */
static size_t random_size(void)
{
	uint32_t kind = next_random() % 100;

	return 8 + next_random() % (kind < 80 ? 248 : kind < 98 ? 4088 : 65528);
}

/* One block of many is replaced, as a server's or a compiler's would be, and its head is used. */
static void replace_block(void)
{
	void **place = &live[next_random() % N_LIVE];
	size_t size = random_size();

	free(*place);
	*place = malloc(size);
	if (*place)
		memset(*place, 1, size < 64 ? size : 64);
}

static void annotate(void)
{
	WHYWAIT_REGION(0, "region");
}

static const struct {
	const char *name;
	void (*once)(void);
} works[] = {
	{ "mutex", use_mutex },
	{ "mtx", use_mtx },
	{ "rwlock", use_rwlock },
	{ "semaphore", use_semaphore },
	{ "spin", use_spin },
	{ "once", use_once },
	{ "malloc-64", allocate_small },
	{ "malloc-4096", allocate_page },
	{ "calloc-256K", clear_much },
	{ "realloc-2M", grow_much },
	{ "malloc-heavy", replace_block },
	{ "region", annotate },
};

static double cpu_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* The first batch warms up. */
static double measure(void (*work)(void))
{
	double begin_ns = 0, taken_ns = 0;
	long n_done = -N_BATCH;

	while (taken_ns < CPU_NS) {
		for (int i = 0; i < N_BATCH; i++)
			work();
		n_done += N_BATCH;
		if (n_done == 0)
			begin_ns = cpu_ns();
		taken_ns = n_done > 0 ? cpu_ns() - begin_ns : 0;
	}
	return taken_ns / (double)n_done;
}

static void *sleep_for_ever(void *unused)
{
	const struct timespec long_time = { .tv_sec = 3600 };

	nanosleep(&long_time, NULL);
	return unused;
}

int main(void)
{
	pthread_t sleeper;

	if (pthread_create(&sleeper, NULL, sleep_for_ever, NULL) != 0)
		return 1;
	mtx_init(&mtx, mtx_plain);
	sem_init(&semaphore, 0, 0);
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	for (int i = 0; i < 4 * N_LIVE; i++)
		replace_block();
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		printf("%s %.3f\n", works[i].name, measure(works[i].once));
	return 0;
}

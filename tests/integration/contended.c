// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program with known waits: contended [LOCKS [HOLD-MS]]
 *
 * The main thread holds a mutex for HOLD-MS while a waiter wants it, LOCKS times; then the waiter
 * waits for a condition until it is signalled, once until a timeout, and is cancelled in a last
 * wait. Every wait is one line on standard output, as the waiter's own clock saw it:
 *
 *     mutex|condition ADDRESS OWNER-TID WAITER-TID DURATION-NS RESULT
 *
 * The duration of the cancelled wait is not known to its thread and printed as 0. At the end the
 * main thread gives a large block back, which takes the kernel milliseconds:
 *
 *     free USABLE-BYTES DURATION-NS
 */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LARGE_BYTES (64u << 20)
#define NS_PER_MS 1000000L
#define NS_PER_S 1000000000L

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t wanted, got;
static bool is_signalled;
static long n_locks = 5;
static long hold_ms = 20;
static pid_t main_tid;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void sleep_ms(long duration_ms)
{
	struct timespec duration = { duration_ms / 1000, duration_ms % 1000 * NS_PER_MS };

	while (nanosleep(&duration, &duration) < 0 && errno == EINTR)
		;
}

static void print_wait(const char *kind, const void *address, pid_t owner, int64_t begin_ns,
		       int result)
{
	int64_t duration_ns = begin_ns ? now_ns() - begin_ns : 0;

	printf("%s 0x%" PRIXPTR " %d %d %" PRId64 " %d\n", kind, (uintptr_t)address, (int)owner,
	       (int)gettid(), duration_ns, result);
}

static void wait_for_locks(void)
{
	for (long i = 0; i < n_locks; i++) {
		int64_t begin_ns;
		int result;

		sem_wait(&got);
		begin_ns = now_ns();
		sem_post(&wanted);
		result = pthread_mutex_lock(&lock);
		print_wait("mutex", &lock, main_tid, begin_ns, result);
		pthread_mutex_unlock(&lock);
		sem_post(&wanted);
	}
}

static void unlock(void *mutex)
{
	pthread_mutex_unlock(mutex);
}

static void wait_for_conditions(void)
{
	struct timespec until;
	int64_t begin_ns = now_ns();
	int result = 0;

	pthread_mutex_lock(&guard);
	sem_post(&wanted);
	while (!is_signalled)
		result = pthread_cond_wait(&condition, &guard);
	print_wait("condition", &condition, 0, begin_ns, result);

	begin_ns = now_ns();
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += hold_ms * NS_PER_MS;
	until.tv_sec += until.tv_nsec / NS_PER_S;
	until.tv_nsec %= NS_PER_S;
	result = pthread_cond_timedwait(&condition, &guard, &until);
	print_wait("condition", &condition, 0, begin_ns, result);

	print_wait("condition", &condition, 0, 0, ECANCELED);
	sem_post(&wanted);
	pthread_cleanup_push(unlock, &guard);
	for (;;)
		pthread_cond_wait(&condition, &guard);
	pthread_cleanup_pop(0);
}

static void free_large_block(void)
{
	char *block = malloc(LARGE_BYTES);
	int64_t begin_ns;
	size_t size;

	if (!block)
		return;
	memset(block, 1, LARGE_BYTES);
	size = malloc_usable_size(block);
	begin_ns = now_ns();
	free(block);
	printf("free %zu %" PRId64 "\n", size, now_ns() - begin_ns);
}

static void *run_waiter(void *unused)
{
	wait_for_locks();
	wait_for_conditions();
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t waiter;

	if (argc > 1)
		n_locks = strtol(argv[1], NULL, 10);
	if (argc > 2)
		hold_ms = strtol(argv[2], NULL, 10);
	main_tid = gettid();
	sem_init(&wanted, 0, 0);
	sem_init(&got, 0, 0);
	if (pthread_create(&waiter, NULL, run_waiter, NULL) != 0)
		return 1;
	for (long i = 0; i < n_locks; i++) {
		pthread_mutex_lock(&lock);
		sem_post(&got);
		sem_wait(&wanted);
		sleep_ms(hold_ms);
		pthread_mutex_unlock(&lock);
		sem_wait(&wanted);
	}

	sem_wait(&wanted);
	sleep_ms(hold_ms);
	pthread_mutex_lock(&guard);
	is_signalled = true;
	pthread_cond_signal(&condition);
	pthread_mutex_unlock(&guard);

	sem_wait(&wanted);
	sleep_ms(hold_ms);
	pthread_cancel(waiter);
	pthread_join(waiter, NULL);
	free_large_block();
	return 0;
}

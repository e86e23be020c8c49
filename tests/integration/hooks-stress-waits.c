// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program may rely on, hooked or not, where it waits: hooks-stress-waits [NAME...].
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/hooks-stress.h"

#define N_THREADS 4
#define N_ROUNDS 200

static const struct timespec no_time = { .tv_nsec = -1 };

/* -- read-write locks -- */

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void *meet_a_writer(void *unused)
{
	struct timespec soon = from_now(CLOCK_REALTIME, 1000000);

	errno = EXDEV;
	CHECK(pthread_rwlock_timedrdlock(&rwlock, &soon) == ETIMEDOUT);
	CHECK(pthread_rwlock_timedwrlock(&rwlock, &soon) == ETIMEDOUT);
	soon = from_now(CLOCK_MONOTONIC, 1000000);
	CHECK(pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC, &soon) == ETIMEDOUT);
	CHECK(pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &soon) == ETIMEDOUT);
	CHECK(errno == EXDEV);
	return unused;
}

static long shared_count;

static void *read_and_write(void *unused)
{
	for (int i = 0; i < N_ROUNDS; i++) {
		long before;

		pthread_rwlock_wrlock(&rwlock);
		shared_count++;
		pthread_rwlock_unlock(&rwlock);
		pthread_rwlock_rdlock(&rwlock);
		before = shared_count;
		usleep(10);
		CHECK(before == shared_count);
		pthread_rwlock_unlock(&rwlock);
	}
	return unused;
}

static void test_rwlocks(void)
{
	struct timespec later = from_now(CLOCK_MONOTONIC, 0);
	pthread_t threads[N_THREADS];

	CHECK(pthread_rwlock_timedrdlock(&rwlock, &no_time) == EINVAL);
	CHECK(pthread_rwlock_timedwrlock(&rwlock, &no_time) == EINVAL);
	CHECK(pthread_rwlock_clockwrlock(&rwlock, CLOCK_PROCESS_CPUTIME_ID, &later) == EINVAL);
	CHECK(pthread_rwlock_clockrdlock(&rwlock, CLOCK_PROCESS_CPUTIME_ID, &later) == EINVAL);
	CHECK(pthread_rwlock_wrlock(&rwlock) == 0);
	CHECK(pthread_rwlock_wrlock(&rwlock) == EDEADLK);
	CHECK(pthread_rwlock_rdlock(&rwlock) == EDEADLK);
	CHECK(pthread_create(&threads[0], NULL, meet_a_writer, NULL) == 0);
	CHECK(pthread_join(threads[0], NULL) == 0);
	CHECK(pthread_rwlock_unlock(&rwlock) == 0);
	for (int i = 0; i < N_THREADS; i++)
		pthread_create(&threads[i], NULL, read_and_write, NULL);
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	CHECK(shared_count == N_THREADS * N_ROUNDS);
}

/* -- semaphores -- */

static sem_t ping, pong;

static void *answer(void *unused)
{
	for (int i = 0; i < N_ROUNDS; i++) {
		await(&ping);
		sem_post(&pong);
	}
	return unused;
}

static void test_semaphores(void)
{
	struct timespec soon = from_now(CLOCK_REALTIME, 1000000);
	pthread_t thread;
	int value = -1;

	sem_init(&ping, 0, 0);
	sem_init(&pong, 0, 1);
	errno = 0;
	CHECK(sem_timedwait(&pong, &no_time) == -1 && errno == EINVAL);
	errno = 0;
	CHECK(sem_clockwait(&pong, CLOCK_PROCESS_CPUTIME_ID, &soon) == -1 && errno == EINVAL);
	errno = EXDEV;
	CHECK(sem_wait(&pong) == 0 && errno == EXDEV);
	CHECK(sem_timedwait(&pong, &soon) == -1 && errno == ETIMEDOUT);
	soon = from_now(CLOCK_MONOTONIC, 1000000);
	CHECK(sem_clockwait(&pong, CLOCK_MONOTONIC, &soon) == -1 && errno == ETIMEDOUT);
	pthread_create(&thread, NULL, answer, NULL);
	for (int i = 0; i < N_ROUNDS; i++) {
		sem_post(&ping);
		errno = EXDEV;
		CHECK(sem_wait(&pong) == 0 && errno == EXDEV);
	}
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(sem_getvalue(&pong, &value) == 0 && value == 0);
}

/* -- joins -- */

static void *wait_for_ping(void *value)
{
	await(&ping);
	return value;
}

static void test_joins(void)
{
	struct timespec soon = from_now(CLOCK_REALTIME, 1000000);
	pthread_attr_t attributes;
	pthread_t thread;
	void *value = NULL;

	sem_init(&ping, 0, 0);
	CHECK(pthread_join(pthread_self(), NULL) == EDEADLK);
	CHECK(pthread_create(&thread, NULL, wait_for_ping, &ping) == 0);
	CHECK(pthread_timedjoin_np(thread, &value, &soon) == ETIMEDOUT && !value);
	soon = from_now(CLOCK_MONOTONIC, 1000000);
	CHECK(pthread_clockjoin_np(thread, &value, CLOCK_MONOTONIC, &soon) == ETIMEDOUT && !value);
	CHECK(pthread_tryjoin_np(thread, &value) == EBUSY);
	sem_post(&ping);
	CHECK(pthread_join(thread, &value) == 0 && value == &ping);

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	CHECK(pthread_create(&thread, &attributes, wait_for_ping, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == EINVAL);
	sem_post(&ping);
	pthread_attr_destroy(&attributes);
	for (int i = 0; i < 10 * N_ROUNDS; i++) {
		CHECK(pthread_create(&thread, NULL, wait_for_ping, &pong) == 0);
		sem_post(&ping);
		CHECK(pthread_join(thread, &value) == 0 && value == &pong);
	}
}

/* -- cancellation: of those who wait, and of those who would not have to -- */

static sem_t ready, never, full;
static pthread_t sleeper;
static pthread_barrier_t barrier;
static int n_cleanups;

static void count_cleanup(void *unused)
{
	(void)unused;
	n_cleanups++;
}

static void *sleep_on_semaphore(void *unused)
{
	pthread_cleanup_push(count_cleanup, NULL);
	sem_post(&ready);
	sem_wait(&never);
	pthread_cleanup_pop(0);
	return unused;
}

static void *sleep_until(void *unused)
{
	struct timespec late = from_now(CLOCK_REALTIME, 0);

	late.tv_sec += 60;
	pthread_cleanup_push(count_cleanup, NULL);
	sem_post(&ready);
	sem_timedwait(&never, &late);
	pthread_cleanup_pop(0);
	return unused;
}

static void *sleep_on_thread(void *unused)
{
	pthread_cleanup_push(count_cleanup, NULL);
	sem_post(&ready);
	pthread_join(sleeper, NULL);
	pthread_cleanup_pop(0);
	return unused;
}

/* The semaphore is free and the request came before: the call acts on it and leaves the semaphore.
 */
static void *take_when_cancelled(void *unused)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_post(&ready);
	await(&ping);
	pthread_cleanup_push(count_cleanup, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	sem_wait(&full);
	pthread_cleanup_pop(0);
	return unused;
}

/* A barrier and a read-write lock are no cancellation points. */
static void *pass_uncancelled(void *unused)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_post(&ready);
	await(&ping);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_barrier_wait(&barrier);
	pthread_rwlock_wrlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	return unused;
}

static pthread_t begin_victim(void *(*run)(void *))
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
	await(&ready);
	usleep(3000);
	CHECK(pthread_cancel(thread) == 0);
	return thread;
}

static void expect_cancelled(void *(*run)(void *))
{
	int before = n_cleanups;
	pthread_t thread = begin_victim(run);
	void *value = NULL;

	sem_post(&ping);
	CHECK(pthread_join(thread, &value) == 0 && value == PTHREAD_CANCELED);
	CHECK(n_cleanups == before + 1);
	while (sem_trywait(&ping) == 0)
		;
}

static void test_cancelled_waits(void)
{
	void *value = NULL;
	pthread_t thread;
	int free_units = 0;

	sem_init(&ready, 0, 0);
	sem_init(&never, 0, 0);
	sem_init(&ping, 0, 0);
	sem_init(&full, 0, 3);
	pthread_barrier_init(&barrier, NULL, 2);
	expect_cancelled(sleep_on_semaphore);
	expect_cancelled(sleep_until);
	expect_cancelled(take_when_cancelled);
	CHECK(sem_getvalue(&full, &free_units) == 0 && free_units == 3);
	CHECK(pthread_create(&sleeper, NULL, wait_for_ping, &full) == 0);
	thread = begin_victim(sleep_on_thread);
	CHECK(pthread_join(thread, &value) == 0 && value == PTHREAD_CANCELED);
	CHECK(n_cleanups == 4);
	sem_post(&ping);
	CHECK(pthread_join(sleeper, &value) == 0 && value == &full);
	thread = begin_victim(pass_uncancelled);
	pthread_rwlock_wrlock(&rwlock);
	sem_post(&ping);
	pthread_barrier_wait(&barrier);
	usleep(3000);
	pthread_rwlock_unlock(&rwlock);
	CHECK(pthread_join(thread, &value) == 0 && value == NULL);
}

/* -- signals: a semaphore's wait ends with one, the others go on -- */

static _Atomic int n_handled;

static void handle(int number)
{
	(void)number;
	n_handled++;
}

static void test_interrupted_waits(void)
{
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, stop = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = handle };
	struct timespec end = from_now(CLOCK_REALTIME, 50000000);
	sigset_t alarms;
	pthread_t thread;

	sem_init(&never, 0, 0);
	sem_init(&ping, 0, 0);
	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarms, NULL);
	CHECK(pthread_create(&thread, NULL, wait_for_ping, NULL) == 0);
	pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	errno = 0;
	CHECK(sem_wait(&never) == -1 && errno == EINTR);
	CHECK(pthread_timedjoin_np(thread, NULL, &end) == ETIMEDOUT);
	setitimer(ITIMER_REAL, &stop, NULL);
	sem_post(&ping);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(n_handled > 2);
}

/* -- fork while others wait; the child has waits of its own -- */

#define N_CHILDREN 8

static void *meet(void *unused)
{
	for (int i = 0; i < N_CHILDREN * N_ROUNDS; i++)
		pthread_barrier_wait(&barrier);
	return unused;
}

static void be_a_child(void)
{
	pthread_t thread;

	sem_init(&ping, 0, 0);
	CHECK(pthread_create(&thread, NULL, wait_for_ping, NULL) == 0);
	usleep(1000);
	sem_post(&ping);
	CHECK(pthread_join(thread, NULL) == 0);
	_exit(n_broken ? 1 : 17);
}

static void test_forks(void)
{
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, 2);
	CHECK(pthread_create(&thread, NULL, meet, NULL) == 0);
	for (int i = 0; i < N_CHILDREN; i++) {
		pid_t pid = fork();
		int status = 0;

		if (pid == 0)
			be_a_child();
		for (int j = 0; j < N_ROUNDS; j++)
			pthread_barrier_wait(&barrier);
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 17);
	}
	CHECK(pthread_join(thread, NULL) == 0);
}

static const struct stress_test tests[] = {
	{ "rwlocks", test_rwlocks },
	{ "semaphores", test_semaphores },
	{ "joins", test_joins },
	{ "cancelled-waits", test_cancelled_waits },
	{ "interrupted-waits", test_interrupted_waits },
	{ "forks", test_forks },
};

int main(int argc, char **argv)
{
	return run_chosen(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program may rely on, hooked or not: hooks-stress [NAME...]. Prints what broke; exit 0 when
 * nothing did.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/integration/hooks-stress.h"

/* A thread that holds a mutex from holder_begin() until @release is posted and a little longer. */
struct holder {
	pthread_mutex_t *mutex;
	pthread_t thread;
	sem_t held, release;
};

static void *hold(void *data)
{
	struct holder *holder = data;

	CHECK(pthread_mutex_lock(holder->mutex) == 0);
	sem_post(&holder->held);
	await(&holder->release);
	usleep(5000);
	CHECK(pthread_mutex_unlock(holder->mutex) == 0);
	return NULL;
}

static void holder_begin(struct holder *holder, pthread_mutex_t *mutex)
{
	holder->mutex = mutex;
	sem_init(&holder->held, 0, 0);
	sem_init(&holder->release, 0, 0);
	CHECK(pthread_create(&holder->thread, NULL, hold, holder) == 0);
	await(&holder->held);
}

static void holder_end(struct holder *holder)
{
	CHECK(pthread_join(holder->thread, NULL) == 0);
}

/* Behind a volatile, so that the compiler does not answer for the allocator. */
static volatile size_t half_of_all = SIZE_MAX / 2;

/* -- errno -- */

static void test_errno(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
	struct timespec soon;
	struct holder holder;
	void *block;

	holder_begin(&holder, &mutex);
	sem_post(&holder.release);
	errno = EXDEV;
	CHECK(pthread_mutex_lock(&mutex) == 0);
	CHECK(errno == EXDEV);
	soon = from_now(CLOCK_REALTIME, 1000000);
	CHECK(pthread_cond_timedwait(&condition, &mutex, &soon) == ETIMEDOUT);
	CHECK(errno == EXDEV);
	pthread_mutex_unlock(&mutex);
	holder_end(&holder);

	errno = EXDEV;
	block = malloc(64 << 20);
	CHECK(block && errno == EXDEV);
	block = realloc(block, 128 << 20);
	CHECK(block && errno == EXDEV);
	free(block);
	CHECK(errno == EXDEV);
	errno = 0;
	CHECK(malloc(half_of_all) == NULL && errno == ENOMEM);
}

/* -- every kind of mutex answers as ever -- */

static void make_mutex(pthread_mutex_t *mutex, int type, int protocol, int robustness)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	CHECK(pthread_mutexattr_settype(&attributes, type) == 0);
	CHECK(pthread_mutexattr_setprotocol(&attributes, protocol) == 0);
	CHECK(pthread_mutexattr_setrobust(&attributes, robustness) == 0);
	if (protocol == PTHREAD_PRIO_PROTECT)
		CHECK(pthread_mutexattr_setprioceiling(&attributes, 10) == 0);
	CHECK(pthread_mutex_init(mutex, &attributes) == 0);
	pthread_mutexattr_destroy(&attributes);
}

static void check_waits(pthread_mutex_t *mutex)
{
	struct timespec soon;
	struct holder holder;

	holder_begin(&holder, mutex);
	soon = from_now(CLOCK_REALTIME, 1000000);
	CHECK(pthread_mutex_timedlock(mutex, &soon) == ETIMEDOUT);
	soon = from_now(CLOCK_MONOTONIC, 1000000);
	CHECK(pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &soon) == ETIMEDOUT);
	sem_post(&holder.release);
	CHECK(pthread_mutex_lock(mutex) == 0);
	CHECK(pthread_mutex_unlock(mutex) == 0);
	holder_end(&holder);
	soon = from_now(CLOCK_REALTIME, -NS_PER_S / 2);
	CHECK(pthread_mutex_timedlock(mutex, &soon) == 0);
	CHECK(pthread_mutex_unlock(mutex) == 0);
}

static void *lock_and_die(void *mutex)
{
	CHECK(pthread_mutex_lock(mutex) == 0);
	return NULL;
}

static void check_robust(int protocol)
{
	pthread_mutex_t mutex;
	pthread_t thread;

	make_mutex(&mutex, PTHREAD_MUTEX_NORMAL, protocol, PTHREAD_MUTEX_ROBUST);
	pthread_create(&thread, NULL, lock_and_die, &mutex);
	pthread_join(thread, NULL);
	CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	CHECK(pthread_mutex_lock(&mutex) == ENOTRECOVERABLE);
	pthread_mutex_destroy(&mutex);
}

static void test_mutex_kinds(void)
{
	static const int protocols[] = { PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT };
	struct timespec soon = from_now(CLOCK_MONOTONIC, 1000000);
	pthread_mutex_t mutex;

	for (size_t i = 0; i < 2; i++) {
		make_mutex(&mutex, PTHREAD_MUTEX_NORMAL, protocols[i], PTHREAD_MUTEX_STALLED);
		check_waits(&mutex);
		make_mutex(&mutex, PTHREAD_MUTEX_RECURSIVE, protocols[i], PTHREAD_MUTEX_STALLED);
		check_waits(&mutex);
		CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0);
		CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
		CHECK(pthread_mutex_unlock(&mutex) == EPERM);
		make_mutex(&mutex, PTHREAD_MUTEX_ERRORCHECK, protocols[i], PTHREAD_MUTEX_STALLED);
		check_waits(&mutex);
		CHECK(pthread_mutex_lock(&mutex) == 0);
		CHECK(pthread_mutex_lock(&mutex) == EDEADLK);
		CHECK(pthread_mutex_timedlock(&mutex, &soon) == EDEADLK);
		CHECK(pthread_mutex_unlock(&mutex) == 0);
		check_robust(protocols[i]);
	}
	make_mutex(&mutex, PTHREAD_MUTEX_ADAPTIVE_NP, PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED);
	check_waits(&mutex);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_PROCESS_CPUTIME_ID, &soon) == EINVAL);
	CHECK(pthread_mutex_trylock(&mutex) == 0);
}

/* Only a process with real-time rights may lock one; both answers are right, a changed priority is
 * not. */
static void test_ceiling(void)
{
	struct sched_param before, after;
	pthread_mutex_t mutex;
	int policy, result;

	make_mutex(&mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_PROTECT, PTHREAD_MUTEX_STALLED);
	pthread_getschedparam(pthread_self(), &policy, &before);
	result = pthread_mutex_lock(&mutex);
	CHECK(result == 0 || result == EPERM || result == EINVAL);
	if (result == 0) {
		CHECK(pthread_mutex_unlock(&mutex) == 0);
		check_waits(&mutex);
	}
	pthread_getschedparam(pthread_self(), &policy, &after);
	CHECK(before.sched_priority == after.sched_priority);
}

/* -- the allocator -- */

static void test_allocator(void)
{
	static const size_t sizes[] = { 1, 24, 1031, 1032, 1033, 1040, 4096, 200000, 40 << 20 };
	const size_t n_sizes = sizeof(sizes) / sizeof(sizes[0]);
	void *block = NULL, *aligned = NULL;

	for (size_t i = 0; i < n_sizes; i++) {
		size_t kept = i > 0 ? sizes[i - 1] : 0;

		block = realloc(block, sizes[i]);
		CHECK(block && malloc_usable_size(block) >= sizes[i]);
		CHECK(kept == 0 || ((char *)block)[kept - 1] == 'x');
		memset(block, 'x', sizes[i]);
	}
	for (size_t i = n_sizes; i-- > 0;) {
		block = realloc(block, sizes[i]);
		CHECK(((char *)block)[sizes[i] - 1] == 'x');
	}
	free(block);
	free(NULL);
	for (size_t i = 0; i < n_sizes; i++) {
		char *zeros = calloc(sizes[i], 2);

		CHECK(zeros && zeros[0] == 0 && zeros[2 * sizes[i] - 1] == 0);
		free(zeros);
		CHECK(posix_memalign(&aligned, 4096, sizes[i]) == 0 &&
		      (uintptr_t)aligned % 4096 == 0);
		free(aligned);
		aligned = aligned_alloc(64, sizes[i]);
		CHECK(aligned && (uintptr_t)aligned % 64 == 0);
		free(aligned);
		aligned = memalign(1 << 16, sizes[i]);
		CHECK(aligned && (uintptr_t)aligned % (1 << 16) == 0);
		free(aligned);
	}
	CHECK(posix_memalign(&aligned, 3, 8) == EINVAL);
	errno = 0;
	CHECK(calloc(half_of_all, 4) == NULL && errno == ENOMEM);
	errno = 0;
	CHECK(reallocarray(NULL, half_of_all, 4) == NULL && errno == ENOMEM);
}

/* -- fork, vfork, spawn: while other threads lock and allocate -- */

static pthread_mutex_t busy_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic bool is_over;

static void *be_busy(void *unused)
{
	while (!is_over) {
		void *block = malloc(100000);

		pthread_mutex_lock(&busy_lock);
		memset(block, 1, 4096);
		pthread_mutex_unlock(&busy_lock);
		free(block);
	}
	return unused;
}

static void be_a_child(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct holder holder;
	void *block = malloc(1 << 20);

	holder_begin(&holder, &mutex);
	sem_post(&holder.release);
	CHECK(pthread_mutex_lock(&mutex) == 0);
	pthread_mutex_unlock(&mutex);
	holder_end(&holder);
	free(block);
	_exit(n_broken ? 1 : 17);
}

static void expect_status(pid_t pid, int expected)
{
	int status = 0;

	CHECK(pid > 0);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

static void test_children(void)
{
	char *const arguments[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "exit 9" },
				    NULL };
	pthread_t threads[3];
	pid_t pid;

	is_over = false;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, be_busy, NULL);
	for (int i = 0; i < 8; i++) {
		pid = fork();
		if (pid == 0)
			be_a_child();
		expect_status(pid, 17);
		pid = vfork();
		if (pid == 0) {
			execv("/bin/sh", arguments);
			_exit(127);
		}
		expect_status(pid, 9);
		CHECK(posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ) == 0);
		expect_status(pid, 9);
	}
	is_over = true;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

/* -- signals: a handler that waits for a lock of its own, in the middle of everything -- */

static pthread_mutex_t handler_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int n_handled;

static void handle(int number)
{
	int saved_errno = errno;

	CHECK(number == SIGALRM);
	if (pthread_mutex_lock(&handler_lock) == 0)
		pthread_mutex_unlock(&handler_lock);
	n_handled++;
	errno = saved_errno;
}

/* Holds the handler's lock half of the time; never interrupted, so that no handler meets its own
 * lock held. */
static void *contend_with_handler(void *unused)
{
	sigset_t alarms;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarms, NULL);
	while (!is_over) {
		pthread_mutex_lock(&handler_lock);
		usleep(100);
		pthread_mutex_unlock(&handler_lock);
		usleep(100);
	}
	return unused;
}

static void test_signals(void)
{
	const struct itimerval often = { { 0, 300 }, { 0, 300 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };
	pthread_t threads[3];
	struct timespec end = from_now(CLOCK_MONOTONIC, 700000000), now;

	is_over = false;
	n_handled = 0;
	sigaction(SIGALRM, &action, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, be_busy, NULL);
	pthread_create(&threads[2], NULL, contend_with_handler, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	do {
		pthread_mutex_lock(&busy_lock);
		pthread_mutex_unlock(&busy_lock);
		free(malloc(50000));
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec ||
		 (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
	setitimer(ITIMER_REAL, &never, NULL);
	is_over = true;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	CHECK(n_handled > 100);
}

/* -- cancellation: a lock is no cancellation point, a condition is one -- */

static pthread_mutex_t cancel_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cancel_condition = PTHREAD_COND_INITIALIZER;
static sem_t cancel_ready, cancel_sent;
static int n_locks_cancelled;
static bool is_unlocked;

static void unlock_cancelled(void *unused)
{
	CHECK(pthread_mutex_unlock(&cancel_lock) == 0); /* held again, as the standard says */
	is_unlocked = true;
}

static void *be_cancelled(void *unused)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_post(&cancel_ready);
	await(&cancel_sent);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL); /* pending from here on */
	for (int i = 0; i < 1000; i++) {
		pthread_mutex_lock(&busy_lock);
		pthread_mutex_unlock(&busy_lock);
		free(malloc(100000));
		n_locks_cancelled++;
	}
	pthread_mutex_lock(&cancel_lock);
	pthread_cleanup_push(unlock_cancelled, NULL);
	for (;;)
		pthread_cond_wait(&cancel_condition, &cancel_lock);
	pthread_cleanup_pop(0);
	return unused;
}

static void test_cancellation(void)
{
	pthread_t busy, victim;
	void *result;

	is_over = false;
	n_locks_cancelled = 0;
	sem_init(&cancel_ready, 0, 0);
	sem_init(&cancel_sent, 0, 0);
	pthread_create(&busy, NULL, be_busy, NULL);
	pthread_create(&victim, NULL, be_cancelled, NULL);
	await(&cancel_ready);
	CHECK(pthread_cancel(victim) == 0);
	sem_post(&cancel_sent);
	CHECK(pthread_join(victim, &result) == 0 && result == PTHREAD_CANCELED);
	CHECK(n_locks_cancelled == 1000);
	CHECK(is_unlocked);
	is_over = true;
	pthread_join(busy, NULL);
}

/* -- condition functions of the oldest C library: another layout under the same name -- */

#if defined(__x86_64__) && !defined(__ILP32__)
int old_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int old_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until);
int old_signal(pthread_cond_t *cond);
__asm__(".symver old_wait, pthread_cond_wait@GLIBC_2.2.5");
__asm__(".symver old_timedwait, pthread_cond_timedwait@GLIBC_2.2.5");
__asm__(".symver old_signal, pthread_cond_signal@GLIBC_2.2.5");

/* One pointer, to memory of the C library's. */
struct old_condition {
	union {
		pthread_cond_t *as_argument;
		void *cond;
	};
	char fence[sizeof(pthread_cond_t) - sizeof(void *)];
};

static struct old_condition old_condition;
static pthread_mutex_t old_lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_old_signalled;

static void *signal_old(void *unused)
{
	usleep(5000);
	pthread_mutex_lock(&old_lock);
	is_old_signalled = true;
	old_signal((pthread_cond_t *)(void *)&old_condition);
	pthread_mutex_unlock(&old_lock);
	return unused;
}

static void test_old_conditions(void)
{
	pthread_cond_t *condition = (pthread_cond_t *)(void *)&old_condition;
	struct timespec soon = from_now(CLOCK_REALTIME, 2000000);
	pthread_t thread;

	memset(&old_condition, 0, sizeof(old_condition));
	is_old_signalled = false;
	pthread_mutex_lock(&old_lock);
	CHECK(old_timedwait(condition, &old_lock, &soon) == ETIMEDOUT);
	pthread_create(&thread, NULL, signal_old, NULL);
	while (!is_old_signalled)
		CHECK(old_wait(condition, &old_lock) == 0);
	pthread_mutex_unlock(&old_lock);
	pthread_join(thread, NULL);
	CHECK(old_condition.cond != NULL);
	for (size_t i = 0; i < sizeof(old_condition.fence); i++)
		CHECK(old_condition.fence[i] == 0);
}
#else
static void test_old_conditions(void)
{
	printf("this machine's C library never had old condition functions\n");
}
#endif

/* -- a mutex between processes -- */

static void test_shared(void)
{
	pthread_mutex_t *mutex = mmap(NULL, sizeof(*mutex), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attributes;
	pid_t pid;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(mutex, &attributes);
	pthread_mutex_lock(mutex);
	pid = fork();
	if (pid == 0) {
		CHECK(pthread_mutex_lock(mutex) == 0);
		pthread_mutex_unlock(mutex);
		_exit(n_broken ? 1 : 5);
	}
	usleep(5000);
	pthread_mutex_unlock(mutex);
	expect_status(pid, 5);
	munmap(mutex, sizeof(*mutex));
}

static const struct stress_test tests[] = {
	{ "errno", test_errno },
	{ "mutex-kinds", test_mutex_kinds },
	{ "ceiling", test_ceiling },
	{ "allocator", test_allocator },
	{ "children", test_children },
	{ "signals", test_signals },
	{ "cancellation", test_cancellation },
	{ "old-conditions", test_old_conditions },
	{ "shared", test_shared },
};

int main(int argc, char **argv)
{
	return run_chosen(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}

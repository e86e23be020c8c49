// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program whose main thread waits a known number of times: hooks-truth
 *
 * For each wait a helper takes what the main thread then wants, and gives it back when the kernel
 * says that the main thread sleeps (or, for what spins, a while later). Each wait is one line on
 * standard output, in order, with the numbers of the hooks' kinds:
 *
 *     KIND ADDRESS OWNER-TID RESULT
 *
 * Between them the main thread takes the same things when nobody has them, which are no waits.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000L
#define MANY_S 60
#define SHORT_NS 2000000L

/* How the main thread asks; the last one comes back without, where there is such a way. */
enum way { PLAIN, TIMED, CLOCK, TOO_SHORT, WAY_N };

struct subject {
	int kind; /* enum ww_lock_kind of analysis/event.h */
	unsigned int n_waits;
	unsigned int n_ways; /* the first ones of enum way */
	bool has_owner;      /* the helper is seen to be what is waited for */
	bool spins;
	const volatile void *address; /* NULL: the helper's handle */
	void (*hold)(void);
	int (*wait)(enum way way);
	void (*release)(void);
	void (*give_back)(void); /* in the main thread, after a wait that got it */
};

static const struct subject *subject;
static enum way way;
static pid_t main_tid;
static pthread_t helper;
static _Atomic pid_t helper_tid;
static _Atomic bool is_held, is_wanted, is_over, is_gone;

static struct timespec deadline(void)
{
	struct timespec time;

	clock_gettime(way == CLOCK ? CLOCK_MONOTONIC : CLOCK_REALTIME, &time);
	if (way != TOO_SHORT) {
		time.tv_sec += MANY_S;
		return time;
	}
	time.tv_nsec += SHORT_NS;
	time.tv_sec += time.tv_nsec / NS_PER_S;
	time.tv_nsec %= NS_PER_S;
	return time;
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;
static pthread_barrier_t barrier;

static void write_lock(void)
{
	pthread_rwlock_wrlock(&rwlock);
}

static void read_lock(void)
{
	pthread_rwlock_rdlock(&rwlock);
}

static void rwlock_unlock(void)
{
	pthread_rwlock_unlock(&rwlock);
}

static int read_wait(enum way asked)
{
	struct timespec until = deadline();

	if (asked == PLAIN)
		return pthread_rwlock_rdlock(&rwlock);
	if (asked == CLOCK)
		return pthread_rwlock_clockrdlock(&rwlock, CLOCK_MONOTONIC, &until);
	return pthread_rwlock_timedrdlock(&rwlock, &until);
}

static int write_wait(enum way asked)
{
	struct timespec until = deadline();

	if (asked == PLAIN)
		return pthread_rwlock_wrlock(&rwlock);
	if (asked == CLOCK)
		return pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &until);
	return pthread_rwlock_timedwrlock(&rwlock, &until);
}

static void empty(void)
{
	sem_init(&semaphore, 0, 0);
}

static void post(void)
{
	sem_post(&semaphore);
}

static int semaphore_wait(enum way asked)
{
	struct timespec until = deadline();
	int result;

	if (asked == PLAIN)
		result = sem_wait(&semaphore);
	else if (asked == CLOCK)
		result = sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until);
	else
		result = sem_timedwait(&semaphore, &until);
	return result == 0 ? 0 : errno;
}

static void arrive(void)
{
	pthread_barrier_wait(&barrier);
}

static int barrier_wait(enum way asked)
{
	(void)asked;
	return pthread_barrier_wait(&barrier);
}

static int join_wait(enum way asked)
{
	struct timespec until = deadline();

	if (asked == PLAIN)
		return pthread_join(helper, NULL);
	if (asked == CLOCK)
		return pthread_clockjoin_np(helper, NULL, CLOCK_MONOTONIC, &until);
	return pthread_timedjoin_np(helper, NULL, &until);
}

static void nothing(void)
{
}

/* -- mutexes whose owner the kernel knows, and one whose owner dies -- */

static pthread_mutex_t kernel_mutex;

static void make_kernel_mutex(int protocol, int robustness)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, protocol);
	pthread_mutexattr_setrobust(&attributes, robustness);
	pthread_mutex_init(&kernel_mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	pthread_mutex_lock(&kernel_mutex);
}

static void lock_inheriting(void)
{
	make_kernel_mutex(PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED);
}

static void lock_robust(void)
{
	make_kernel_mutex(PTHREAD_PRIO_NONE, PTHREAD_MUTEX_ROBUST);
}

static void lock_both(void)
{
	make_kernel_mutex(PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_ROBUST);
}

static void kernel_unlock(void)
{
	pthread_mutex_unlock(&kernel_mutex);
}

static void recover(void)
{
	pthread_mutex_consistent(&kernel_mutex);
	pthread_mutex_unlock(&kernel_mutex);
}

static int kernel_mutex_wait(enum way asked)
{
	struct timespec until = deadline();

	if (asked == PLAIN)
		return pthread_mutex_lock(&kernel_mutex);
	if (asked == CLOCK)
		return pthread_mutex_clocklock(&kernel_mutex, CLOCK_MONOTONIC, &until);
	return pthread_mutex_timedlock(&kernel_mutex, &until);
}

/* -- what C11 brings of its own -- */

static mtx_t mtx;
static cnd_t cnd;

static void mtx_hold(void)
{
	mtx_lock(&mtx);
}

static void mtx_release(void)
{
	mtx_unlock(&mtx);
}

static int as_error(int result)
{
	return result == thrd_success ? 0 : result == thrd_timedout ? ETIMEDOUT : EINVAL;
}

static int mtx_wait(enum way asked)
{
	struct timespec until = deadline();

	return as_error(asked == PLAIN || asked == CLOCK ? mtx_lock(&mtx)
							 : mtx_timedlock(&mtx, &until));
}

static void cnd_wake(void)
{
	mtx_lock(&mtx);
	cnd_signal(&cnd);
	mtx_unlock(&mtx);
}

static int cnd_await(enum way asked)
{
	struct timespec until = deadline();
	int result;

	mtx_lock(&mtx);
	result = asked == PLAIN || asked == CLOCK ? cnd_wait(&cnd, &mtx)
						  : cnd_timedwait(&cnd, &mtx, &until);
	mtx_unlock(&mtx);
	return as_error(result);
}

/* -- initialisers and spin locks -- */

static union {
	pthread_once_t posix;
	once_flag c11;
} once;
static pthread_spinlock_t spin;

static void await_wait(void);

/* The helper is in here when the main thread comes. */
static void initialise(void)
{
	is_held = true;
	await_wait();
}

static void begin_initialising(void)
{
	memset(&once, 0, sizeof(once));
	pthread_once(&once.posix, initialise);
}

static int once_wait(enum way asked)
{
	if (asked == PLAIN)
		return pthread_once(&once.posix, nothing);
	call_once(&once.c11, nothing);
	return 0;
}

static void spin_hold(void)
{
	pthread_spin_lock(&spin);
}

static void spin_release(void)
{
	pthread_spin_unlock(&spin);
}

static int spin_wait(enum way asked)
{
	(void)asked;
	return pthread_spin_lock(&spin);
}

/* clang-format off */
static const struct subject subjects[] = {
	/* kind waits ways    owner  spins  address     hold        wait            release        give back */
	{ 1,    13,   WAY_N,  true,  false, &rwlock,    write_lock, read_wait,      rwlock_unlock, rwlock_unlock },
	{ 2,    11,   WAY_N,  true,  false, &rwlock,    write_lock, write_wait,     rwlock_unlock, rwlock_unlock },
	{ 2,    7,    WAY_N,  false, false, &rwlock,    read_lock,  write_wait,     rwlock_unlock, rwlock_unlock },
	{ 4,    17,   WAY_N,  false, false, &semaphore, empty,      semaphore_wait, post,          nothing },
	{ 5,    5,    TIMED,  false, false, &barrier,   nothing,    barrier_wait,   arrive,        nothing },
	{ 6,    7,    TOO_SHORT, true, false, NULL,     nothing,    join_wait,      nothing,       nothing },
	{ 0,    11,   WAY_N,  true,  false, &kernel_mutex, lock_inheriting, kernel_mutex_wait, kernel_unlock, kernel_unlock },
	{ 0,    7,    WAY_N,  true,  false, &kernel_mutex, lock_robust, kernel_mutex_wait, kernel_unlock, kernel_unlock },
	{ 0,    5,    TOO_SHORT, true, false, &kernel_mutex, lock_robust, kernel_mutex_wait, nothing, recover },
	{ 0,    5,    TOO_SHORT, true, false, &kernel_mutex, lock_both, kernel_mutex_wait, nothing,   recover },
	{ 0,    7,    WAY_N,  true,  false, &mtx,       mtx_hold,   mtx_wait,       mtx_release,   mtx_release },
	{ 3,    11,   WAY_N,  false, false, &cnd,       nothing,    cnd_await,      cnd_wake,      nothing },
	{ 7,    5,    CLOCK,  false, false, &once,      begin_initialising, once_wait, nothing,    nothing },
	{ 8,    3,    TIMED,  false, true,  &spin,      spin_hold,  spin_wait,      spin_release,  spin_release },
};
/* clang-format on */

static bool sleeps_for_futex(pid_t tid)
{
	char path[64];
	FILE *file;
	long number = -1;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%ld", &number) != 1)
		number = -1;
	if (file)
		fclose(file);
	return number == SYS_futex;
}

static void await(const _Atomic bool *flag)
{
	while (!*flag)
		usleep(50);
}

static void await_wait(void)
{
	await(&is_wanted);
	if (way == TOO_SHORT) {
		await(&is_over);
	} else if (subject->spins) {
		usleep(20000);
	} else {
		while (!sleeps_for_futex(main_tid))
			usleep(50);
	}
}

static void *help(void *unused)
{
	helper_tid = (pid_t)syscall(SYS_gettid);
	subject->hold();
	if (!is_wanted) {
		is_held = true;
		await_wait();
	}
	subject->release();
	is_gone = true;
	return unused;
}

static void wait_once(void)
{
	int result;

	is_held = is_wanted = is_over = is_gone = false;
	pthread_create(&helper, NULL, help, NULL);
	if (subject->address)
		pthread_detach(helper);
	await(&is_held);
	is_wanted = true;
	result = subject->wait(way);
	is_over = true;
	if (result == 0 || result == EOWNERDEAD)
		subject->give_back();
	printf("%d %" PRIuPTR " %d %d\n", subject->kind,
	       subject->address ? (uintptr_t)subject->address : (uintptr_t)helper,
	       subject->has_owner ? helper_tid : 0, result);
	await(&is_gone);
}

static void *leave(void *unused)
{
	return unused;
}

static void take_what_nobody_has(void)
{
	pthread_t thread;

	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_wrlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	sem_init(&semaphore, 0, 1);
	sem_wait(&semaphore);
	mtx_lock(&mtx);
	mtx_unlock(&mtx);
	pthread_spin_lock(&spin);
	pthread_spin_unlock(&spin);
	memset(&once, 0, sizeof(once));
	pthread_once(&once.posix, nothing);
	pthread_once(&once.posix, nothing);
	pthread_create(&thread, NULL, leave, NULL);
	while (pthread_tryjoin_np(thread, NULL) == EBUSY)
		usleep(50);
}

int main(void)
{
	main_tid = (pid_t)syscall(SYS_gettid);
	pthread_barrier_init(&barrier, NULL, 2);
	mtx_init(&mtx, mtx_timed);
	cnd_init(&cnd);
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		subject = &subjects[i];
		for (unsigned int j = 0; j < subject->n_waits; j++) {
			way = (enum way)(j % subject->n_ways);
			wait_once();
			take_what_nobody_has();
		}
	}
	return 0;
}

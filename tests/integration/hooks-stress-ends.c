// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program may rely on, hooked or not, where threads end, jump, load and are many:
 * hooks-stress-ends [NAME...]. Beside it lies hooks-module.so, which it loads.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "tests/integration/hooks-stress.h"
#include "tracer/hooks/whywait.h"

#define N_THREADS 4
#define N_ROUNDS 200
#define N_MANY 2003
#define LARGE 50000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long shared_count;

static void count_locked(void)
{
	void *volatile memory;

	pthread_mutex_lock(&lock);
	shared_count++;
	memory = malloc(LARGE);
	pthread_mutex_unlock(&lock);
	free(memory);
}

static void run_threads(void *(*run)(void *), int n_threads)
{
	pthread_t threads[N_THREADS];

	for (int i = 0; i < n_threads; i++)
		CHECK(pthread_create(&threads[i], NULL, run, NULL) == 0);
	for (int i = 0; i < n_threads; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

/* -- C11 -- */

static mtx_t mtx;
static cnd_t cnd;
static int turn;

static void *take_turns(void *unused)
{
	for (int i = 0; i < N_ROUNDS; i++) {
		int before;

		CHECK(mtx_lock(&mtx) == thrd_success);
		before = turn++;
		cnd_signal(&cnd);
		errno = EXDEV;
		while (turn == before + 1 && i < N_ROUNDS - 1)
			CHECK(cnd_wait(&cnd, &mtx) == thrd_success);
		CHECK(errno == EXDEV);
		CHECK(mtx_unlock(&mtx) == thrd_success);
	}
	return unused;
}

static int meet_holder(void *unused)
{
	struct timespec soon = from_now(CLOCK_REALTIME, 1000000);

	CHECK(mtx_trylock(&mtx) == thrd_busy);
	CHECK(mtx_timedlock(&mtx, &soon) == thrd_timedout);
	return unused ? 1 : 7;
}

static void test_c11(void)
{
	struct timespec soon = from_now(CLOCK_REALTIME, 1000000);
	thrd_t thread;
	int result = 0;

	CHECK(mtx_init(&mtx, mtx_timed | mtx_recursive) == thrd_success);
	CHECK(cnd_init(&cnd) == thrd_success);
	CHECK(mtx_lock(&mtx) == thrd_success && mtx_lock(&mtx) == thrd_success);
	CHECK(mtx_timedlock(&mtx, &soon) == thrd_success);
	CHECK(thrd_create(&thread, meet_holder, NULL) == thrd_success);
	CHECK(thrd_join(thread, &result) == thrd_success && result == 7);
	CHECK(mtx_unlock(&mtx) == thrd_success && mtx_unlock(&mtx) == thrd_success);
	CHECK(cnd_timedwait(&cnd, &mtx, &soon) == thrd_timedout);
	CHECK(mtx_unlock(&mtx) == thrd_success);
	mtx_destroy(&mtx);
	CHECK(mtx_init(&mtx, mtx_plain) == thrd_success);
	turn = 0;
	run_threads(take_turns, 2);
	CHECK(turn == 2 * N_ROUNDS);
}

/* -- initialisers: one runs, the others wait; a cancelled one leaves its work to another -- */

static pthread_once_t once;
static once_flag flag;
static _Atomic int n_initialised, n_begun;
static sem_t begun;

static void initialise(void)
{
	usleep(2000);
	n_initialised++;
}

static void be_slow(void)
{
	if (n_begun++ == 0) {
		sem_post(&begun);
		for (;;)
			pause();
	}
	n_initialised++;
}

static void *use_once(void *unused)
{
	errno = EXDEV;
	CHECK(pthread_once(&once, initialise) == 0);
	CHECK(n_initialised > 0);
	call_once(&flag, initialise);
	CHECK(n_initialised == 2 && errno == EXDEV);
	return unused;
}

static void *use_slow_once(void *unused)
{
	CHECK(pthread_once(&once, be_slow) == 0);
	return unused;
}

static void test_once(void)
{
	const pthread_once_t fresh = PTHREAD_ONCE_INIT;
	const once_flag fresh_flag = ONCE_FLAG_INIT;
	pthread_t victim, heir;
	void *value = NULL;

	for (int i = 0; i < N_ROUNDS / 4; i++) {
		once = fresh;
		flag = fresh_flag;
		n_initialised = 0;
		run_threads(use_once, N_THREADS);
		CHECK(n_initialised == 2);
	}
	once = fresh;
	n_initialised = n_begun = 0;
	sem_init(&begun, 0, 0);
	CHECK(pthread_create(&victim, NULL, use_slow_once, NULL) == 0);
	await(&begun);
	CHECK(pthread_create(&heir, NULL, use_slow_once, NULL) == 0);
	usleep(3000);
	CHECK(pthread_cancel(victim) == 0);
	CHECK(pthread_join(victim, &value) == 0 && value == PTHREAD_CANCELED);
	CHECK(pthread_join(heir, &value) == 0 && value == NULL);
	CHECK(n_initialised == 1 && n_begun == 2);
}

/* -- spin locks -- */

static pthread_spinlock_t spin;

static void *spin_often(void *unused)
{
	for (int i = 0; i < 50 * N_ROUNDS; i++) {
		pthread_spin_lock(&spin);
		shared_count++;
		pthread_spin_unlock(&spin);
	}
	return unused;
}

static void test_spins(void)
{
	pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
	shared_count = 0;
	run_threads(spin_often, N_THREADS);
	CHECK(shared_count == N_THREADS * 50 * N_ROUNDS);
	CHECK(pthread_spin_trylock(&spin) == 0 && pthread_spin_trylock(&spin) == EBUSY);
	pthread_spin_unlock(&spin);
}

/* -- memory: results and errors as ever -- */

static void test_memory(void)
{
	static volatile size_t half_of_all = SIZE_MAX / 2;
	char *block = reallocarray(NULL, 7, 1000), *end;
	char *mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(block && malloc_usable_size(block) >= 7000);
	errno = 0;
	CHECK(reallocarray(NULL, half_of_all, 4) == NULL && errno == ENOMEM);
	free(reallocarray(block, 10, 10));
	block = pvalloc(5000);
	CHECK(block && (uintptr_t)block % 4096 == 0 && malloc_usable_size(block) >= 8192);
	free(block);
	block = valloc(5000);
	CHECK(block && (uintptr_t)block % 4096 == 0);
	free(block);
	CHECK(malloc_trim(0) == 0 || malloc_trim(0) >= 0);
	errno = 0;
	CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	CHECK(errno == EINVAL);
	errno = 0;
	CHECK(munmap(mapped + 1, 10) == -1 && errno == EINVAL);
	errno = 0;
	CHECK(madvise(mapped + 1, 10, MADV_NORMAL) == -1 && errno == EINVAL);
	errno = EXDEV;
	mapped = mremap(mapped, 8192, 1 << 20, MREMAP_MAYMOVE);
	CHECK(mapped != MAP_FAILED && errno == EXDEV);
	CHECK(munmap(mapped, 1 << 20) == 0 && errno == EXDEV);
	end = sbrk(0); /* the allocator has moved it */
	CHECK(sbrk(4096) == end && sbrk(-4096) == end + 4096 && sbrk(0) == end);
}

/* -- a handler that jumps out of a wait, as old timeouts do -- */

static sigjmp_buf after_wait;
static sem_t never;

static void jump(int number)
{
	siglongjmp(after_wait, number);
}

static void test_jumps(void)
{
	const struct itimerval soon = { { 0, 0 }, { 0, 3000 } };
	struct sigaction action = { .sa_handler = jump }, before;
	volatile int n_jumps = 0;
	pthread_t thread;

	sem_init(&never, 0, 0);
	sigaction(SIGALRM, &action, &before);
	for (volatile int i = 0; i < 20; i++) {
		if (sigsetjmp(after_wait, 1) != 0) {
			n_jumps++;
			continue;
		}
		setitimer(ITIMER_REAL, &soon, NULL);
		sem_wait(&never);
	}
	sigaction(SIGALRM, &before, NULL);
	CHECK(n_jumps == 20);
	shared_count = 0;
	pthread_mutex_lock(&lock);
	CHECK(pthread_create(&thread, NULL, (void *(*)(void *))(void *)count_locked, NULL) == 0);
	usleep(3000);
	pthread_mutex_unlock(&lock);
	CHECK(pthread_join(thread, NULL) == 0 && shared_count == 1);
}

/* -- the last things a thread does: destructors that allocate, lock and annotate -- */

static pthread_key_t keys[2];

static void count_at_end(void *value)
{
	static _Atomic int n_rounds;

	count_locked();
	whywait_log(0, "thread", "ends");
	free(value);
	if (n_rounds++ % 3 == 0) /* once more, in the next round of destructors */
		pthread_setspecific(keys[1], malloc(LARGE));
}

static void *leave_values(void *unused)
{
	pthread_setspecific(keys[0], malloc(LARGE));
	pthread_setspecific(keys[1], malloc(100));
	pthread_exit(unused);
}

static void test_destructors(void)
{
	shared_count = 0;
	CHECK(pthread_key_create(&keys[0], count_at_end) == 0);
	CHECK(pthread_key_create(&keys[1], count_at_end) == 0);
	for (int i = 0; i < N_ROUNDS / 4; i++)
		run_threads(leave_values, N_THREADS);
	CHECK(shared_count >= N_THREADS * (N_ROUNDS / 4) * 2);
	pthread_key_delete(keys[0]);
	pthread_key_delete(keys[1]);
}

/* -- thousands of threads at once -- */

static sem_t go;

static void *count_when_told(void *unused)
{
	await(&go);
	count_locked();
	return unused;
}

static void test_many(void)
{
	static pthread_t threads[N_MANY];
	pthread_attr_t attributes;
	int n_threads = 0;

	sem_init(&go, 0, 0);
	shared_count = 0;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	while (n_threads < N_MANY &&
	       pthread_create(&threads[n_threads], &attributes, count_when_told, NULL) == 0)
		n_threads++;
	CHECK(n_threads > N_MANY / 10); /* there may be a limit */
	for (int i = 0; i < n_threads; i++)
		sem_post(&go);
	for (int i = 0; i < n_threads; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(shared_count == n_threads);
	pthread_attr_destroy(&attributes);
}

/* -- modules that come and go, with constructors that lock and texts that vanish -- */

static char module_path[4096];

static void *load_often(void *unused)
{
	for (int i = 0; i < N_ROUNDS / 8; i++) {
		void *module = dlopen(module_path, RTLD_NOW | RTLD_LOCAL);
		int (*work)(void);

		CHECK(module);
		if (!module)
			return unused;
		*(void **)&work = dlsym(module, "hooks_module_work");
		CHECK(work && work() == 3);
		CHECK(dlclose(module) == 0);
	}
	return unused;
}

static void find_module(void)
{
	ssize_t length = readlink("/proc/self/exe", module_path, sizeof(module_path) - 64);

	while (length > 0 && module_path[length - 1] != '/')
		length--;
	strcpy(module_path + length, "hooks-module.so");
}

static void test_modules(void)
{
	find_module();
	run_threads(load_often, 3);
}

/* -- another program in the place of one whose threads wait -- */

static void *wait_for_ever(void *unused)
{
	sem_wait(&never);
	return unused;
}

static void *become_another(void *unused)
{
	execl("/bin/sh", "sh", "-c", "exit 19", (char *)NULL);
	return unused;
}

static void test_exec(void)
{
	sem_init(&never, 0, 0);
	for (int i = 0; i < 5; i++) {
		pid_t pid = fork();
		pthread_t threads[3];
		int status = 0;

		if (pid == 0) {
			pthread_create(&threads[0], NULL, wait_for_ever, NULL);
			pthread_create(&threads[1], NULL, wait_for_ever, NULL);
			usleep(2000);
			pthread_create(&threads[2], NULL, become_another, NULL);
			wait_for_ever(NULL);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 19);
	}
}

static const struct stress_test tests[] = {
	{ "c11", test_c11 },       { "once", test_once },       { "spins", test_spins },
	{ "memory", test_memory }, { "jumps", test_jumps },     { "destructors", test_destructors },
	{ "many", test_many },     { "modules", test_modules }, { "exec", test_exec },
};

int main(int argc, char **argv)
{
	return run_chosen(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}

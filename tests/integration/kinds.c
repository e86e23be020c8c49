// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Causes a prime number of one kind of thing that explains waits, and prints what a recording must
 * hold as "NAME VALUE" lines: the test looks for exactly that.
 *
 *     kinds KIND [DIRECTORY]
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000L

static void check(int is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

static void tell(const char *name, unsigned long value)
{
	printf("%s %lu\n", name, value);
	fflush(stdout);
}

static void pause_ms(long duration_ms)
{
	const struct timespec duration = { .tv_nsec = duration_ms * NS_PER_MS };

	nanosleep(&duration, NULL);
}

static long futex(int *word, int operation, int value, const struct timespec *timeout)
{
	return syscall(SYS_futex, word, operation, value, timeout, NULL, ~0u);
}

/* Each call has a timeout of its own, so that a record is known by it. */
static void timeouts(const char *directory)
{
	struct timespec soon = { .tv_nsec = 2 * NS_PER_MS }, until;
	struct timeval soon_us = { .tv_usec = 1700 };
	int epoll = epoll_create1(0), word = 0;
	struct epoll_event event;

	for (int i = 0; i < 31; i++)
		check(nanosleep(&soon, NULL) == 0, "nanosleep");
	for (int i = 0; i < 29; i++)
		check(poll(NULL, 0, 3) == 0, "poll");
	for (int i = 0; i < 23; i++)
		check(epoll_wait(epoll, &event, 1, 4) == 0, "epoll_wait");
	for (int i = 0; i < 19; i++, soon_us.tv_usec = 1700)
		check(select(0, NULL, NULL, NULL, &soon_us) == 0, "select");
	soon.tv_nsec = 5 * NS_PER_MS;
	for (int i = 0; i < 17; i++)
		check(futex(&word, FUTEX_WAIT_PRIVATE, 0, &soon) < 0 && errno == ETIMEDOUT, "wait");
	clock_gettime(CLOCK_MONOTONIC, &until);
	for (int i = 0; i < 13; i++) {
		until.tv_nsec += 3 * NS_PER_MS;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until);
	}
	tell("until", (unsigned long)until.tv_sec * 1000000000ul + (unsigned long)until.tv_nsec);
}

/* A pipe is met once, however often it is waited for; the same number with another pipe behind it
 * is another one. */
static void descriptors(const char *directory)
{
	for (int i = 0; i < 11; i++) {
		int ends[2];
		char byte;

		check(pipe(ends) == 0, "pipe");
		for (int turn = 0; turn < 3; turn++) {
			pid_t child = fork();

			if (child == 0) {
				pause_ms(3);
				_exit(write(ends[1], "x", 1) != 1);
			}
			check(read(ends[0], &byte, 1) == 1, "read");
		}
		close(ends[0]);
		close(ends[1]);
	}
}

#define N_PAGES 1009

static void faults(const char *directory)
{
	const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *memory = mmap(NULL, N_PAGES * page_bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(memory != MAP_FAILED, "mmap");
	madvise(memory, N_PAGES * page_bytes, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < N_PAGES; i++)
		memory[i * page_bytes] = 1;
	tell("begin", (unsigned long)memory);
	tell("end", (unsigned long)(memory + N_PAGES * page_bytes));
}

/* Where it is, and everywhere again: it never has to move. */
static void affinity_stays(const char *directory)
{
	cpu_set_t all, one;

	check(sched_getaffinity(0, sizeof(all), &all) == 0, "sched_getaffinity");
	for (int i = 0; i < 11; i++) {
		int cpu = sched_getcpu();

		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		check(sched_setaffinity(0, sizeof(one), &one) == 0, "sched_setaffinity");
		pause_ms(2);
		check(sched_setaffinity(0, sizeof(all), &all) == 0, "sched_setaffinity");
		pause_ms(2);
	}
}

/* Between the CPUs it may run on at all. */
static void affinity(const char *directory)
{
	cpu_set_t all, one;
	int cpu = -1;

	check(sched_getaffinity(0, sizeof(all), &all) == 0, "sched_getaffinity");
	for (int i = 0; i < 7; i++) {
		do
			cpu = (cpu + 1) % CPU_SETSIZE;
		while (!CPU_ISSET(cpu, &all));
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		check(sched_setaffinity(0, sizeof(one), &one) == 0, "sched_setaffinity");
		pause_ms(2);
	}
}

static pthread_mutex_t lending;
static pthread_barrier_t turn;

static void *run_borrower(void *data)
{
	tell("borrower", (unsigned long)syscall(SYS_gettid));
	for (int i = 0; i < 7; i++) {
		pthread_mutex_lock(&lending);
		pthread_barrier_wait(&turn);
		pause_ms(5);
		pthread_mutex_unlock(&lending);
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

static void priorities(const char *directory)
{
	const struct sched_param ten = { .sched_priority = 10 };
	pthread_mutexattr_t attributes;
	pthread_t borrower;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&lending, &attributes);
	pthread_barrier_init(&turn, NULL, 2);
	check(pthread_create(&borrower, NULL, run_borrower, NULL) == 0, "pthread_create");
	check(sched_setscheduler(0, SCHED_FIFO, &ten) == 0, "sched_setscheduler");
	for (int i = 0; i < 7; i++) {
		pthread_barrier_wait(&turn);
		pthread_mutex_lock(&lending);
		pthread_mutex_unlock(&lending);
		pthread_barrier_wait(&turn);
	}
	pthread_join(borrower, NULL);
}

static unsigned long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long)now.tv_sec * 1000 * NS_PER_MS + (unsigned long)now.tv_nsec;
}

static void compute_ms(unsigned long duration_ms)
{
	const unsigned long end_ns = now_ns() + duration_ms * NS_PER_MS;

	while (now_ns() < end_ns)
		;
}

static _Atomic int is_over;

static void *want_cpu(void *data)
{
	tell("waiter", (unsigned long)syscall(SYS_gettid));
	while (!is_over)
		;
	return NULL;
}

/* Both have one CPU, and one of them takes it whole for a while. */
static void own_priority(const char *directory)
{
	const struct sched_param ten = { .sched_priority = 10 }, none = { 0 };
	cpu_set_t one;
	pthread_t waiter;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	check(sched_setaffinity(0, sizeof(one), &one) == 0, "sched_setaffinity");
	check(pthread_create(&waiter, NULL, want_cpu, NULL) == 0, "pthread_create");
	for (int i = 0; i < 3; i++) {
		compute_ms(20);
		tell(i == 0 ? "raised0" : i == 1 ? "raised1" : "raised2", now_ns());
		check(sched_setscheduler(0, SCHED_FIFO, &ten) == 0, "sched_setscheduler");
		compute_ms(100);
		check(sched_setscheduler(0, SCHED_OTHER, &none) == 0, "sched_setscheduler");
	}
	is_over = 1;
	pthread_join(waiter, NULL);
}

static int open_in(const char *directory, const char *name, int flags)
{
	char path[4096];
	int descriptor;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	descriptor = open(path, flags, 0600);
	check(descriptor >= 0, path);
	return descriptor;
}

#define BLOCK_BYTES 4096u

/* Every read asks the disk: nothing is kept of it. */
static void disk(const char *directory)
{
	int descriptor = open_in(directory, "blocks", O_RDWR | O_CREAT | O_DIRECT);
	char *block = aligned_alloc(BLOCK_BYTES, BLOCK_BYTES);

	memset(block, 1, BLOCK_BYTES);
	for (int i = 0; i < 41; i++)
		check(pwrite(descriptor, block, BLOCK_BYTES, i * BLOCK_BYTES) > 0, "pwrite");
	fsync(descriptor);
	for (int i = 0; i < 41; i++)
		check(pread(descriptor, block, BLOCK_BYTES, i * BLOCK_BYTES) > 0, "pread");
}

#define N_BYTES (96u << 20)

static int shared_file;
static char *much;

static void *run_first_writer(void *data)
{
	tell("holder", (unsigned long)syscall(SYS_gettid));
	pthread_barrier_wait(&turn);
	check(pwrite(shared_file, much, N_BYTES, 0) > 0, "pwrite");
	return NULL;
}

/* Writing to a file holds its lock from begin to end: the second writer comes while the first is at
 * it. */
static void kernel_lock(const char *directory)
{
	pthread_t first;

	shared_file = open_in(directory, "file", O_RDWR | O_CREAT);
	much = calloc(1, N_BYTES);
	memset(much, 1, N_BYTES);
	pthread_barrier_init(&turn, NULL, 2);
	check(pthread_create(&first, NULL, run_first_writer, NULL) == 0, "pthread_create");
	pthread_barrier_wait(&turn);
	pause_ms(5);
	check(pwrite(shared_file, much, 1, N_BYTES) == 1, "pwrite");
	pthread_join(first, NULL);
}

/* What is written to one end of a terminal is worked off by a worker of the kernel. */
static void work(const char *directory)
{
	int master, slave;

	check(openpty(&master, &slave, NULL, NULL, NULL) == 0, "openpty");
	for (int i = 0; i < 17; i++) {
		check(write(master, "x\n", 2) == 2, "write");
		pause_ms(4);
	}
}

static void join_group(const char *directory)
{
	int procs = open_in(directory, "cgroup.procs", O_WRONLY);

	check(write(procs, "0", 1) == 1, "join the control group");
	close(procs);
}

/* @directory: two control groups, a and b. */
static void cgroups(const char *directory)
{
	char path[4096];

	for (int i = 0; i < 7; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, i % 2 ? "b" : "a");
		join_group(path);
		pause_ms(2);
	}
}

#define CHUNK_BYTES (1u << 20)

/* @directory: a control group with less memory than this file takes. What is on the disk can be
 * dropped. */
static void reclaim(const char *directory)
{
	int file = open_in(".", "pages", O_RDWR | O_CREAT);
	char *chunk = calloc(1, CHUNK_BYTES);

	join_group(directory);
	for (int i = 0; i < 47; i++) {
		check(write(file, chunk, CHUNK_BYTES) > 0, "write");
		check(fdatasync(file) == 0, "fdatasync");
	}
}

static void syscalls(const char *directory)
{
	for (int i = 0; i < 1013; i++)
		syscall(SYS_getppid);
	tell("parent", (unsigned long)getppid());
}

__attribute__((noinline)) static void innermost(void)
{
	pause_ms(2);
	__asm__ volatile("");
}

__attribute__((noinline)) static void middle(void)
{
	innermost();
	__asm__ volatile("");
}

/* This file is compiled with frame pointers. */
static void stacks(const char *directory)
{
	tell("middle", (unsigned long)&middle);
	for (int i = 0; i < 37; i++)
		middle();
}

#define FAR_BYTES (4ul << 20)

/* Sleeps with @frame in the register of frame pointers, as code without them may. */
static void pause_with(unsigned long frame)
{
	const struct timespec duration = { .tv_nsec = 2 * NS_PER_MS };
	long result = SYS_nanosleep;

	__asm__ volatile("mov %%rbp, %%r12\n\tmov %[frame], %%rbp\n\tsyscall\n\tmov %%r12, %%rbp"
			 : "+a"(result)
			 : "D"(&duration), "S"(0), [frame] "r"(frame)
			 : "rcx", "r11", "r12", "memory");
	check(result == 0, "nanosleep");
}

/* Above the stack, where nothing is mapped. */
static void nowhere(const char *directory)
{
	const unsigned long frame = ((unsigned long)&directory + FAR_BYTES) & ~7ul;

	tell("frame", frame);
	for (int i = 0; i < 37; i++)
		pause_with(frame);
}

static const struct kind {
	const char *name;
	void (*run)(const char *directory);
} kinds[] = {
	{ "timeouts", timeouts },
	{ "descriptors", descriptors },
	{ "faults", faults },
	{ "affinity", affinity },
	{ "affinity-stays", affinity_stays },
	{ "priorities", priorities },
	{ "own-priority", own_priority },
	{ "disk", disk },
	{ "kernel-lock", kernel_lock },
	{ "work", work },
	{ "cgroups", cgroups },
	{ "reclaim", reclaim },
	{ "syscalls", syscalls },
	{ "stacks", stacks },
	{ "nowhere", nowhere },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].run(argc > 2 ? argv[2] : ".");
			return EXIT_SUCCESS;
		}
	}
	fprintf(stderr, "usage: kinds KIND [DIRECTORY]\n");
	return 2;
}

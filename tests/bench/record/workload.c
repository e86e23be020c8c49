// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/record/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/units.h"

/* Much shorter than a slice, much longer than the two calls of a publication. */
#define PUBLISH_EVERY 256
#define FRAMES 14
#define PATIENCE_US (5 * G_USEC_PER_SEC)

/* Shared with the process. The sequence is odd while a sample is being written. */
struct ww_meter {
	atomic_uint sequence;
	struct ww_sample sample;
	uint64_t n_turns; /* the process's own */
};

struct ww_workload {
	pid_t pid;
	struct ww_meter *meter;
};

static void publish(struct ww_meter *meter, uint64_t n_events)
{
	struct timespec cpu;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	atomic_fetch_add(&meter->sequence, 1);
	meter->sample.cpu_ns = cpu.tv_sec * WW_NS_PER_S + cpu.tv_nsec;
	meter->sample.n_events = n_events;
	atomic_fetch_add(&meter->sequence, 1);
}

static inline void count_turn(struct ww_meter *meter)
{
	if (++meter->n_turns % PUBLISH_EVERY == 0)
		publish(meter, meter->n_turns);
}

/* The kernel's own count: right whoever else gets in between. */
static inline void count_switches(struct ww_meter *meter)
{
	struct rusage usage;

	if (++meter->n_turns % PUBLISH_EVERY != 0)
		return;
	getrusage(RUSAGE_SELF, &usage);
	publish(meter, (uint64_t)(usage.ru_nvcsw + usage.ru_nivcsw));
}

static int there[2], back[2];

static void *answer(void *data)
{
	char byte;

	while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
		;
	return NULL;
}

static void start_thread(void *(*run)(void *data))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, NULL) != 0)
		_exit(1);
}

static void ask(struct ww_meter *meter)
{
	char byte = 0;

	while (write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1)
		count_switches(meter);
}

static void start_answering(void)
{
	if (pipe(there) != 0 || pipe(back) != 0)
		_exit(1);
	start_thread(answer);
}

static void run_pipe(struct ww_meter *meter)
{
	start_answering();
	ask(meter);
}

/* Compiled with frame pointers, which is what stacks are walked by. */
__attribute__((noinline)) static int descend(struct ww_meter *meter, int n_frames)
{
	if (n_frames == 0) {
		ask(meter);
		return 0;
	}
	/* The addition keeps this from becoming a jump. */
	return descend(meter, n_frames - 1) + (int)meter->n_turns;
}

static void run_deep(struct ww_meter *meter)
{
	start_answering();
	descend(meter, FRAMES);
}

static void *yield_forever(void *data)
{
	for (;;)
		sched_yield();
	return NULL;
}

/* Under this policy a yield gives the CPU to the other thread every time. */
static void run_yield(struct ww_meter *meter)
{
	const struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_RR, &param) != 0)
		_exit(1);
	start_thread(yield_forever);
	for (;;) {
		sched_yield();
		count_switches(meter);
	}
}

static void run_getppid(struct ww_meter *meter)
{
	for (;;) {
		syscall(SYS_getppid);
		count_turn(meter);
	}
}

static void run_zero(struct ww_meter *meter)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	char byte;

	while (read(zero, &byte, 1) == 1)
		count_turn(meter);
}

static void run_fault(struct ww_meter *meter)
{
	const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *page =
		mmap(NULL, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		_exit(1);
	for (;;) {
		*(volatile char *)page = 1;
		madvise(page, page_bytes, MADV_DONTNEED);
		count_turn(meter);
	}
}

const struct ww_workload_kind ww_workload_kinds[] = {
	/* clang-format off */
	{ "yield",   "switch without a waker",                 WW_THEME_SWITCH,  run_yield },
	{ "pipe",    "switch with its waker",                  WW_THEME_SWITCH,  run_pipe },
	{ "deep",    "switch with its waker, deep in a stack", WW_THEME_SWITCH,  run_deep },
	{ "getppid", "system call",                            WW_THEME_SYSCALL, run_getppid },
	{ "zero",    "read of one byte of /dev/zero",          WW_THEME_SYSCALL, run_zero },
	{ "fault",   "page fault",                             WW_THEME_FAULT,   run_fault },
	{ NULL },
	/* clang-format on */
};

static void become(const struct ww_workload_kind *kind, int cpu, struct ww_meter *meter)
{
	cpu_set_t cpus;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) != 0)
		_exit(1);
	/* Others on this CPU cost slices, not truth: it works without the right to this. */
	setpriority(PRIO_PROCESS, 0, -20);
	kind->run(meter);
	_exit(1);
}

struct ww_workload *ww_workload_start(const struct ww_workload_kind *kind, int cpu, GError **error)
{
	struct ww_workload *workload;
	struct ww_meter *meter = mmap(NULL, sizeof(*meter), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (meter == MAP_FAILED)
		return ww_fail(error, WW_ERROR_FAILED, "no shared memory: %s", g_strerror(errno)),
		       NULL;
	pid = fork();
	if (pid == 0)
		become(kind, cpu, meter);
	if (pid < 0) {
		munmap(meter, sizeof(*meter));
		ww_fail(error, WW_ERROR_FAILED, "cannot start '%s': %s", kind->name,
			g_strerror(errno));
		return NULL;
	}
	workload = g_new0(struct ww_workload, 1);
	workload->pid = pid;
	workload->meter = meter;
	return workload;
}

void ww_workload_free(struct ww_workload *workload)
{
	if (!workload)
		return;
	kill(workload->pid, SIGKILL);
	waitpid(workload->pid, NULL, 0);
	munmap(workload->meter, sizeof(*workload->meter));
	g_free(workload);
}

/* False while a sample is being written. */
static bool read_sample(struct ww_meter *meter, unsigned int sequence, struct ww_sample *sample)
{
	*sample = meter->sample;
	atomic_thread_fence(memory_order_acquire);
	return sequence % 2 == 0 && atomic_load(&meter->sequence) == sequence;
}

bool ww_workload_sample(const struct ww_workload *workload, struct ww_sample *sample,
			GError **error)
{
	/* A sample being written now may be older than this call. */
	unsigned int first = (atomic_load(&workload->meter->sequence) + 1) / 2 * 2 + 2;
	int64_t end_us = g_get_monotonic_time() + PATIENCE_US;

	while (g_get_monotonic_time() < end_us) {
		unsigned int sequence = atomic_load(&workload->meter->sequence);
		struct ww_sample found;

		if ((int)(sequence - first) >= 0 &&
		    read_sample(workload->meter, sequence, &found)) {
			*sample = found;
			return true;
		}
		g_usleep(50);
	}
	return ww_fail(error, WW_ERROR_FAILED, "the workload (process %d) stands still",
		       workload->pid);
}

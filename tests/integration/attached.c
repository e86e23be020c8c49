// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process to attach to, whose threads do known things for as long as it lives:
 *   a-spin    burns CPU
 *   a-stuck   waits for a byte that never comes through a pipe
 *   a-nap     sleeps 7 ms, again and again
 *   a-more    as many as the first argument says, which wait like a-stuck
 * The main thread starts a thread and a process every 31 ms and prints each as a line of JSON, with
 * CLOCK_MONOTONIC before and after. It ends with SIGTERM, or when who started it is gone.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS_NS 1000000L

static int never[2];

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void nap(long duration_ns)
{
	nanosleep(&(const struct timespec){ .tv_nsec = duration_ns }, NULL);
}

static void *spin(void *unused)
{
	prctl(PR_SET_NAME, "a-spin");
	for (volatile unsigned long i = 0;; i++)
		;
	return unused;
}

__attribute__((noinline)) static int read_byte(void)
{
	char byte;
	ssize_t n_bytes = read(never[0], &byte, 1);

	/* Its frame must outlive the call. */
	return n_bytes == 1 ? byte : -1;
}

static void *wait_for_byte(void *is_more)
{
	prctl(PR_SET_NAME, is_more ? "a-more" : "a-stuck");
	while (read_byte() < 0)
		;
	return NULL;
}

static void *nap_often(void *unused)
{
	prctl(PR_SET_NAME, "a-nap");
	for (;;)
		nap(7 * MS_NS);
	return unused;
}

static void *live_briefly(void *tid)
{
	*(int *)tid = (int)syscall(SYS_gettid);
	prctl(PR_SET_NAME, "a-born");
	nap(3 * MS_NS);
	return NULL;
}

static int start_thread(void)
{
	pthread_t thread;
	int tid = 0;

	if (pthread_create(&thread, NULL, live_briefly, &tid) != 0)
		exit(EXIT_FAILURE);
	pthread_join(thread, NULL);
	return tid;
}

static int start_process(void)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		exit(EXIT_FAILURE);
	if (child == 0) {
		prctl(PR_SET_NAME, "a-child");
		nap(3 * MS_NS);
		_exit(EXIT_SUCCESS);
	}
	waitpid(child, &status, 0);
	return (int)child;
}

static void report(const char *kind, int (*start)(void))
{
	long long begin_ns = now_ns();
	int tid = start();

	printf("{\"kind\": \"%s\", \"tid\": %d, \"begin_ns\": %lld, \"end_ns\": %lld}\n", kind, tid,
	       begin_ns, now_ns());
	fflush(stdout);
}

static void begin(void *(*run)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64L * 1024);
	if (pthread_create(&thread, &attributes, run, argument) != 0)
		exit(EXIT_FAILURE);
	pthread_attr_destroy(&attributes);
}

int main(int argc, char **argv)
{
	const int n_more = argc > 1 ? atoi(argv[1]) : 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pipe(never) != 0)
		return EXIT_FAILURE;
	begin(spin, NULL);
	begin(wait_for_byte, NULL);
	begin(nap_often, NULL);
	for (int i = 0; i < n_more; i++)
		begin(wait_for_byte, never);
	nap(50 * MS_NS);
	printf("{\"kind\": \"ready\", \"tid\": %d}\n", (int)getpid());
	fflush(stdout);
	for (;;) {
		nap(31 * MS_NS);
		report("thread", start_thread);
		report("process", start_process);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Causes a known number of everything, in primes so that no count can stand for another:
 * 101 sleeps, 97 messages over loopback TCP, 53 handed-over locks, 31 bytes through a pipe, 17
 * events, 13 renames, 7 processes and 7 threads. "primes storm" switches threads as fast as it can
 * until it is ended.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_SLEEPS 101
#define N_MESSAGES 97
#define N_LOCKS 53
#define N_BYTES 31
#define N_EVENTS 17
#define N_RENAMES 13
#define N_PROCESSES 7

#define SLEEP_NS 3000000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t turn;
static int sender, receiver;
static int pipe_ends[2], event;
static volatile int is_done;

static void check(int is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

static void name_thread(const char *name)
{
	prctl(PR_SET_NAME, name);
}

static void pause_ns(long duration_ns)
{
	const struct timespec duration = { .tv_nsec = duration_ns };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, NULL);
}

static void *run_sleeper(void *data)
{
	name_thread("p-sleeper");
	for (int i = 0; i < N_SLEEPS; i++)
		pause_ns(SLEEP_NS);
	return NULL;
}

static void *run_receiver(void *data)
{
	char byte;

	name_thread("p-receiver");
	while (read(receiver, &byte, 1) == 1)
		;
	return NULL;
}

static void *run_pipe_reader(void *data)
{
	char byte;

	name_thread("p-pipe");
	while (read(pipe_ends[0], &byte, 1) == 1)
		;
	return NULL;
}

static void *run_event_reader(void *data)
{
	uint64_t count;

	name_thread("p-event");
	for (int i = 0; i < N_EVENTS; i++)
		check(read(event, &count, sizeof(count)) == sizeof(count), "read an event");
	return NULL;
}

/* Takes the lock first and gives it back when the waiter must be waiting for it. */
static void *run_holder(void *data)
{
	name_thread("p-holder");
	for (int i = 0; i < N_LOCKS; i++) {
		pthread_mutex_lock(&mutex);
		pthread_barrier_wait(&turn);
		pause_ns(SLEEP_NS);
		pthread_mutex_unlock(&mutex);
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

static void *run_waiter(void *data)
{
	name_thread("p-waiter");
	for (int i = 0; i < N_LOCKS; i++) {
		pthread_barrier_wait(&turn);
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
		pthread_barrier_wait(&turn);
	}
	return NULL;
}

/* Never wakes anybody, however often a timer's interrupt does so in its place. */
static void *run_spinner(void *data)
{
	name_thread("p-spinner");
	while (!is_done)
		;
	return NULL;
}

static void connect_pair(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size_bytes = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	sender = socket(AF_INET, SOCK_STREAM, 0);
	check(bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0, "bind");
	check(listen(listener, 1) == 0, "listen");
	check(getsockname(listener, (struct sockaddr *)&address, &size_bytes) == 0, "getsockname");
	check(connect(sender, (struct sockaddr *)&address, sizeof(address)) == 0, "connect");
	receiver = accept(listener, NULL, NULL);
	check(receiver >= 0, "accept");
	close(listener);
}

static void send_messages(void)
{
	for (int i = 0; i < N_MESSAGES; i++) {
		check(write(sender, "x", 1) == 1, "write");
		pause_ns(SLEEP_NS);
	}
	close(sender);
}

/* Each one only when its reader must be asleep again. */
static void send_bytes_and_events(void)
{
	const uint64_t one = 1;

	for (int i = 0; i < N_BYTES; i++) {
		check(write(pipe_ends[1], "x", 1) == 1, "write to the pipe");
		pause_ns(SLEEP_NS);
	}
	close(pipe_ends[1]);
	for (int i = 0; i < N_EVENTS; i++) {
		check(write(event, &one, sizeof(one)) == sizeof(one), "write an event");
		pause_ns(SLEEP_NS);
	}
}

static void make_processes(void)
{
	for (int i = 0; i < N_PROCESSES; i++) {
		pid_t pid = fork();

		check(pid >= 0, "fork");
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

static void rename_often(void)
{
	char name[16];

	for (int i = 0; i < N_RENAMES; i++) {
		snprintf(name, sizeof(name), "p-main-%d", i);
		name_thread(name);
	}
}

static int storm(void)
{
	int there[2], back[2];
	char byte = 0;

	check(pipe(there) == 0 && pipe(back) == 0, "pipe");
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
			;
		_exit(0);
	}
	while (write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1)
		;
	return 0;
}

int main(int argc, char **argv)
{
	void *(*const runs[])(void *) = { run_sleeper,     run_receiver,     run_holder, run_waiter,
					  run_pipe_reader, run_event_reader, run_spinner };
	enum { N_THREADS = sizeof(runs) / sizeof(runs[0]), SPINNER = N_THREADS - 1 };
	pthread_t threads[N_THREADS];

	if (argc > 1 && strcmp(argv[1], "storm") == 0)
		return storm();
	make_processes();
	rename_often();
	connect_pair();
	check(pipe(pipe_ends) == 0, "pipe");
	event = eventfd(0, EFD_SEMAPHORE); /* every write is read, however late */
	check(event >= 0, "eventfd");
	pthread_barrier_init(&turn, NULL, 2);
	for (int i = 0; i < N_THREADS; i++)
		check(pthread_create(&threads[i], NULL, runs[i], NULL) == 0, "pthread_create");
	send_messages();
	send_bytes_and_events();
	for (int i = 0; i < SPINNER; i++)
		pthread_join(threads[i], NULL);
	is_done = 1;
	pthread_join(threads[SPINNER], NULL);
	return 0;
}

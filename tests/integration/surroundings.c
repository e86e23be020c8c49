// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Says what a program finds around itself: surroundings [PLAY]
 *
 * Without a word: a line for each thing that a parent hands down. With one it plays a part: what a
 * recorder might break.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FD 1024

extern char **environ;

static void print_files(void)
{
	for (int fd = 0; fd < MAX_FD; fd++) {
		char link[32], path[256];
		ssize_t n_bytes;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n_bytes = readlink(link, path, sizeof(path) - 1);
		if (n_bytes > 0)
			printf("fd %d: %.*s, flags %x\n", fd, (int)n_bytes, path,
			       (unsigned int)(fcntl(fd, F_GETFD) << 16 | fcntl(fd, F_GETFL)));
	}
}

static void print_limits(void)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit limit;

		if (getrlimit((__rlimit_resource_t)i, &limit) == 0)
			printf("limit %d: %llx %llx\n", i, (unsigned long long)limit.rlim_cur,
			       (unsigned long long)limit.rlim_max);
	}
}

static void print_lines(const char *path, const char *const *names)
{
	FILE *file = fopen(path, "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		bool is_wanted = !names;

		for (size_t i = 0; names && names[i]; i++)
			is_wanted |= strncmp(line, names[i], strlen(names[i])) == 0;
		if (is_wanted)
			printf("%s: %s", path, line);
	}
	if (file)
		fclose(file);
}

static void print_scheduling(void)
{
	cpu_set_t cpus;

	sched_getaffinity(0, sizeof(cpus), &cpus);
	printf("nice %d, policy %d, %d CPUs, timer slack %d\n", getpriority(PRIO_PROCESS, 0),
	       sched_getscheduler(0), CPU_COUNT(&cpus), prctl(PR_GET_TIMERSLACK));
}

static void print_process(void)
{
	static const char *const names[] = {
		"SigQ:",       "SigPnd:",  "ShdPnd:", "SigBlk:", "SigIgn:", "SigCgt:", "Cap",
		"NoNewPrivs:", "Seccomp:", "Uid:",    "Gid:",    "Groups:", "Umask:",  NULL
	};
	char directory[4096];
	int reaper = -1, death_signal = -1;

	prctl(PR_GET_CHILD_SUBREAPER, &reaper);
	prctl(PR_GET_PDEATHSIG, &death_signal);
	printf("directory %s, dumpable %d, reaper %d, death signal %d, keeps caps %d\n",
	       getcwd(directory, sizeof(directory)), prctl(PR_GET_DUMPABLE), reaper, death_signal,
	       prctl(PR_GET_KEEPCAPS));
	printf("session of the caller %d, group of the caller %d\n", getsid(0) == getsid(getppid()),
	       getpgrp() == getpgid(getppid()));
	print_lines("/proc/self/status", names);
	print_lines("/proc/self/cgroup", NULL);
	print_lines("/proc/self/oom_score_adj", NULL);
	print_lines("/proc/self/personality", NULL);
}

static int print_all(char **argv)
{
	for (char **word = argv; *word; word++)
		printf("argument %s\n", *word);
	for (char **variable = environ; *variable; variable++)
		printf("variable %s\n", *variable);
	print_files();
	print_limits();
	print_scheduling();
	print_process();
	return 0;
}

/* As a daemon of old: closes what is not its own, opens its files there and expects them to stay.
 */
static int play_closing(void)
{
	static const char path[] = "own-file";
	char text[64] = "";
	int fds[8], n_bad = 0;

	for (int fd = 3; fd < MAX_FD; fd++)
		close(fd);
	for (int i = 0; i < 8; i++)
		fds[i] = open(path, O_RDWR | O_CREAT | O_APPEND, 0600);
	usleep(400 * 1000);
	for (int i = 0; i < 8; i++)
		n_bad += write(fds[i], "own\n", 4) != 4;
	n_bad += pread(fds[0], text, sizeof(text), 0) != 32 || strncmp(text, "own\nown\n", 8) != 0;
	printf("%d descriptors are not what was opened\n", n_bad);
	return n_bad;
}

static int play_children(void)
{
	int n_right = 0;

	for (int i = 0; i < 1000; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(i % 100);
		n_right += pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
			   WEXITSTATUS(status) == i % 100;
	}
	printf("%d children\n", n_right);
	return 0;
}

static void *wait_for_all(void *barrier)
{
	pthread_barrier_wait(barrier);
	return barrier;
}

static int play_threads(void)
{
	enum { N_THREADS = 5000 };
	static pthread_t threads[N_THREADS];
	pthread_barrier_t barrier;
	pthread_attr_t attributes;
	int n_right = 0;

	pthread_barrier_init(&barrier, NULL, N_THREADS);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	for (int i = 0; i < N_THREADS; i++) {
		if (pthread_create(&threads[i], &attributes, wait_for_all, &barrier) != 0)
			return printf("no thread %d\n", i), 1;
	}
	for (int i = 0; i < N_THREADS; i++) {
		void *value = NULL;

		n_right += pthread_join(threads[i], &value) == 0 && value == &barrier;
	}
	printf("%d threads\n", n_right);
	return 0;
}

/* Becomes itself a hundred times, then says so. */
static int play_exec(char **argv)
{
	int n_left = argv[2] ? atoi(argv[2]) : 100;
	char text[16];

	if (n_left == 0)
		return puts("a hundred times"), 5;
	snprintf(text, sizeof(text), "%d", n_left - 1);
	execl("/proc/self/exe", argv[0], "exec", text, NULL);
	return 1;
}

static int play_daemon(void)
{
	if (fork() != 0)
		return 0;
	setsid();
	if (fork() != 0)
		_exit(0);
	usleep(1500 * 1000);
	return close(open("daemon-was-here", O_CREAT | O_WRONLY, 0600));
}

static int play_crash(void)
{
	return raise(SIGSEGV);
}

/* What each word plays. */
static const struct {
	const char *word;
	int (*play)(void);
} plays[] = {
	{ "closing", play_closing }, { "children", play_children }, { "threads", play_threads },
	{ "daemon", play_daemon },   { "crash", play_crash },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(plays) / sizeof(*plays); i++) {
		if (strcmp(argv[1], plays[i].word) == 0)
			return plays[i].play();
	}
	return argc > 1 && strcmp(argv[1], "exec") == 0 ? play_exec(argv) : print_all(argv);
}

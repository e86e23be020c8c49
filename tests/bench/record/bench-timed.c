// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-timed FILE COMMAND [ARGUMENT...]: runs the command and appends a line to FILE:
 *
 *     FIRST LAST CPU        nanoseconds: CLOCK_MONOTONIC at this program's first statement and at
 *                           the command's end; CPU time of the command with all its children
 *
 * It is what is recorded in place of the command itself, so that the recorder's own time is none of
 * the command's. Without a command the two instants lie next to each other. Exits as the command.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t time_ns(struct timeval time)
{
	return time.tv_sec * NS_PER_S + time.tv_usec * INT64_C(1000);
}

static int run(char **command)
{
	pid_t pid = vfork();
	int status = 0;

	if (pid == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	int64_t first_ns = now_ns(), last_ns;
	struct rusage usage;
	FILE *file;
	int status = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-timed FILE COMMAND [ARGUMENT...]\n");
		return 2;
	}
	if (argc > 2)
		status = run(argv + 2);
	last_ns = now_ns();
	getrusage(RUSAGE_CHILDREN, &usage);
	file = fopen(argv[1], "ae");
	if (!file ||
	    fprintf(file, "%" PRId64 " %" PRId64 " %" PRId64 "\n", first_ns, last_ns,
		    time_ns(usage.ru_utime) + time_ns(usage.ru_stime)) < 0 ||
	    fclose(file) != 0) {
		fprintf(stderr, "bench-timed: cannot write '%s': %s\n", argv[1], strerror(errno));
		return 3;
	}
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/interrupts.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"

static int event = -1;
static volatile sig_atomic_t newest, newest_is_terminal, wants_snapshot;

static void note(int signal, siginfo_t *info, void *context)
{
	const uint64_t one = 1;
	int code = errno;

	if (signal == SIGUSR1) {
		wants_snapshot = 1;
	} else {
		newest_is_terminal = info->si_code == SI_KERNEL;
		newest = signal;
	}
	/* Fails only when the counter is full, and then it is readable already. */
	(void)!write(event, &one, sizeof(one));
	errno = code;
}

static void handle(int signal)
{
	struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigaction old;

	sigemptyset(&action.sa_mask);
	/* nohup(1) and background jobs of a shell ignore some for a reason. */
	if (sigaction(signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(signal, &action, NULL);
}

int ww_interrupts_open(bool has_snapshots, GError **error)
{
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (event < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot watch for signals: %s",
			       g_strerror(errno)),
		       -1;
	handle(SIGINT);
	handle(SIGTERM);
	handle(SIGHUP);
	if (has_snapshots)
		handle(SIGUSR1);
	return event;
}

int ww_interrupts_take(bool *is_terminal)
{
	uint64_t n_events;
	int signal;

	if (read(event, &n_events, sizeof(n_events)) < 0)
		return 0;
	*is_terminal = newest_is_terminal;
	signal = newest;
	newest = 0;
	return signal;
}

bool ww_interrupts_take_snapshot(void)
{
	bool is_wanted = wants_snapshot;

	wants_snapshot = 0;
	return is_wanted;
}

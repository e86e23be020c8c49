// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cut-short.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

static char sentence[128]; /* made before it is needed: nothing is made in a signal handler */

/* Only what is safe in a signal handler. */
static void end(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code != BUS_ADRERR) {
		/* Another reason, a broken memory for instance: as if there was no handler. */
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	/* Nothing is left to be done where this fails. */
	if (write(STDERR_FILENO, sentence, strlen(sentence)) < 0)
		_exit(WW_EXIT_FAILED);
	_exit(WW_EXIT_FAILED);
}

void ww_cut_short_ends(const char *program)
{
	struct sigaction action = { .sa_sigaction = end, .sa_flags = SA_SIGINFO };

	g_snprintf(sentence, sizeof(sentence), "%s: a file was cut short while it was being read\n",
		   program);
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* As s11, with a lock that lends its holder the priority of who waits for it: no inversion. */
#include "samples/inversion.h"
#include "samples/truth.h"

static pthread_mutex_t lending_lock;

static void run(void)
{
	pthread_mutexattr_t kind;

	pthread_mutexattr_init(&kind);
	pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&lending_lock, &kind);
	inversion_run(&lending_lock);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "inversion-pi",
		.about =
			"A lock with priority inheritance: its holder is kept off its CPU by nobody.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

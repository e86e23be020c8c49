// SPDX-License-Identifier: GPL-2.0-or-later
/* Priority inversion: the lock does not pass on the priority of who waits for it. */
#include "samples/inversion.h"
#include "samples/truth.h"

static pthread_mutex_t plain_lock = PTHREAD_MUTEX_INITIALIZER;

static void run(void)
{
	inversion_run(&plain_lock);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "inversion",
		.about =
			"A thread of high priority waits for one of low, which a third keeps off its CPU.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many short waits: two threads hand each other a byte through pipes, one sleeps for 100 us at a
 * time, and one computes on the CPU that they share. Quiet, nobody computes.
 */
#include <unistd.h>

#include "samples/truth.h"

#define LASTS_NS TRUTH_NS_PER_S
#define SLEEP_NS (100 * TRUTH_NS_PER_US)

static int to_far[2], to_near[2];
static int64_t end_ns;

static void ask(void *data)
{
	char byte = 0;

	truth_pin(1);
	while (truth_now_ns() < end_ns)
		if (write(to_far[1], &byte, 1) != 1 || read(to_near[0], &byte, 1) != 1)
			truth_die("pipe");
	close(to_far[1]);
}

static void answer(void *data)
{
	char byte;

	truth_pin(1);
	while (read(to_far[0], &byte, 1) == 1)
		if (write(to_near[1], &byte, 1) != 1)
			truth_die("pipe");
}

static void sleep_often(void *data)
{
	truth_pin(1);
	while (truth_now_ns() < end_ns)
		truth_sleep(SLEEP_NS);
}

static void compute(void *data)
{
	truth_pin(1);
	while (truth_now_ns() < end_ns)
		truth_burn(TRUTH_NS_PER_MS);
}

static void run(void)
{
	struct truth_thread asker, answerer, sleeper, spinner;

	truth_need_cpus(2);
	if (pipe(to_far) != 0 || pipe(to_near) != 0)
		truth_die("pipe");
	end_ns = truth_now_ns() + LASTS_NS;
	truth_start(&answerer, "answerer", answer, NULL);
	truth_start(&asker, "asker", ask, NULL);
	truth_start(&sleeper, "sleeper", sleep_often, NULL);
	if (!truth_is_quiet()) {
		truth_start(&spinner, "spinner", compute, NULL);
		truth_join(&spinner);
	}
	truth_join(&sleeper);
	truth_join(&asker);
	truth_join(&answerer);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "short-waits",
		.about = "Threads wait often and never for long.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

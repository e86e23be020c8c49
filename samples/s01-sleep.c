// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread that asks for nothing but sleep: 20 times 200 ms. Quiet, it computes for a while
 * instead.
 */
#include "samples/truth.h"

#define N_SLEEPS 20
#define SLEEP_NS (200 * TRUTH_NS_PER_MS)
#define QUIET_NS (10 * TRUTH_NS_PER_MS)

static void rest(void *data)
{
	int64_t longest_ns = 0, length_ns;

	for (int i = 0; i < N_SLEEPS; i++) {
		const int64_t begin_ns = truth_now_ns();

		if (truth_is_quiet())
			truth_burn(QUIET_NS);
		else
			truth_sleep(SLEEP_NS);
		length_ns = truth_phase("rest", begin_ns);
		longest_ns = length_ns > longest_ns ? length_ns : longest_ns;
	}
	truth_number("longest_ns", longest_ns);
}

static void run(void)
{
	struct truth_thread sleeper;

	truth_number("asked_ns", SLEEP_NS);
	truth_start(&sleeper, "sleeper", rest, NULL);
	truth_join(&sleeper);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "sleep",
		.about = "A thread asks to sleep, again and again.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

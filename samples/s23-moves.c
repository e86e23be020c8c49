// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread computes and after every 5 ms lets itself be moved from one CPU to the other. Quiet, it
 * asks for the CPU that it is on.
 */
#include "samples/truth.h"

#define N_MOVES 100
#define PERIOD_NS (5 * TRUTH_NS_PER_MS)

static void move_often(void *data)
{
	truth_pin(0);
	for (int i = 1; i <= N_MOVES; i++) {
		int64_t begin_ns;

		truth_burn(PERIOD_NS);
		begin_ns = truth_now_ns();
		truth_pin(truth_is_quiet() ? 0 : i % 2);
		truth_phase("move", begin_ns);
	}
}

static void run(void)
{
	struct truth_thread mover;

	truth_need_cpus(2);
	truth_start(&mover, "mover", move_often, NULL);
	truth_join(&mover);
	truth_number("moves", N_MOVES);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "moves",
		.about = "A thread is moved between CPUs all the time.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

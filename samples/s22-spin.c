// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread spins until a flag is up. Whoever puts it up has work for 60 ms, on a CPU that it shares
 * with a thread that never stops. Quiet, it has the CPU for itself.
 */
#include <stdatomic.h>

#include "samples/truth.h"

#define WORK_NS (60 * TRUTH_NS_PER_MS)

static _Atomic bool is_up, is_over;
static pthread_barrier_t all_are_here;
static struct truth_thread spinner, setter, hog;

static void spin(void *data)
{
	int64_t begin_ns;

	truth_pin(0);
	pthread_barrier_wait(&all_are_here);
	begin_ns = truth_now_ns();
	while (!is_up)
		;
	truth_phase("spin", begin_ns);
}

static void compute_for_ever(void *data)
{
	truth_pin(1);
	pthread_barrier_wait(&all_are_here);
	while (!truth_is_quiet() && !is_over)
		truth_burn(TRUTH_NS_PER_MS);
}

static void put_up(void *data)
{
	int64_t begin_ns, delay_ns, hog_ns;

	truth_pin(1);
	pthread_barrier_wait(&all_are_here);
	truth_sleep(5 * TRUTH_NS_PER_MS);
	begin_ns = truth_now_ns();
	delay_ns = truth_delay_ns();
	hog_ns = truth_cpu_of(&hog);
	truth_burn(WORK_NS);
	truth_number("hog_ran_ns", truth_cpu_of(&hog) - hog_ns);
	truth_number("delayed_ns", truth_delay_ns() - delay_ns);
	truth_phase("work", begin_ns);
	is_up = true;
	is_over = true;
}

static void run(void)
{
	truth_need_cpus(2);
	pthread_barrier_init(&all_are_here, NULL, 3);
	truth_start(&hog, "hog", compute_for_ever, NULL);
	truth_start(&setter, "setter", put_up, NULL);
	truth_start(&spinner, "spinner", spin, NULL);
	truth_join(&setter);
	truth_join(&spinner);
	truth_join(&hog);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "spin",
		.about = "A thread spins for another one that does not get its CPU.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

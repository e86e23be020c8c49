// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A SCHED_FIFO thread spins on CPU 1 for 2.4 s, and so does a fair one, which gets the CPU only
 * when the kernel itself keeps the other one back. Quiet, both are fair.
 */
#include "samples/cpu-share.h"
#include "samples/truth.h"

#define LASTS_NS (2400 * TRUTH_NS_PER_MS)
#define LONG_NS (500 * TRUTH_NS_PER_MS)
#define HOG_PRIORITY 50
#define WORKER_BEGINS_NS (20 * TRUTH_NS_PER_MS) /* its whole wait lies in what it tells */

static struct presence of_hog, of_worker;
static int64_t delayed_ns;
static _Atomic bool is_over;
static pthread_barrier_t start;

static void hog(void *data)
{
	truth_pin(1);
	pthread_barrier_wait(&start);
	if (!truth_is_quiet())
		cpu_fifo(HOG_PRIORITY);
	truth_sleep(WORKER_BEGINS_NS);
	presence_spin(&of_hog, truth_now_ns() + LASTS_NS, NULL);
	is_over = true;
	cpu_fifo(0);
}

static void work(void *data)
{
	int64_t begin_ns;

	truth_pin(1);
	pthread_barrier_wait(&start);
	begin_ns = truth_now_ns();
	delayed_ns = -truth_delay_ns();
	presence_spin(&of_worker, INT64_MAX, &is_over);
	delayed_ns += truth_delay_ns();
	truth_phase("work", begin_ns);
}

static void run(void)
{
	struct truth_thread hog_thread, worker;
	int n_long;

	truth_need_cpus(2);
	cpu_need_fifo();
	pthread_barrier_init(&start, NULL, 2);
	truth_start(&worker, "worker", work, NULL);
	truth_start(&hog_thread, "hog", hog, NULL);
	truth_join(&hog_thread);
	truth_join(&worker);
	truth_number("delayed_ns", delayed_ns);
	truth_number("longest_wait_ns", presence_longest_gap_ns(&of_worker, LONG_NS, &n_long));
	truth_number("long_waits", n_long);
	truth_number("hog_ran_ns", presence_within_ns(&of_hog, 0, INT64_MAX));
	truth_number("worker_ran_ns", presence_within_ns(&of_worker, 0, INT64_MAX));
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "rt-hog",
		.about = "A real-time thread that never stops keeps a fair one off its CPU.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two threads that never stop and one that has 1 ms of work every 10 ms may all use CPU 1 only;
 * CPU 0 has nothing to do. Quiet, there is one that never stops, and they may use both CPUs.
 */
#include "samples/cpu-share.h"
#include "samples/truth.h"

#define N_ROUNDS 120
#define N_HOGS 2
#define PERIOD_NS (10 * TRUTH_NS_PER_MS)
#define WORK_NS TRUTH_NS_PER_MS

static struct presence hogs[N_HOGS];
static struct presence_span rounds[N_ROUNDS];
static int64_t delayed_ns, idle_before_ns;
static _Atomic bool is_over;
static pthread_barrier_t start;

static void take_place(void)
{
	if (!truth_is_quiet())
		truth_pin(1);
	pthread_barrier_wait(&start);
}

static void compute_for_ever(void *data)
{
	take_place();
	presence_spin(data, INT64_MAX, &is_over);
}

static void work_now_and_then(void *data)
{
	int64_t due_ns;

	take_place();
	idle_before_ns = cpu_idle_ns(0);
	delayed_ns = -truth_delay_ns();
	due_ns = truth_now_ns();
	for (int i = 0; i < N_ROUNDS; i++) {
		due_ns = due_ns + PERIOD_NS > truth_now_ns() ? due_ns + PERIOD_NS : truth_now_ns();
		truth_sleep_until(due_ns);
		truth_burn(WORK_NS);
		rounds[i] = (struct presence_span){ due_ns, truth_now_ns() };
		truth_phase("round", due_ns);
	}
	delayed_ns += truth_delay_ns();
	truth_number("other_idle_ns", cpu_idle_ns(0) - idle_before_ns);
	is_over = true;
}

/* On one CPU the worker is kept waiting by whatever the others run between its being due and its
 * being done. */
static int64_t kept_waiting_ns(const struct presence *hog)
{
	int64_t sum_ns = 0;

	for (int i = 0; i < N_ROUNDS; i++)
		sum_ns += presence_within_ns(hog, rounds[i].begin_ns, rounds[i].end_ns);
	return sum_ns;
}

static void run(void)
{
	struct truth_thread worker, hog1, hog2;

	truth_need_cpus(2);
	truth_allow(2);
	pthread_barrier_init(&start, NULL, truth_is_quiet() ? 2 : 3);
	truth_start(&hog1, "hog1", compute_for_ever, &hogs[0]);
	if (!truth_is_quiet())
		truth_start(&hog2, "hog2", compute_for_ever, &hogs[1]);
	truth_start(&worker, "worker", work_now_and_then, NULL);
	truth_join(&worker);
	truth_join(&hog1);
	if (truth_is_quiet())
		return;
	truth_join(&hog2);
	truth_number("delayed_ns", delayed_ns);
	truth_number("behind_hog1_ns", kept_waiting_ns(&hogs[0]));
	truth_number("behind_hog2_ns", kept_waiting_ns(&hogs[1]));
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "affinity",
		.about =
			"Three threads share a CPU while another one is idle that they may not use.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

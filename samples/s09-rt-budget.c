// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * On CPU 1 a SCHED_FIFO thread spins for 2.4 s, so the kernel gives a fair one a slice now and
 * then. A third thread, SCHED_FIFO of a yet higher priority, has 1 ms of work every 10 ms and finds
 * its CPU taken by that slice. Quiet, the one that spins is fair too, and nobody needs such slices.
 */
#include "samples/cpu-share.h"
#include "samples/truth.h"

#define LASTS_NS (2400 * TRUTH_NS_PER_MS)
#define PERIOD_NS (10 * TRUTH_NS_PER_MS)
#define WORK_NS TRUTH_NS_PER_MS
#define LATE_NS (2 * TRUTH_NS_PER_MS)
#define HOG_PRIORITY 50
#define VICTIM_PRIORITY 60

static struct presence of_fair;
static struct presence late; /* when the victim was */
static _Atomic bool is_over;
static pthread_barrier_t start;

static void hog(void *data)
{
	static struct presence of_hog;

	truth_pin(1);
	pthread_barrier_wait(&start);
	if (!truth_is_quiet())
		cpu_fifo(HOG_PRIORITY);
	presence_spin(&of_hog, truth_now_ns() + LASTS_NS, NULL);
	is_over = true;
	cpu_fifo(0);
}

static void work(void *data)
{
	truth_pin(1);
	pthread_barrier_wait(&start);
	presence_spin(&of_fair, INT64_MAX, &is_over);
}

/* Its long waits are phases. */
static void be_in_time(void *data)
{
	int64_t due_ns;

	truth_pin(1);
	cpu_fifo(VICTIM_PRIORITY);
	pthread_barrier_wait(&start);
	due_ns = truth_now_ns();
	while (!is_over) {
		due_ns = due_ns + PERIOD_NS > truth_now_ns() ? due_ns + PERIOD_NS : truth_now_ns();
		truth_sleep_until(due_ns);
		if (truth_now_ns() - due_ns >= LATE_NS && late.n_spans < N_PRESENCE_SPANS) {
			late.spans[late.n_spans++] =
				(struct presence_span){ due_ns, truth_now_ns() };
			truth_phase("late", due_ns);
		}
		truth_burn(WORK_NS);
	}
	cpu_fifo(0);
}

static void run(void)
{
	struct truth_thread hog_thread, fair, victim;
	int64_t in_its_way_ns = 0;

	truth_need_cpus(2);
	cpu_need_fifo();
	pthread_barrier_init(&start, NULL, 3);
	truth_start(&fair, "fair", work, NULL);
	truth_start(&hog_thread, "hog", hog, NULL);
	truth_start(&victim, "victim", be_in_time, NULL);
	truth_join(&victim);
	truth_join(&hog_thread);
	truth_join(&fair);
	for (int i = 0; i < late.n_spans; i++)
		in_its_way_ns +=
			presence_within_ns(&of_fair, late.spans[i].begin_ns, late.spans[i].end_ns);
	truth_number("fair_ran_late_ns", in_its_way_ns);
	truth_number("fair_ran_ns", presence_within_ns(&of_fair, 0, INT64_MAX));
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "rt-budget",
		.about = "A real-time thread finds its CPU given to a fair one by the kernel.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

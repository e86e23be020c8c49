// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pool of eight workers behind a semaphore, with little to do: an item each 10 ms. Nothing is
 * wrong here. Quiet, there is one worker, and never without work.
 */
#include <semaphore.h>

#include "samples/truth.h"

#define N_WORKERS 8
#define N_ITEMS 100
#define PERIOD_NS (10 * TRUTH_NS_PER_MS)
#define WORK_NS (1 * TRUTH_NS_PER_MS)

static sem_t items;
static _Atomic int n_left = N_ITEMS;

/* Ends with the semaphore: one post for each item and one for each worker. */
static void work(void *data)
{
	for (;;) {
		const int64_t begin_ns = truth_now_ns();

		while (sem_wait(&items) != 0)
			;
		truth_phase("idle", begin_ns);
		if (n_left-- <= 0)
			return;
		truth_burn(WORK_NS);
	}
}

static void produce(void *data)
{
	for (int i = 0; i < N_ITEMS; i++) {
		if (!truth_is_quiet())
			truth_sleep(PERIOD_NS);
		sem_post(&items);
	}
}

static void run(void)
{
	const int n_workers = truth_is_quiet() ? 1 : N_WORKERS;
	struct truth_thread workers[N_WORKERS], producer;

	sem_init(&items, 0, 0);
	for (int i = 0; i < n_workers; i++) {
		char role[] = "worker-0";

		role[sizeof(role) - 2] = (char)('0' + i);
		truth_start(&workers[i], role, work, NULL);
	}
	truth_start(&producer, "producer", produce, NULL);
	truth_join(&producer);
	for (int i = 0; i < n_workers; i++)
		sem_post(&items);
	for (int i = 0; i < n_workers; i++)
		truth_join(&workers[i]);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "pool",
		.about = "A pool of workers that has little to do: nothing is wrong.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

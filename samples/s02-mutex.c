// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One lock, held by a thread that computes for 150 ms; another one wants it 10 ms later. Quiet, the
 * holder does its work before it takes the lock.
 */
#include "samples/truth.h"

#define HELD_NS (150 * TRUTH_NS_PER_MS)
#define LATE_NS (10 * TRUTH_NS_PER_MS)

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t start;

static void hold(void *data)
{
	int64_t begin_ns;

	pthread_barrier_wait(&start);
	if (truth_is_quiet())
		truth_burn(HELD_NS);
	pthread_mutex_lock(&cache_lock);
	begin_ns = truth_now_ns();
	if (!truth_is_quiet())
		truth_burn(HELD_NS);
	truth_phase("hold", begin_ns);
	pthread_mutex_unlock(&cache_lock);
}

static void want(void *data)
{
	int64_t begin_ns;

	pthread_barrier_wait(&start);
	truth_sleep(LATE_NS);
	begin_ns = truth_now_ns();
	pthread_mutex_lock(&cache_lock);
	truth_phase("wait", begin_ns);
	pthread_mutex_unlock(&cache_lock);
}

static void run(void)
{
	struct truth_thread holder, waiter;

	pthread_barrier_init(&start, NULL, 2);
	truth_start(&holder, "holder", hold, NULL);
	truth_start(&waiter, "waiter", want, NULL);
	truth_join(&waiter);
	truth_join(&holder);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "mutex",
		.about = "A thread waits for a lock while its holder computes.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

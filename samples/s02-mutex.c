// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One lock, held by a thread that computes for 150 ms; another one wants it 10 ms later. Quiet, the
 * holder does its work before it takes the lock.
 */
#include <stdatomic.h>

#include "samples/truth.h"

#define WORK_NS (150 * TRUTH_NS_PER_MS)
#define LATE_NS (10 * TRUTH_NS_PER_MS)

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t is_held;
static struct truth_thread holder, waiter;

/* When the waiter went for the lock, and how long the holder had run by then. */
static _Atomic int64_t wanted_ns, ran_before_ns;

static void hold(void *data)
{
	if (truth_is_quiet())
		truth_burn(WORK_NS);
	pthread_mutex_lock(&cache_lock);
	pthread_barrier_wait(&is_held);
	if (!truth_is_quiet()) {
		truth_burn(WORK_NS);
		truth_number("waited_ns", truth_now_ns() - wanted_ns);
		truth_number("holder_ran_ns", truth_cpu_ns() - ran_before_ns);
	}
	pthread_mutex_unlock(&cache_lock);
}

static void want(void *data)
{
	int64_t begin_ns;

	pthread_barrier_wait(&is_held);
	truth_sleep(LATE_NS);
	ran_before_ns = truth_cpu_of(&holder);
	begin_ns = truth_now_ns();
	wanted_ns = begin_ns;
	pthread_mutex_lock(&cache_lock);
	truth_phase("wait", begin_ns);
	pthread_mutex_unlock(&cache_lock);
}

static void run(void)
{
	pthread_barrier_init(&is_held, NULL, 2);
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

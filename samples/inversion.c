// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples/inversion.h"

#include <unistd.h>

#include "samples/cpu-share.h"
#include "samples/truth.h"

#define N_ROUNDS 3
#define PERIOD_NS (400 * TRUTH_NS_PER_MS)
#define HELD_NS (20 * TRUTH_NS_PER_MS)
#define LATE_NS (5 * TRUTH_NS_PER_MS)
#define LATER_NS (6 * TRUTH_NS_PER_MS)
#define MIDDLE_NS (100 * TRUTH_NS_PER_MS)
#define LOW_PRIORITY 10
#define MIDDLE_PRIORITY 20
#define HIGH_PRIORITY 30

static pthread_mutex_t *lock;
static int64_t start_ns;
static struct presence of_low, of_middle;
static struct presence_span waits[N_ROUNDS];
static int64_t holder_ready_ns; /* while it held the lock */

static void take_place(int priority)
{
	truth_pin(1);
	cpu_fifo(priority);
}

static int64_t round_ns(int round)
{
	return start_ns + round * PERIOD_NS;
}

static void hold(void *data)
{
	take_place(LOW_PRIORITY);
	for (int i = 0; i < N_ROUNDS; i++) {
		int64_t delay_ns;

		truth_sleep_until(round_ns(i));
		pthread_mutex_lock(lock);
		delay_ns = truth_delay_ns();
		presence_work(&of_low, HELD_NS);
		holder_ready_ns += truth_delay_ns() - delay_ns;
		pthread_mutex_unlock(lock);
	}
}

static void want(void *data)
{
	take_place(HIGH_PRIORITY);
	for (int i = 0; i < N_ROUNDS; i++) {
		truth_sleep_until(round_ns(i) + LATE_NS);
		waits[i].begin_ns = truth_now_ns();
		pthread_mutex_lock(lock);
		waits[i].end_ns = truth_now_ns();
		pthread_mutex_unlock(lock);
		truth_phase_of("high", gettid(), "wait", waits[i].begin_ns, waits[i].end_ns);
	}
}

static void stand_between(void *data)
{
	take_place(MIDDLE_PRIORITY);
	for (int i = 0; i < N_ROUNDS; i++) {
		truth_sleep_until(round_ns(i) + LATER_NS);
		if (!truth_is_quiet())
			presence_spin(&of_middle, truth_now_ns() + MIDDLE_NS, NULL);
	}
}

void inversion_run(pthread_mutex_t *the_lock)
{
	struct truth_thread low, middle, high;
	int64_t low_ns = 0, middle_ns = 0, wait_ns = 0;

	truth_need_cpus(2);
	cpu_need_fifo();
	lock = the_lock;
	start_ns = truth_now_ns() + PERIOD_NS / 4;
	truth_start(&low, "low", hold, NULL);
	truth_start(&middle, "middle", stand_between, NULL);
	truth_start(&high, "high", want, NULL);
	truth_join(&high);
	truth_join(&low);
	truth_join(&middle);
	for (int i = 0; i < N_ROUNDS; i++) {
		low_ns += presence_within_ns(&of_low, waits[i].begin_ns, waits[i].end_ns);
		wait_ns += waits[i].end_ns - waits[i].begin_ns;
		middle_ns += presence_within_ns(&of_middle, waits[i].begin_ns, waits[i].end_ns);
	}
	truth_number("waited_ns", wait_ns);
	truth_number("low_ran_ns", low_ns);
	truth_number("middle_ran_ns", middle_ns);
	truth_number("holder_ready_ns", holder_ready_ns);
}

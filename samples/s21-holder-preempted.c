// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread of nice 19 has 2 ms of work under a lock; within it a thread of nice -20 wakes and takes
 * their CPU for 100 ms, while a third one, on another CPU, waits for the lock. Quiet, the one of
 * nice -20 has nothing to do.
 */
#include <semaphore.h>
#include <sys/resource.h>
#include <unistd.h>

#include "samples/cpu-share.h"
#include "samples/truth.h"

#define N_ROUNDS 5
#define PERIOD_NS (200 * TRUTH_NS_PER_MS)
#define HELD_NS (2 * TRUTH_NS_PER_MS)
#define HOG_NS (100 * TRUTH_NS_PER_MS)
#define LATE_NS (5 * TRUTH_NS_PER_MS)

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t is_held;
static int64_t start_ns, holder_ready_ns;
static struct presence of_owner, of_hog;
static struct presence_span waits[N_ROUNDS];

static void take_place(int cpu, int nice)
{
	truth_pin(cpu);
	if (setpriority(PRIO_PROCESS, (id_t)gettid(), nice) != 0)
		truth_die("setpriority");
}

static void hold(void *data)
{
	take_place(1, 19);
	for (int i = 0; i < N_ROUNDS; i++) {
		int64_t delay_ns;

		truth_sleep_until(start_ns + i * PERIOD_NS);
		pthread_mutex_lock(&table_lock);
		delay_ns = truth_delay_ns();
		sem_post(&is_held);
		presence_work(&of_owner, HELD_NS);
		holder_ready_ns += truth_delay_ns() - delay_ns;
		pthread_mutex_unlock(&table_lock);
	}
}

static void take_cpu(void *data)
{
	take_place(1, -20);
	for (int i = 0; i < N_ROUNDS; i++) {
		while (sem_wait(&is_held) != 0)
			;
		if (!truth_is_quiet())
			presence_spin(&of_hog, truth_now_ns() + HOG_NS, NULL);
	}
}

static void want(void *data)
{
	take_place(0, 0);
	for (int i = 0; i < N_ROUNDS; i++) {
		truth_sleep_until(start_ns + i * PERIOD_NS + LATE_NS);
		waits[i].begin_ns = truth_now_ns();
		pthread_mutex_lock(&table_lock);
		waits[i].end_ns = truth_now_ns();
		truth_phase_of("waiter", gettid(), "wait", waits[i].begin_ns, waits[i].end_ns);
		pthread_mutex_unlock(&table_lock);
	}
}

static void need_nice(void)
{
	if (setpriority(PRIO_PROCESS, 0, -20) != 0)
		truth_skip("negative nice values may not be had");
	setpriority(PRIO_PROCESS, 0, 0);
}

static void run(void)
{
	struct truth_thread owner, hog, waiter;
	int64_t hog_ns = 0, owner_ns = 0;

	truth_need_cpus(2);
	need_nice();
	sem_init(&is_held, 0, 0);
	start_ns = truth_now_ns() + PERIOD_NS / 4;
	truth_start(&owner, "owner", hold, NULL);
	truth_start(&hog, "hog", take_cpu, NULL);
	truth_start(&waiter, "waiter", want, NULL);
	truth_join(&waiter);
	truth_join(&owner);
	truth_join(&hog);
	for (int i = 0; i < N_ROUNDS; i++) {
		hog_ns += presence_within_ns(&of_hog, waits[i].begin_ns, waits[i].end_ns);
		owner_ns += presence_within_ns(&of_owner, waits[i].begin_ns, waits[i].end_ns);
	}
	truth_number("owner_ran_ns", owner_ns);
	truth_number("hog_ran_ns", hog_ns);
	truth_number("holder_ready_ns", holder_ready_ns);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "holder-preempted",
		.about =
			"The holder of a lock loses its CPU to a thread that does not want the lock.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Eight threads that never wait for anything share two CPUs: each is ready and does not run for
 * three quarters of its time. Quiet, there is one for each CPU.
 */
#include <stdio.h>

#include "samples/cpu-share.h"
#include "samples/truth.h"

#define N_THREADS 8
#define N_CPUS 2
#define LASTS_NS (1500 * TRUTH_NS_PER_MS)

static struct presence presences[N_THREADS];
static _Atomic int64_t delayed_ns;
static pthread_barrier_t start;

static void compute(void *data)
{
	int64_t begin_ns;

	/* Left alone, the two can meet on one CPU when others want the other one. */
	if (truth_is_quiet())
		truth_pin((int)((struct presence *)data - presences));
	pthread_barrier_wait(&start);
	begin_ns = truth_now_ns();
	delayed_ns -= truth_delay_ns();
	presence_spin(data, begin_ns + LASTS_NS, NULL);
	delayed_ns += truth_delay_ns();
	truth_phase("compute", begin_ns);
}

static void run(void)
{
	struct truth_thread threads[N_THREADS];
	const int n_threads = truth_is_quiet() ? N_CPUS : N_THREADS;
	char role[TRUTH_ROLE_BYTES];
	int64_t ran_ns = 0;

	truth_need_cpus(N_CPUS);
	truth_allow(N_CPUS);
	pthread_barrier_init(&start, NULL, (unsigned int)n_threads);
	for (int i = 0; i < n_threads; i++) {
		snprintf(role, sizeof(role), "worker%d", i);
		truth_start(&threads[i], role, compute, &presences[i]);
	}
	for (int i = 0; i < n_threads; i++) {
		truth_join(&threads[i]);
		ran_ns += presence_within_ns(&presences[i], 0, INT64_MAX);
	}
	truth_number("delayed_ns", delayed_ns);
	truth_number("ran_ns", ran_ns);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "oversubscribe",
		.about = "More threads compute than there are CPUs for.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

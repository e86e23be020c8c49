// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 2,000 threads, each of which sleeps once and ends. Quiet, there are 20.
 */
#include <stdatomic.h>
#include <sys/prctl.h>

#include "samples/truth.h"

#define N_BATCHES 100
#define N_QUIET_BATCHES 1
#define N_AT_ONCE 20
#define REST_NS (2 * TRUTH_NS_PER_MS)

static _Atomic int64_t asleep_ns, n_ended;

/* Without a role: the truth has no room for so many. */
static void *live(void *data)
{
	struct truth_moment begin;

	prctl(PR_SET_NAME, "brief");
	begin = truth_moment();
	truth_sleep(REST_NS);
	asleep_ns += truth_asleep_since(begin);
	n_ended++;
	return NULL;
}

static void run(void)
{
	const int n_batches = truth_is_quiet() ? N_QUIET_BATCHES : N_BATCHES;
	pthread_t threads[N_AT_ONCE];

	for (int batch = 0; batch < n_batches; batch++) {
		for (int i = 0; i < N_AT_ONCE; i++)
			if (pthread_create(&threads[i], NULL, live, NULL) != 0)
				truth_die("pthread_create");
		for (int i = 0; i < N_AT_ONCE; i++)
			pthread_join(threads[i], NULL);
	}
	truth_number("threads", n_ended);
	truth_number("asleep_ns", asleep_ns);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "threads",
		.about = "Thousands of threads live for a moment each.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

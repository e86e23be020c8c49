// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three threads and two pipes: the one in the middle computes 40 ms for each item. Quiet, it passes
 * items on at once.
 */
#include <unistd.h>

#include "samples/truth.h"

#define N_ITEMS 10
#define WORK_NS (40 * TRUTH_NS_PER_MS)

static int to_worker[2], to_sink[2];
static pthread_barrier_t all_are_here;

static char take(int pipe[2])
{
	char item;

	if (read(pipe[0], &item, 1) != 1)
		truth_die("read");
	return item;
}

static void give(int pipe[2], char item)
{
	if (write(pipe[1], &item, 1) != 1)
		truth_die("write");
}

static void produce(void *data)
{
	pthread_barrier_wait(&all_are_here);
	for (int i = 0; i < N_ITEMS; i++)
		give(to_worker, 'x');
}

static void work(void *data)
{
	int64_t ran_ns = 0;

	pthread_barrier_wait(&all_are_here);
	for (int i = 0; i < N_ITEMS; i++) {
		const char item = take(to_worker);
		const int64_t begin_ns = truth_now_ns(), begin_cpu_ns = truth_cpu_ns();

		truth_burn(truth_is_quiet() ? 0 : WORK_NS);
		ran_ns += truth_cpu_ns() - begin_cpu_ns;
		truth_phase("compute", begin_ns);
		give(to_sink, item);
	}
	truth_number("worker_ran_ns", ran_ns);
}

static void consume(void *data)
{
	int64_t asleep_ns = 0;

	pthread_barrier_wait(&all_are_here);
	for (int i = 0; i < N_ITEMS; i++) {
		const struct truth_moment begin = truth_moment();

		take(to_sink);
		asleep_ns += truth_asleep_since(begin);
		truth_phase("wait", begin.now_ns);
	}
	truth_number("waited_ns", asleep_ns);
}

static void run(void)
{
	struct truth_thread source, worker, sink;

	if (pipe(to_worker) != 0 || pipe(to_sink) != 0)
		truth_die("pipe");
	pthread_barrier_init(&all_are_here, NULL, 3);
	truth_start(&sink, "sink", consume, NULL);
	truth_start(&worker, "worker", work, NULL);
	truth_start(&source, "source", produce, NULL);
	truth_join(&source);
	truth_join(&worker);
	truth_join(&sink);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "pipeline",
		.about = "The end of a pipeline waits for a thread that computes.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

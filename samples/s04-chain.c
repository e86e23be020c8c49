// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A chain of four: the last waits for the third, which waits for the second, which waits for the
 * first, which sleeps. Quiet, nobody sleeps or computes.
 */
#include "samples/truth.h"

#define SLEEP_NS (50 * TRUTH_NS_PER_MS)
#define SECOND_NS (30 * TRUTH_NS_PER_MS)
#define THIRD_NS (20 * TRUTH_NS_PER_MS)

/* Shut until somebody opens it; then it stays open. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t opened;
	bool is_open;
};

#define GATE                                                                                       \
	{                                                                                          \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false                         \
	}

static struct gate to_second = GATE, to_third = GATE, to_last = GATE;
static pthread_barrier_t all_are_here;

static void pass(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	while (!gate->is_open)
		pthread_cond_wait(&gate->opened, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

static void open_gate(struct gate *gate)
{
	pthread_mutex_lock(&gate->lock);
	gate->is_open = true;
	pthread_cond_signal(&gate->opened);
	pthread_mutex_unlock(&gate->lock);
}

static void compute(int64_t work_ns, const char *name)
{
	const int64_t begin_ns = truth_now_ns(), begin_cpu_ns = truth_cpu_ns();

	truth_burn(truth_is_quiet() ? 0 : work_ns);
	truth_number(name, truth_cpu_ns() - begin_cpu_ns);
	truth_phase("compute", begin_ns);
}

static void be_first(void *data)
{
	struct truth_moment begin;

	pthread_barrier_wait(&all_are_here);
	begin = truth_moment();
	if (!truth_is_quiet())
		truth_sleep(SLEEP_NS);
	truth_number("first_slept_ns", truth_asleep_since(begin));
	truth_phase("sleep", begin.now_ns);
	open_gate(&to_second);
}

static void be_second(void *data)
{
	pthread_barrier_wait(&all_are_here);
	pass(&to_second);
	compute(SECOND_NS, "second_ran_ns");
	open_gate(&to_third);
}

static void be_third(void *data)
{
	pthread_barrier_wait(&all_are_here);
	pass(&to_third);
	compute(THIRD_NS, "third_ran_ns");
	open_gate(&to_last);
}

static void be_last(void *data)
{
	struct truth_moment begin;

	pthread_barrier_wait(&all_are_here);
	begin = truth_moment();
	pass(&to_last);
	truth_number("waited_ns", truth_asleep_since(begin));
	truth_phase("wait", begin.now_ns);
}

static void run(void)
{
	struct truth_thread first, second, third, last;

	pthread_barrier_init(&all_are_here, NULL, 4);
	truth_start(&last, "last", be_last, NULL);
	truth_start(&third, "third", be_third, NULL);
	truth_start(&second, "second", be_second, NULL);
	truth_start(&first, "first", be_first, NULL);
	truth_join(&first);
	truth_join(&second);
	truth_join(&third);
	truth_join(&last);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "chain",
		.about = "A thread waits for what three others do one after the other.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

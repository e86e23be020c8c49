// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that wait already when somebody begins to record: one until after that, one until the
 * recording is over. Quiet, they begin to wait afterwards.
 *
 * Whoever records is told by two cues: it should have begun at "attach" and have ended at "detach".
 */
#include <unistd.h>

#include "samples/truth.h"

#define SETTLE_NS (50 * TRUTH_NS_PER_MS)
#define WORK_NS (60 * TRUTH_NS_PER_MS)

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t is_held;
static int to_holder[2], to_stuck[2], to_late[2];
static int64_t holder_ran_ns;

/* Sleeps with the lock, then computes with it. */
static void hold(void *data)
{
	pthread_mutex_lock(&queue_lock);
	pthread_barrier_wait(&is_held);
	truth_take(to_holder);
	holder_ran_ns = truth_cpu_ns();
	truth_burn(WORK_NS);
	holder_ran_ns = truth_cpu_ns() - holder_ran_ns;
	pthread_mutex_unlock(&queue_lock);
}

static void want(void *data)
{
	int64_t begin_ns;

	pthread_barrier_wait(&is_held);
	begin_ns = truth_now_ns();
	pthread_mutex_lock(&queue_lock);
	truth_phase("wait", begin_ns);
	pthread_mutex_unlock(&queue_lock);
}

static void be_taker(void *pipe)
{
	const int64_t begin_ns = truth_now_ns();

	truth_take(pipe);
	truth_phase("wait", begin_ns);
}

static void start_waiting(struct truth_thread *holder, struct truth_thread *waiter,
			  struct truth_thread *stuck)
{
	truth_start(holder, "holder", hold, NULL);
	truth_start(waiter, "waiter", want, NULL);
	truth_start(stuck, "stuck", be_taker, to_stuck);
	truth_sleep(SETTLE_NS);
}

static void run(void)
{
	struct truth_thread holder, waiter, stuck, late;

	if (pipe(to_holder) != 0 || pipe(to_stuck) != 0 || pipe(to_late) != 0)
		truth_die("pipe");
	pthread_barrier_init(&is_held, NULL, 2);
	if (!truth_is_quiet())
		start_waiting(&holder, &waiter, &stuck);
	truth_cue("attach");
	if (truth_is_quiet())
		start_waiting(&holder, &waiter, &stuck);
	/* Waits from within the recording to beyond its end. */
	truth_start(&late, "late", be_taker, to_late);
	truth_sleep(SETTLE_NS);
	truth_give(to_holder);
	truth_join(&waiter);
	truth_join(&holder);
	if (truth_is_quiet()) {
		truth_give(to_late);
		truth_give(to_stuck);
		truth_sleep(SETTLE_NS);
	}
	truth_cue("detach");
	if (!truth_is_quiet()) {
		truth_give(to_late);
		truth_give(to_stuck);
	}
	truth_join(&late);
	truth_join(&stuck);
	truth_number("holder_ran_ns", holder_ran_ns);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "attach",
		.about = "Threads wait from before a recording on, and beyond its end.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Four threads on two CPUs want one lock for 20 us, again and again, for two seconds. The lock is
 * one that hands itself to who waits longest (with priority inheritance, so that the kernel does
 * it), and both CPUs are busy with something that has more weight: whoever has got the lock is
 * ready for longer than it then works. Quiet, each thread has a lock of its own.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_THREADS 4
#define N_CPUS 2
#define HELD_NS (20 * TRUTH_NS_PER_US)
#define NICE 10
#define LASTS_NS (2 * TRUTH_NS_PER_S)

static pthread_mutex_t locks[N_THREADS];
static int64_t end_ns;

/* Of the first lock; whoever holds it writes them. */
static int64_t let_go_ns, handed_over_ns, held_ns, waited_ns;
static int64_t n_cycles;

static void account(int64_t asked_ns, int64_t got_ns)
{
	/* Nobody waits for the time in which nobody asks. */
	if (let_go_ns > 0)
		handed_over_ns += got_ns - (asked_ns > let_go_ns ? asked_ns : let_go_ns);
	waited_ns += got_ns - asked_ns;
	n_cycles++;
	let_go_ns = truth_now_ns();
	held_ns += let_go_ns - got_ns;
}

static void want_often(void *data)
{
	const int64_t begin_ns = truth_now_ns();
	pthread_mutex_t *lock = data;
	int64_t asked_ns;

	setpriority(PRIO_PROCESS, 0, NICE); /* of this thread alone */
	while ((asked_ns = truth_now_ns()) < end_ns) {
		int64_t got_ns;

		pthread_mutex_lock(lock);
		got_ns = truth_now_ns();
		truth_burn(HELD_NS);
		if (lock == locks)
			account(asked_ns, got_ns);
		pthread_mutex_unlock(lock);
	}
	truth_phase("storm", begin_ns);
}

/* One on each CPU: the kernel would put both where the others are not. */
static void be_busy(void *data)
{
	truth_pin(*(int *)data);
	while (truth_now_ns() < end_ns)
		truth_burn(HELD_NS);
}

static void make_locks(void)
{
	pthread_mutexattr_t kind;

	pthread_mutexattr_init(&kind);
	pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT);
	for (int i = 0; i < N_THREADS; i++)
		pthread_mutex_init(&locks[i], &kind);
}

static void run(void)
{
	static int cpus[N_CPUS] = { 0, 1 };
	struct truth_thread threads[N_THREADS], busy[N_CPUS];

	truth_allow(N_CPUS);
	make_locks();
	end_ns = truth_now_ns() + LASTS_NS;
	for (int i = 0; i < N_THREADS; i++) {
		char role[TRUTH_ROLE_BYTES];

		snprintf(role, sizeof(role), "worker-%d", i);
		truth_start(&threads[i], role, want_often, &locks[truth_is_quiet() ? i : 0]);
	}
	for (int i = 0; i < N_CPUS; i++)
		truth_start(&busy[i], "busy", be_busy, &cpus[i]);
	for (int i = 0; i < N_THREADS; i++)
		truth_join(&threads[i]);
	for (int i = 0; i < N_CPUS; i++)
		truth_join(&busy[i]);
	truth_number("cycles", n_cycles);
	truth_number("handed_over_ns", handed_over_ns);
	truth_number("held_ns", held_ns);
	truth_number("waited_ns", waited_ns);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "convoy",
		.about = "Threads queue for a lock that takes longer to hand over than to use.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

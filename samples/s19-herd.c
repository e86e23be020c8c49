// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sixteen threads wait for the same word; whenever there is work for one, all are woken. Quiet, one
 * is.
 */
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "samples/truth.h"

#define N_WAITERS 16
#define N_ROUNDS 20
#define PERIOD_NS (20 * TRUTH_NS_PER_MS)
#define WORK_NS (1 * TRUTH_NS_PER_MS)

enum word { NOTHING, WORK, THE_END };

static _Atomic unsigned word;
static _Atomic int n_won, n_lost;

static void wait_for_work(void *data)
{
	for (;;) {
		const int64_t begin_ns = truth_now_ns();
		unsigned expected = WORK;

		syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, NOTHING, NULL, NULL, 0);
		truth_phase("wait", begin_ns);
		if (word == THE_END)
			return;
		if (atomic_compare_exchange_strong(&word, &expected, NOTHING)) {
			n_won++;
			truth_burn(WORK_NS);
		} else {
			n_lost++;
		}
	}
}

static long wake(unsigned value, int n_threads)
{
	word = value;
	return syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, n_threads, NULL, NULL, 0);
}

static void call(void *data)
{
	long n_woken = 0;

	for (int i = 0; i < N_ROUNDS; i++) {
		int64_t begin_ns;

		truth_sleep(PERIOD_NS);
		begin_ns = truth_now_ns();
		n_woken += wake(WORK, truth_is_quiet() ? 1 : INT_MAX);
		truth_phase("call", begin_ns);
	}
	truth_sleep(PERIOD_NS);
	wake(THE_END, INT_MAX);
	truth_number("woken", n_woken);
	truth_number("rounds", N_ROUNDS);
}

static void run(void)
{
	struct truth_thread waiters[N_WAITERS], caller;

	for (int i = 0; i < N_WAITERS; i++) {
		char role[TRUTH_ROLE_BYTES];

		snprintf(role, sizeof(role), "waiter-%d", i);
		truth_start(&waiters[i], role, wait_for_work, NULL);
	}
	truth_start(&caller, "caller", call, NULL);
	truth_join(&caller);
	for (int i = 0; i < N_WAITERS; i++)
		truth_join(&waiters[i]);
	truth_number("won", n_won);
	truth_number("lost", n_lost);
}

int main(int argc, char **argv)
{
	static const struct truth_scenario scenario = {
		.name = "herd",
		.about = "All threads are woken for work that one of them can have.",
		.run = run,
	};

	return truth_main(argc, argv, &scenario);
}

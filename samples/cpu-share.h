// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who had a CPU, by the threads' own look at the clock: a thread that spins sees what it misses,
 * and that is when somebody else ran. Interrupts are too short to be seen.
 */
#ifndef SAMPLES_CPU_SHARE_H
#define SAMPLES_CPU_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#define PRESENCE_MISSED_NS 30000 /* a shorter gap is no other thread, nor is one without a switch  \
				  */
#define N_PRESENCE_SPANS 8192

/* When one thread ran: written by it, read when it is joined. Zeroed memory is an empty one. */
struct presence {
	int64_t n_switches; /* away from it, until it was last seen */
	int n_spans;
	struct presence_span {
		int64_t begin_ns;
		int64_t end_ns;
	} spans[N_PRESENCE_SPANS];
};

/* Spins until then, or until *@is_over; NULL is fine. */
void presence_spin(struct presence *presence, int64_t end_ns, const _Atomic bool *is_over);

/* Spins until the caller has used so much CPU time. */
void presence_work(struct presence *presence, int64_t cpu_ns);

/* How much of [begin_ns, end_ns) it ran. */
int64_t presence_within_ns(const struct presence *presence, int64_t begin_ns, int64_t end_ns);

/* The longest time that it missed; *@n_long, unless NULL, is how many were at least @long_ns. */
int64_t presence_longest_gap_ns(const struct presence *presence, int64_t long_ns, int *n_long);

/* How long @cpu has been idle by now, to a hundredth of a second. */
int64_t cpu_idle_ns(int cpu);

/* Skips the scenario where real-time priorities are not to be had. */
void cpu_need_fifo(void);

/* The caller becomes SCHED_FIFO of this priority; 0 makes it fair again. */
void cpu_fifo(int priority);

#endif

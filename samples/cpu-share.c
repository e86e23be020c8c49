// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples/cpu-share.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "samples/truth.h"

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct presence_span *begin_span(struct presence *presence, int64_t now_ns)
{
	struct presence_span *span;

	if (presence->n_spans == N_PRESENCE_SPANS) {
		errno = ENOSPC;
		truth_die("spans of a presence");
	}
	span = &presence->spans[presence->n_spans++];
	span->begin_ns = span->end_ns = now_ns;
	return span;
}

/* Interrupts, and a hypervisor, take time without switching. */
static bool was_switched(struct presence *presence)
{
	struct rusage usage;
	int64_t n_switches;

	if (getrusage(RUSAGE_THREAD, &usage) != 0)
		truth_die("getrusage");
	n_switches = usage.ru_nvcsw + usage.ru_nivcsw;
	if (n_switches == presence->n_switches)
		return false;
	presence->n_switches = n_switches;
	return true;
}

/* Returns what time it is. */
static int64_t be_present(struct presence *presence)
{
	struct presence_span *span = &presence->spans[presence->n_spans - 1];
	const int64_t now_ns = truth_now_ns();

	if (now_ns - span->end_ns >= PRESENCE_MISSED_NS && was_switched(presence))
		span = begin_span(presence, now_ns);
	return span->end_ns = now_ns;
}

void presence_spin(struct presence *presence, int64_t end_ns, const _Atomic bool *is_over)
{
	begin_span(presence, truth_now_ns());
	while (be_present(presence) < end_ns && !(is_over && *is_over))
		;
}

void presence_work(struct presence *presence, int64_t cpu_ns)
{
	const int64_t end_ns = truth_cpu_ns() + cpu_ns;

	begin_span(presence, truth_now_ns());
	while (truth_cpu_ns() < end_ns)
		be_present(presence);
}

int64_t presence_within_ns(const struct presence *presence, int64_t begin_ns, int64_t end_ns)
{
	int64_t sum_ns = 0;

	for (int i = 0; i < presence->n_spans; i++) {
		const struct presence_span *span = &presence->spans[i];

		sum_ns +=
			larger(0, smaller(end_ns, span->end_ns) - larger(begin_ns, span->begin_ns));
	}
	return sum_ns;
}

int64_t presence_longest_gap_ns(const struct presence *presence, int64_t long_ns, int *n_long)
{
	int64_t longest_ns = 0;
	int n_found = 0;

	for (int i = 1; i < presence->n_spans; i++) {
		int64_t gap_ns = presence->spans[i].begin_ns - presence->spans[i - 1].end_ns;

		longest_ns = larger(longest_ns, gap_ns);
		n_found += gap_ns >= long_ns;
	}
	if (n_long)
		*n_long = n_found;
	return longest_ns;
}

int64_t cpu_idle_ns(int cpu)
{
	FILE *list = fopen("/proc/stat", "r");
	char line[256];
	int64_t n_ticks = 0, n_waiting = 0;
	int number;

	while (list && fgets(line, sizeof(line), list))
		if (sscanf(line, "cpu%d %*d %*d %*d %" SCNd64 " %" SCNd64, &number, &n_ticks,
			   &n_waiting) == 3 &&
		    number == cpu)
			break;
	if (list)
		fclose(list);
	return (n_ticks + n_waiting) * (TRUTH_NS_PER_S / sysconf(_SC_CLK_TCK));
}

static bool try_fifo(int priority)
{
	const struct sched_param param = { .sched_priority = priority };

	return sched_setscheduler(0, priority > 0 ? SCHED_FIFO : SCHED_OTHER, &param) == 0;
}

void cpu_need_fifo(void)
{
	if (!try_fifo(1))
		truth_skip("real-time priorities may not be had");
	cpu_fifo(0);
}

void cpu_fifo(int priority)
{
	if (!try_fifo(priority))
		truth_die("sched_setscheduler");
}

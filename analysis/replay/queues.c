// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many threads stand in each CPU's run queue, counted from their states: the kernel's own
 * counters include sleepers that are not taken off the queue yet (T17).
 */
#include "analysis/replay/replay-private.h"

struct change {
	int64_t time_ns;
	uint16_t cpu;
	int8_t by;
};

static int by_cpu_and_time(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;

	if (a->cpu != b->cpu)
		return a->cpu < b->cpu ? -1 : 1;
	return (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns);
}

static void add_waits(struct ww_replay *replay, uint32_t utid, GArray *changes)
{
	const uint32_t n = ww_replay_thread(replay, utid)->n_intervals;

	for (uint32_t i = 0; i < n; i++) {
		const struct ww_interval *wait = ww_store_thread_interval(replay->store, utid, i);
		const struct change pair[] = {
			{ wait->span.begin_ns, wait->cpu, 1 },
			{ wait->span.end_ns, wait->cpu, -1 },
		};

		if (wait->state == WW_STATE_RUNNABLE && wait->cpu != WW_CPU_UNKNOWN)
			g_array_append_vals(changes, pair, G_N_ELEMENTS(pair));
	}
}

void ww_replay_finish_queues(struct ww_replay *replay)
{
	g_autoptr(GArray) changes = g_array_new(false, false, sizeof(struct change));
	int n_runnable = 0, n_before = 0;

	for (uint32_t utid = 0; utid < replay->threads->len; utid++)
		add_waits(replay, utid, changes);
	g_array_sort(changes, by_cpu_and_time);
	for (unsigned int i = 0; i < changes->len; i++) {
		const struct change *at = &g_array_index(changes, struct change, i);
		const struct change *next =
			i + 1 < changes->len ? &g_array_index(changes, struct change, i + 1) : NULL;

		n_runnable += at->by;
		if (next && next->cpu == at->cpu && next->time_ns == at->time_ns)
			continue;
		if (n_runnable != n_before)
			ww_store_append_queue_step(replay->store, at->cpu, at->time_ns,
						   (uint16_t)MIN(n_runnable, UINT16_MAX));
		n_before = n_runnable;
	}
}

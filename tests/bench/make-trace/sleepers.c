// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/make-trace/sleepers.h"

#include <glib.h>

/* Four children to a node: half as deep as two, and they share a cache line. */
#define FANOUT 4

void sleepers_init(struct sleepers *sleepers, uint32_t n_max)
{
	*sleepers = (struct sleepers){ .heap = g_new(struct sleeper, n_max), .n_max = n_max };
}

void sleepers_clear(struct sleepers *sleepers)
{
	g_clear_pointer(&sleepers->heap, g_free);
}

void sleepers_add(struct sleepers *sleepers, uint64_t until_ns, uint32_t thread)
{
	struct sleeper *heap = sleepers->heap;
	uint32_t at = sleepers->n++;

	g_assert(sleepers->n <= sleepers->n_max);
	while (at > 0 && heap[(at - 1) / FANOUT].until_ns > until_ns) {
		heap[at] = heap[(at - 1) / FANOUT];
		at = (at - 1) / FANOUT;
	}
	heap[at] = (struct sleeper){ until_ns, thread };
}

static uint32_t earliest_child(const struct sleepers *sleepers, uint32_t at)
{
	uint32_t best = at * FANOUT + 1;
	uint32_t end = MIN(best + FANOUT, sleepers->n);

	for (uint32_t child = best + 1; child < end; child++) {
		if (sleepers->heap[child].until_ns < sleepers->heap[best].until_ns)
			best = child;
	}
	return best;
}

uint32_t sleepers_take(struct sleepers *sleepers)
{
	struct sleeper *heap = sleepers->heap;
	const uint32_t taken = heap[0].thread;
	const struct sleeper last = heap[--sleepers->n];
	uint32_t at = 0;

	while (at * FANOUT + 1 < sleepers->n) {
		uint32_t child = earliest_child(sleepers, at);

		if (heap[child].until_ns >= last.until_ns)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return taken;
}

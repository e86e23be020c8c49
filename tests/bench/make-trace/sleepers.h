/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sleeps until when: a heap with the earliest on top. One thread.
 */
#ifndef WW_TESTS_BENCH_MAKE_TRACE_SLEEPERS_H
#define WW_TESTS_BENCH_MAKE_TRACE_SLEEPERS_H

#include <stdbool.h>
#include <stdint.h>

struct sleeper {
	uint64_t until_ns;
	uint32_t thread; /* its index in the world */
};

struct sleepers {
	struct sleeper *heap;
	uint32_t n, n_max;
};

void sleepers_init(struct sleepers *sleepers, uint32_t n_max);
void sleepers_clear(struct sleepers *sleepers);

/* There must be room: no more than @n_max at a time. */
void sleepers_add(struct sleepers *sleepers, uint64_t until_ns, uint32_t thread);

/* When the earliest wakes; UINT64_MAX when nobody sleeps. */
static inline uint64_t sleepers_next_ns(const struct sleepers *sleepers)
{
	return sleepers->n > 0 ? sleepers->heap[0].until_ns : UINT64_MAX;
}

/* Takes the earliest out; there must be one. */
uint32_t sleepers_take(struct sleepers *sleepers);

#endif

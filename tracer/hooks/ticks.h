/* SPDX-License-Identifier: MIT */
/*
 * The cheapest clock, for what is short nearly always: two readings cost a third of
 * clock_gettime()'s.
 *
 * A tick is one of the CPU's time stamp counter where that runs at one rate in all states, else 1
 * ns. Any thread; a signal handler too.
 */
#ifndef WW_TRACER_HOOKS_TICKS_H
#define WW_TRACER_HOOKS_TICKS_H

#include "tracer/hooks/hooks.h"

#ifdef __x86_64__
#include <x86intrin.h>
#endif

static inline uint64_t ww_ticks(void)
{
#ifdef __x86_64__
	if (WW_LIKELY(ww_hooks.has_ticks))
		return __rdtsc();
#endif
	return ww_now_ns();
}

/* Learns what a tick is and begins to learn how long it takes; from the constructor. */
void ww_ticks_begin(void);

/* Never below the ns that @ticks took, for a quick no: counters run at 1 GHz or more. */
static inline uint64_t ww_ticks_bound_ns(uint64_t ticks)
{
	return ticks;
}

/* The ns that @ticks took, up to now; 0 for what cannot be: then the counter was set meanwhile. */
uint64_t ww_ticks_to_ns(uint64_t ticks);

#endif

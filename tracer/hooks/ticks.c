// SPDX-License-Identifier: MIT
/*
 * Nobody says how fast the counter runs, so both clocks are read at the beginning and when somebody
 * asks: after the milliseconds that a program takes to be recorded, the rate between is right to
 * some 0.01 %.
 */
#include "tracer/hooks/ticks.h"

#ifdef __x86_64__
#include <cpuid.h>

#define LEAF_POWER 0x80000007u
#define INVARIANT_COUNTER (1u << 8) /* of EDX */

static bool counts_at_one_rate(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(LEAF_POWER, &a, &b, &c, &d) && (d & INVARIANT_COUNTER);
}
#else
static bool counts_at_one_rate(void)
{
	return false;
}
#endif

static uint64_t first_ns;
static uint64_t first_ticks;

void ww_ticks_begin(void)
{
	ww_hooks.has_ticks = counts_at_one_rate();
	first_ns = ww_now_ns();
	first_ticks = ww_ticks();
}

uint64_t ww_ticks_to_ns(uint64_t ticks)
{
	uint64_t all_ticks = ww_ticks() - first_ticks;
	uint64_t all_ns = ww_now_ns() - first_ns;

	if (all_ticks == 0 || ticks > all_ticks)
		return 0;
	return (uint64_t)((unsigned __int128)ticks * all_ns / all_ticks);
}

/* SPDX-License-Identifier: MIT */
/*
 * The three ways to ask for a lock: for as long as it takes, until a time, until a time of a clock.
 */
#ifndef WW_TRACER_HOOKS_ATTEMPT_H
#define WW_TRACER_HOOKS_ATTEMPT_H

#include "tracer/hooks/hooks.h"

enum ww_attempt_call {
	WW_ATTEMPT_PLAIN,
	WW_ATTEMPT_TIMED,
	WW_ATTEMPT_CLOCK,
};

struct ww_attempt {
	enum ww_attempt_call call;
	clockid_t clock;              /* CLOCK only */
	const struct timespec *until; /* TIMED and CLOCK; borrowed from the caller */
};

/*
 * False for a time that some functions refuse even when they need not wait: then a try in front of
 * them would change the answer.
 */
static inline bool ww_attempt_is_valid(const struct ww_attempt *attempt)
{
	if (attempt->call == WW_ATTEMPT_PLAIN)
		return true;
	if (attempt->call == WW_ATTEMPT_CLOCK && attempt->clock != CLOCK_MONOTONIC &&
	    attempt->clock != CLOCK_REALTIME)
		return false;
	return attempt->until && attempt->until->tv_nsec >= 0 &&
	       attempt->until->tv_nsec < 1000000000;
}

#endif

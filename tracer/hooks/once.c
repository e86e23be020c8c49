// SPDX-License-Identifier: MIT
/*
 * Initialisers: who comes while another thread runs one waits for it.
 *
 * Only a thread that finds the initialiser at work reports a wait. One that comes in the very
 * instant in which another begins cannot be told from that other, which must not count its own work
 * as a wait.
 */
#include "tracer/hooks/wait-scope.h"

/* Bits of the C library's control word; above them, the number of the fork it belongs to. */
#define IN_PROGRESS 1
#define DONE 2

static bool is_at_work(const void *once)
{
	int state = __atomic_load_n((const int *)once, __ATOMIC_RELAXED);

	return (state & (IN_PROGRESS | DONE)) == IN_PROGRESS && ww_hooks.is_on;
}

#define ONCE_SCOPE(name, once)                                                                     \
	WW_WAIT_SCOPE(name, .kind = WW_EMIT_ONCE, .address = (once), .site = WW_CALL_SITE)

WW_HOOK int pthread_once(pthread_once_t *once, void (*initialise)(void))
{
	if (WW_LIKELY(!is_at_work(once)))
		return ww_next.once(once, initialise);
	ONCE_SCOPE(scope, once);
	scope.result = ww_next.once(once, initialise);
	return scope.result;
}

WW_HOOK void call_once(once_flag *once, void (*initialise)(void))
{
	if (WW_LIKELY(!is_at_work(once))) {
		ww_next.call_once(once, initialise);
		return;
	}
	ONCE_SCOPE(scope, once);
	ww_next.call_once(once, initialise);
	scope.result = 0;
}

// SPDX-License-Identifier: MIT
/*
 * Barriers: every arrival is a wait, from the call to the return. The last one's is short and has
 * the result PTHREAD_BARRIER_SERIAL_THREAD; nobody can tell beforehand which that will be.
 */
#include "tracer/hooks/wait-scope.h"

WW_HOOK int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	WW_WAIT_SCOPE(scope, .kind = WW_EMIT_BARRIER, .address = barrier, .site = WW_CALL_SITE);

	scope.result = ww_next.barrier_wait(barrier);
	return scope.result;
}

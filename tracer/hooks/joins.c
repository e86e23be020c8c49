// SPDX-License-Identifier: MIT
/*
 * Joining a thread that still runs; its address is the thread's handle, its owner the thread.
 */
#include "tracer/hooks/c11-error.h"
#include "tracer/hooks/wait-scope.h"

/*
 * 0 when the thread is over. The kernel's clock of a thread is its id, inverted, above three bits
 * of flags: the one place where the C library tells the id of any thread without a new system call.
 */
static int32_t running_tid(pthread_t thread)
{
	clockid_t clock;

	return pthread_getcpuclockid(thread, &clock) == 0 ? ~(clock >> 3) : 0;
}

#define JOIN_SCOPE(name, thread, tid)                                                              \
	WW_WAIT_SCOPE(name, .kind = WW_EMIT_JOIN, .address = (const void *)(thread),               \
		      .site = WW_CALL_SITE, .owner = (tid))

WW_HOOK int pthread_join(pthread_t thread, void **value)
{
	int32_t tid = running_tid(thread);

	if (tid == 0)
		return ww_next.join(thread, value);
	JOIN_SCOPE(scope, thread, tid);
	scope.result = ww_next.join(thread, value);
	return scope.result;
}

WW_HOOK int pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until)
{
	int32_t tid = running_tid(thread);

	if (tid == 0)
		return ww_next.timedjoin(thread, value, until);
	JOIN_SCOPE(scope, thread, tid);
	scope.result = ww_next.timedjoin(thread, value, until);
	return scope.result;
}

WW_HOOK int pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock,
				 const struct timespec *until)
{
	int32_t tid = running_tid(thread);

	if (tid == 0)
		return ww_next.clockjoin(thread, value, clock, until);
	JOIN_SCOPE(scope, thread, tid);
	scope.result = ww_next.clockjoin(thread, value, clock, until);
	return scope.result;
}

/* The C library joins by itself in there. */
WW_HOOK int thrd_join(thrd_t thread, int *value)
{
	int32_t tid = running_tid(thread);
	int result;

	if (tid == 0)
		return ww_next.thrd_join(thread, value);
	JOIN_SCOPE(scope, thread, tid);
	result = ww_next.thrd_join(thread, value);
	scope.result = ww_c11_error(result);
	return result;
}

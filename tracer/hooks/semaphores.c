// SPDX-License-Identifier: MIT
/*
 * Semaphores: try first, and only one at zero is a wait. What is reported as its result is 0 or the
 * error number, the call itself answers -1 and errno.
 *
 * The C library acts on a pending cancellation before it looks at the semaphore; a try does not.
 */
#include "tracer/hooks/attempt.h"
#include "tracer/hooks/wait-scope.h"

static int wait_really(sem_t *semaphore, const struct ww_attempt *attempt)
{
	if (attempt->call == WW_ATTEMPT_TIMED)
		return ww_next.sem_timedwait(semaphore, attempt->until);
	if (attempt->call == WW_ATTEMPT_CLOCK)
		return ww_next.sem_clockwait(semaphore, attempt->clock, attempt->until);
	return ww_next.sem_wait(semaphore);
}

static WW_COLD int wait_contended(sem_t *semaphore, struct ww_attempt attempt, const void *site)
{
	int result;

	WW_WAIT_SCOPE(scope, .kind = WW_EMIT_SEMAPHORE, .address = semaphore, .site = site);
	result = wait_really(semaphore, &attempt);
	scope.result = result == 0 ? 0 : errno;
	return result;
}

static inline int wait_for(sem_t *semaphore, struct ww_attempt attempt, const void *site)
{
	int saved_errno;

	if (!WW_LIKELY(ww_hooks.is_on) || !ww_attempt_is_valid(&attempt))
		return wait_really(semaphore, &attempt);
	pthread_testcancel();
	saved_errno = errno;
	if (WW_LIKELY(ww_next.sem_trywait(semaphore) == 0))
		return 0;
	errno = saved_errno;
	return wait_contended(semaphore, attempt, site);
}

WW_HOOK int sem_wait(sem_t *semaphore)
{
	return wait_for(semaphore, (struct ww_attempt){ .call = WW_ATTEMPT_PLAIN }, WW_CALL_SITE);
}

WW_HOOK int sem_timedwait(sem_t *semaphore, const struct timespec *until)
{
	return wait_for(semaphore, (struct ww_attempt){ .call = WW_ATTEMPT_TIMED, .until = until },
			WW_CALL_SITE);
}

WW_HOOK int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until)
{
	return wait_for(semaphore, (struct ww_attempt){ WW_ATTEMPT_CLOCK, clock, until },
			WW_CALL_SITE);
}

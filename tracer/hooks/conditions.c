// SPDX-License-Identifier: MIT
/*
 * Condition variables: every wait is one, from the call to the return with the mutex held again.
 */
#include "tracer/hooks/wait-scope.h"

#define CONDITION_SCOPE(name, condition)                                                           \
	WW_WAIT_SCOPE(name, .kind = WW_EMIT_CONDITION, .address = (condition), .site = WW_CALL_SITE)

WW_HOOK int ww_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
WW_HOOK int ww_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			      const struct timespec *until);

int ww_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	CONDITION_SCOPE(scope, cond);

	scope.result = ww_next.cond_wait(cond, mutex);
	return scope.result;
}

int ww_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
	CONDITION_SCOPE(scope, cond);

	scope.result = ww_next.cond_timedwait(cond, mutex, until);
	return scope.result;
}

WW_HOOK int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
				   const struct timespec *until)
{
	CONDITION_SCOPE(scope, cond);

	scope.result = ww_next.cond_clockwait(cond, mutex, clock, until);
	return scope.result;
}

#if WW_HAS_OLD_CONDITIONS
WW_HOOK int ww_old_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
WW_HOOK int ww_old_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *until);

int ww_old_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	CONDITION_SCOPE(scope, cond);

	scope.result = ww_next.old_cond_wait(cond, mutex);
	return scope.result;
}

int ww_old_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			  const struct timespec *until)
{
	CONDITION_SCOPE(scope, cond);

	scope.result = ww_next.old_cond_timedwait(cond, mutex, until);
	return scope.result;
}

__asm__(".symver ww_cond_wait, pthread_cond_wait@@@" WW_CONDITION_VERSION);
__asm__(".symver ww_cond_timedwait, pthread_cond_timedwait@@@" WW_CONDITION_VERSION);
__asm__(".symver ww_old_cond_wait, pthread_cond_wait@" WW_OLD_CONDITION_VERSION);
__asm__(".symver ww_old_cond_timedwait, pthread_cond_timedwait@" WW_OLD_CONDITION_VERSION);
#else
WW_HOOK int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
	__attribute__((alias("ww_cond_wait")));
WW_HOOK int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				   const struct timespec *until)
	__attribute__((alias("ww_cond_timedwait")));
#endif

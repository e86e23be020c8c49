// SPDX-License-Identifier: MIT
/*
 * The locks of <threads.h>: the C library's own, which do not pass through the POSIX functions.
 *
 * Its mtx_t is a pthread_mutex_t of a plain or recursive kind.
 */
#include "tracer/hooks/c11-error.h"
#include "tracer/hooks/wait-scope.h"

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "both are one thing");

static int32_t mutex_owner(const mtx_t *mutex)
{
	const pthread_mutex_t *as_posix = (const void *)mutex;

	return __atomic_load_n(&as_posix->__data.__owner, __ATOMIC_RELAXED);
}

static int lock_really(mtx_t *mutex, const struct timespec *until)
{
	return until ? ww_next.mtx_timedlock(mutex, until) : ww_next.mtx_lock(mutex);
}

static WW_COLD int lock_contended(mtx_t *mutex, const struct timespec *until, const void *site)
{
	struct ww_wait wait = { .kind = WW_EMIT_MUTEX, .address = mutex, .site = site };
	int result;

	if (!ww_emit_wants_wait(site))
		return lock_really(mutex, until);
	wait.owner = mutex_owner(mutex);
	ww_emit_wait_begin(&wait);
	result = lock_really(mutex, until);
	ww_emit_wait_end(&wait, ww_c11_error(result));
	return result;
}

WW_HOOK int mtx_lock(mtx_t *mutex)
{
	int result;

	if (!WW_LIKELY(ww_hooks.is_on))
		return ww_next.mtx_lock(mutex);
	result = ww_next.mtx_trylock(mutex);
	if (WW_LIKELY(result != thrd_busy))
		return result;
	return lock_contended(mutex, NULL, WW_CALL_SITE);
}

WW_HOOK int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
	int result;

	if (!WW_LIKELY(ww_hooks.is_on && until))
		return ww_next.mtx_timedlock(mutex, until);
	result = ww_next.mtx_trylock(mutex);
	if (WW_LIKELY(result != thrd_busy))
		return result;
	return lock_contended(mutex, until, WW_CALL_SITE);
}

WW_HOOK int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
	int result;

	WW_WAIT_SCOPE(scope, .kind = WW_EMIT_CONDITION, .address = cond, .site = WW_CALL_SITE);
	result = ww_next.cnd_wait(cond, mutex);
	scope.result = ww_c11_error(result);
	return result;
}

WW_HOOK int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex,
			  const struct timespec *restrict until)
{
	int result;

	WW_WAIT_SCOPE(scope, .kind = WW_EMIT_CONDITION, .address = cond, .site = WW_CALL_SITE);
	result = ww_next.cnd_timedwait(cond, mutex, until);
	scope.result = ww_c11_error(result);
	return result;
}

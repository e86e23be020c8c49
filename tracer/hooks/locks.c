// SPDX-License-Identifier: MIT
/*
 * Mutexes: try first, and only a lock that somebody holds is a wait.
 *
 * An uncontended lock so costs one indirect call and no clock. Every kind of mutex answers a try as
 * it would answer a lock, EBUSY aside, except for one: a failed try of a priority-ceiling mutex
 * raises and lowers the thread's priority for nothing, so those are asked for their owner instead.
 */
#include "tracer/hooks/attempt.h"
#include "tracer/hooks/emit.h"

/* Bits of __kind in every version of the C library since 2.4. */
#define KIND_ROBUST 16  /* PTHREAD_MUTEX_ROBUST_NORMAL_NP */
#define KIND_INHERIT 32 /* PTHREAD_MUTEX_PRIO_INHERIT_NP */
#define KIND_CEILING 64 /* PTHREAD_MUTEX_PRIO_PROTECT_NP */
#define TID_MASK                                                                                   \
	0x3fffffff /* the rest of such a lock word says that others wait, or that it died */

static int lock_really(pthread_mutex_t *mutex, const struct ww_attempt *attempt)
{
	if (attempt->call == WW_ATTEMPT_TIMED)
		return ww_next.mutex_timedlock(mutex, attempt->until);
	if (attempt->call == WW_ATTEMPT_CLOCK)
		return ww_next.mutex_clocklock(mutex, attempt->clock, attempt->until);
	return ww_next.mutex_lock(mutex);
}

/*
 * Where the kernel needs to know the owner, the lock word says it and is right even after the owner
 * died; the other field then holds a mark.
 */
static int32_t mutex_owner(const pthread_mutex_t *mutex)
{
	if (mutex->__data.__kind & (KIND_ROBUST | KIND_INHERIT))
		return __atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED) & TID_MASK;
	return __atomic_load_n(&mutex->__data.__owner, __ATOMIC_RELAXED);
}

/*
 * The mutex may be destroyed and its memory gone as soon as we hold it: only its address is used
 * afterwards.
 */
static WW_COLD int lock_contended(pthread_mutex_t *mutex, struct ww_attempt attempt,
				  const void *site)
{
	struct ww_wait wait = { .kind = WW_EMIT_MUTEX, .address = mutex, .site = site };
	int result;

	if (!ww_emit_wants_wait(site))
		return lock_really(mutex, &attempt);
	wait.owner = mutex_owner(mutex);
	ww_emit_wait_begin(&wait);
	result = lock_really(mutex, &attempt);
	ww_emit_wait_end(&wait, result);
	return result;
}

static bool has_ceiling(const pthread_mutex_t *mutex)
{
	return mutex->__data.__kind & KIND_CEILING;
}

static WW_COLD int lock_with_ceiling(pthread_mutex_t *mutex, struct ww_attempt attempt,
				     const void *site)
{
	if (mutex_owner(mutex) == 0)
		return lock_really(mutex, &attempt);
	return lock_contended(mutex, attempt, site);
}

WW_HOOK int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	struct ww_attempt attempt = { .call = WW_ATTEMPT_PLAIN };
	int result;

	if (!WW_LIKELY(ww_hooks.is_on))
		return ww_next.mutex_lock(mutex);
	if (!WW_LIKELY(!has_ceiling(mutex)))
		return lock_with_ceiling(mutex, attempt, WW_CALL_SITE);
	result = ww_next.mutex_trylock(mutex);
	if (WW_LIKELY(result != EBUSY))
		return result;
	return lock_contended(mutex, attempt, WW_CALL_SITE);
}

WW_HOOK int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
	struct ww_attempt attempt = { .call = WW_ATTEMPT_TIMED, .until = until };
	int result;

	if (!WW_LIKELY(ww_hooks.is_on))
		return ww_next.mutex_timedlock(mutex, until);
	if (!WW_LIKELY(!has_ceiling(mutex)))
		return lock_with_ceiling(mutex, attempt, WW_CALL_SITE);
	result = ww_next.mutex_trylock(mutex);
	if (WW_LIKELY(result != EBUSY))
		return result;
	return lock_contended(mutex, attempt, WW_CALL_SITE);
}

/*
 * Unlike the others, this one can fail although the mutex is free: on a clock that it does not
 * know.
 */
WW_HOOK int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
				    const struct timespec *until)
{
	struct ww_attempt attempt = { .call = WW_ATTEMPT_CLOCK, .clock = clock, .until = until };
	int result;

	if (!WW_LIKELY(ww_hooks.is_on) || !ww_attempt_is_valid(&attempt))
		return ww_next.mutex_clocklock(mutex, clock, until);
	if (!WW_LIKELY(!has_ceiling(mutex)))
		return lock_with_ceiling(mutex, attempt, WW_CALL_SITE);
	result = ww_next.mutex_trylock(mutex);
	if (WW_LIKELY(result != EBUSY))
		return result;
	return lock_contended(mutex, attempt, WW_CALL_SITE);
}

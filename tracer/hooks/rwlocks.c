// SPDX-License-Identifier: MIT
/*
 * Read-write locks: try first, as with mutexes. A reader's tries and waits weigh the waiting
 * writers alike, so a try never overtakes anybody whom the lock would have let pass first.
 *
 * Only a writer is known as the owner: the C library counts readers, it does not name them.
 */
#include "tracer/hooks/attempt.h"
#include "tracer/hooks/emit.h"

static int lock_really(pthread_rwlock_t *rwlock, enum ww_emit_lock kind,
		       const struct ww_attempt *attempt)
{
	bool is_read = kind == WW_EMIT_RWLOCK_READ;

	if (attempt->call == WW_ATTEMPT_TIMED)
		return is_read ? ww_next.rwlock_timedrdlock(rwlock, attempt->until)
			       : ww_next.rwlock_timedwrlock(rwlock, attempt->until);
	if (attempt->call == WW_ATTEMPT_CLOCK)
		return is_read ? ww_next.rwlock_clockrdlock(rwlock, attempt->clock, attempt->until)
			       : ww_next.rwlock_clockwrlock(rwlock, attempt->clock, attempt->until);
	return is_read ? ww_next.rwlock_rdlock(rwlock) : ww_next.rwlock_wrlock(rwlock);
}

static WW_COLD int lock_contended(pthread_rwlock_t *rwlock, enum ww_emit_lock kind,
				  struct ww_attempt attempt, const void *site)
{
	struct ww_wait wait = { .kind = (uint8_t)kind, .address = rwlock, .site = site };
	int result;

	if (!ww_emit_wants_wait(site))
		return lock_really(rwlock, kind, &attempt);
	wait.owner = __atomic_load_n(&rwlock->__data.__cur_writer, __ATOMIC_RELAXED);
	ww_emit_wait_begin(&wait);
	result = lock_really(rwlock, kind, &attempt);
	ww_emit_wait_end(&wait, result);
	return result;
}

/* Inline, so that each hook keeps the calls of its own kind only. */
static inline int lock(pthread_rwlock_t *rwlock, enum ww_emit_lock kind, struct ww_attempt attempt,
		       const void *site)
{
	int result;

	if (!WW_LIKELY(ww_hooks.is_on && ww_hooks.is_rwlock_try_safe) ||
	    !ww_attempt_is_valid(&attempt))
		return lock_really(rwlock, kind, &attempt);
	result = kind == WW_EMIT_RWLOCK_READ ? ww_next.rwlock_tryrdlock(rwlock)
					     : ww_next.rwlock_trywrlock(rwlock);
	if (WW_LIKELY(result != EBUSY))
		return result;
	return lock_contended(rwlock, kind, attempt, site);
}

WW_HOOK int pthread_rwlock_rdlock(pthread_rwlock_t *rwlock)
{
	return lock(rwlock, WW_EMIT_RWLOCK_READ, (struct ww_attempt){ .call = WW_ATTEMPT_PLAIN },
		    WW_CALL_SITE);
}

WW_HOOK int pthread_rwlock_timedrdlock(pthread_rwlock_t *rwlock, const struct timespec *until)
{
	return lock(rwlock, WW_EMIT_RWLOCK_READ,
		    (struct ww_attempt){ .call = WW_ATTEMPT_TIMED, .until = until }, WW_CALL_SITE);
}

WW_HOOK int pthread_rwlock_clockrdlock(pthread_rwlock_t *rwlock, clockid_t clock,
				       const struct timespec *until)
{
	return lock(rwlock, WW_EMIT_RWLOCK_READ,
		    (struct ww_attempt){ WW_ATTEMPT_CLOCK, clock, until }, WW_CALL_SITE);
}

WW_HOOK int pthread_rwlock_wrlock(pthread_rwlock_t *rwlock)
{
	return lock(rwlock, WW_EMIT_RWLOCK_WRITE, (struct ww_attempt){ .call = WW_ATTEMPT_PLAIN },
		    WW_CALL_SITE);
}

WW_HOOK int pthread_rwlock_timedwrlock(pthread_rwlock_t *rwlock, const struct timespec *until)
{
	return lock(rwlock, WW_EMIT_RWLOCK_WRITE,
		    (struct ww_attempt){ .call = WW_ATTEMPT_TIMED, .until = until }, WW_CALL_SITE);
}

WW_HOOK int pthread_rwlock_clockwrlock(pthread_rwlock_t *rwlock, clockid_t clock,
				       const struct timespec *until)
{
	return lock(rwlock, WW_EMIT_RWLOCK_WRITE,
		    (struct ww_attempt){ WW_ATTEMPT_CLOCK, clock, until }, WW_CALL_SITE);
}

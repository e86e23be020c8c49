// SPDX-License-Identifier: MIT
/*
 * Spin locks: what a thread spun beyond a first try, reported at its end and from 1 us on. A
 * shorter spin costs less than its event would, and others may be spinning behind it.
 */
#include "tracer/hooks/emit.h"

static WW_COLD int lock_contended(pthread_spinlock_t *lock, const void *site)
{
	struct ww_wait wait = { .kind = WW_EMIT_SPIN, .site = site };
	int result;

	if (!ww_emit_wants_wait(site))
		return ww_next.spin_lock(lock);
	wait.address = (const void *)(uintptr_t)lock;
	wait.begin_ns = ww_now_ns();
	result = ww_next.spin_lock(lock);
	ww_emit_spin_end(&wait, result);
	return result;
}

WW_HOOK int pthread_spin_lock(pthread_spinlock_t *lock)
{
	int result;

	if (!WW_LIKELY(ww_hooks.is_on))
		return ww_next.spin_lock(lock);
	result = ww_next.spin_trylock(lock);
	if (WW_LIKELY(result != EBUSY))
		return result;
	return lock_contended(lock, WW_CALL_SITE);
}

// SPDX-License-Identifier: MIT
/*
 * Condition variables: every wait is one, from the call to the return with the mutex held again.
 *
 * The waits are cancellation points. A cancelled wait unwinds through the hook (the library is
 * built with unwind tables) and reports its end with ECANCELED, so that no wait stays open in the
 * trace.
 */
#include "tracer/hooks/emit.h"

struct condition_wait {
	struct ww_wait wait;
	bool is_recorded;
	int result;
};

static void end_wait(struct condition_wait *self)
{
	if (self->is_recorded)
		ww_emit_wait_end(&self->wait, self->result);
}

/* A block that ends, whichever way, ends the wait. */
#define WAIT_OF(name, condition, call_site)                                                        \
	struct condition_wait name __attribute__((cleanup(end_wait))) = {                          \
		.wait = { .kind = WW_EMIT_CONDITION,                                               \
			  .address = (condition),                                                  \
			  .site = (call_site) },                                                   \
		.result = ECANCELED,                                                               \
	};                                                                                         \
	begin_wait(&name)

static void begin_wait(struct condition_wait *self)
{
	self->is_recorded = ww_hooks.is_on && ww_emit_wants_wait(self->wait.site);
	if (self->is_recorded)
		ww_emit_wait_begin(&self->wait);
}

WW_HOOK int ww_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
WW_HOOK int ww_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			      const struct timespec *until);

int ww_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	WAIT_OF(self, cond, WW_CALL_SITE);

	self.result = ww_next.cond_wait(cond, mutex);
	return self.result;
}

int ww_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
	WAIT_OF(self, cond, WW_CALL_SITE);

	self.result = ww_next.cond_timedwait(cond, mutex, until);
	return self.result;
}

WW_HOOK int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
				   const struct timespec *until)
{
	WAIT_OF(self, cond, WW_CALL_SITE);

	self.result = ww_next.cond_clockwait(cond, mutex, clock, until);
	return self.result;
}

#if WW_HAS_OLD_CONDITIONS
WW_HOOK int ww_old_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
WW_HOOK int ww_old_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
				  const struct timespec *until);

int ww_old_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	WAIT_OF(self, cond, WW_CALL_SITE);

	self.result = ww_next.old_cond_wait(cond, mutex);
	return self.result;
}

int ww_old_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			  const struct timespec *until)
{
	WAIT_OF(self, cond, WW_CALL_SITE);

	self.result = ww_next.old_cond_timedwait(cond, mutex, until);
	return self.result;
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

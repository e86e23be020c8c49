// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GLib's locks as the thread sanitizer must see them; part of builds with -Db_sanitize=thread only.
 *
 * GLib waits by futexes of its own, which the sanitizer does not know: whatever a GMutex guards
 * looks like a race to it. Each function here calls GLib's and says what it orders.
 */
#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

static struct {
	void (*lock)(GMutex *mutex);
	gboolean (*trylock)(GMutex *mutex);
	void (*unlock)(GMutex *mutex);
	void (*wait)(GCond *cond, GMutex *mutex);
	gboolean (*wait_until)(GCond *cond, GMutex *mutex, gint64 end_us);
} real;

/* Before main(): no thread but one asks for a lock then. */
__attribute__((constructor)) static void find_real(void)
{
	*(void **)&real.lock = dlsym(RTLD_NEXT, "g_mutex_lock");
	*(void **)&real.trylock = dlsym(RTLD_NEXT, "g_mutex_trylock");
	*(void **)&real.unlock = dlsym(RTLD_NEXT, "g_mutex_unlock");
	*(void **)&real.wait = dlsym(RTLD_NEXT, "g_cond_wait");
	*(void **)&real.wait_until = dlsym(RTLD_NEXT, "g_cond_wait_until");
}

void g_mutex_lock(GMutex *mutex)
{
	if (!real.lock)
		find_real();
	real.lock(mutex);
	__tsan_acquire(mutex);
}

gboolean g_mutex_trylock(GMutex *mutex)
{
	gboolean is_locked;

	if (!real.trylock)
		find_real();
	is_locked = real.trylock(mutex);
	if (is_locked)
		__tsan_acquire(mutex);
	return is_locked;
}

void g_mutex_unlock(GMutex *mutex)
{
	if (!real.unlock)
		find_real();
	__tsan_release(mutex);
	real.unlock(mutex);
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
	__tsan_release(mutex);
	real.wait(cond, mutex);
	__tsan_acquire(mutex);
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us)
{
	gboolean is_signalled;

	__tsan_release(mutex);
	is_signalled = real.wait_until(cond, mutex, end_us);
	__tsan_acquire(mutex);
	return is_signalled;
}

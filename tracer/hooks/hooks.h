/* SPDX-License-Identifier: MIT */
/*
 * libwhywait-hooks.so: what its files share.
 *
 * The library is preloaded into programs that do not know it. It observes and never alters: results
 * and errno are the real functions', nothing here allocates, prints or takes a lock, and a thread
 * that is inside the tracer is not traced.
 *
 * A hook calls the real function through ww_next. Its pointers begin as finders, which look all
 * real functions up at the first call and then forward, so that calls from the dynamic loader
 * before any constructor ran are served too. Events are emitted only after the constructor read the
 * environment:
 *
 *     WHYWAIT_HOOKS=off             every call goes straight to the real function
 *     WHYWAIT_LOCK_THRESHOLD_NS     shorter lock waits are not recorded, and longer ones only at
 * their end; 0: all of them WHYWAIT_ALLOC_THRESHOLD_NS    shorter allocator calls are not recorded
 */
#ifndef WW_TRACER_HOOKS_HOOKS_H
#define WW_TRACER_HOOKS_HOOKS_H

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>
#include <time.h>

#define WW_HOOK __attribute__((visibility("default")))
#define WW_COLD __attribute__((cold, noinline))
#define WW_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define WW_CALL_SITE __builtin_return_address(0)
#define WW_MAP_FAILED ((void *)-1)

/*
 * The C library keeps two families of condition functions apart by version where it changed
 * pthread_cond_t.
 */
#if defined(__x86_64__) && !defined(__ILP32__)
#define WW_HAS_OLD_CONDITIONS 1
#define WW_CONDITION_VERSION "GLIBC_2.3.2"
#define WW_OLD_CONDITION_VERSION "GLIBC_2.2.5"
#else
#define WW_HAS_OLD_CONDITIONS 0
#define WW_CONDITION_VERSION NULL
#endif

/*
 * FUNCTION(result type, name, symbol, version or NULL, parameters, arguments, result while there is
 * no real function). The last one matters to the allocator: the look-up itself may allocate. What an
 * allocator may need to begin comes first.
 */
/* clang-format off */
#define WW_NEXT_COMMON(FUNCTION)                                                                          \
	FUNCTION(void *, mmap, "mmap", NULL,                                                              \
		 (void *address, size_t length, int protection, int flags, int fd, long offset),          \
		 (address, length, protection, flags, fd, offset), (errno = ENOSYS, WW_MAP_FAILED))       \
	FUNCTION(void *, mmap64, "mmap64", NULL,                                                          \
		 (void *address, size_t length, int protection, int flags, int fd, int64_t offset),       \
		 (address, length, protection, flags, fd, offset), (errno = ENOSYS, WW_MAP_FAILED))       \
	FUNCTION(int, munmap, "munmap", NULL, (void *address, size_t length), (address, length),          \
		 (errno = ENOSYS, -1))                                                                    \
	FUNCTION(void *, mremap, "mremap", NULL,                                                          \
		 (void *old, size_t old_length, size_t length, int flags, void *address),                 \
		 (old, old_length, length, flags, address), (errno = ENOSYS, WW_MAP_FAILED))              \
	FUNCTION(int, brk, "brk", NULL, (void *end), (end), (errno = ENOSYS, -1))                         \
	FUNCTION(void *, sbrk, "sbrk", NULL, (intptr_t change), (change),                                 \
		 (errno = ENOSYS, WW_MAP_FAILED))                                                         \
	FUNCTION(int, madvise, "madvise", NULL, (void *address, size_t length, int advice),               \
		 (address, length, advice), (errno = ENOSYS, -1))                                         \
	FUNCTION(int, once, "pthread_once", NULL, (pthread_once_t *once, void (*initialise)(void)),       \
		 (once, initialise), ENOSYS)                                                              \
	FUNCTION(void, call_once, "call_once", NULL, (once_flag *once, void (*initialise)(void)),         \
		 (once, initialise), (void)0)                                                             \
	FUNCTION(int, mutex_lock, "pthread_mutex_lock", NULL,                                             \
		 (pthread_mutex_t *mutex), (mutex), ENOSYS)                                               \
	FUNCTION(int, mutex_trylock, "pthread_mutex_trylock", NULL,                                       \
		 (pthread_mutex_t *mutex), (mutex), ENOSYS)                                               \
	FUNCTION(int, mutex_timedlock, "pthread_mutex_timedlock", NULL,                                   \
		 (pthread_mutex_t *mutex, const struct timespec *until), (mutex, until), ENOSYS)          \
	FUNCTION(int, mutex_clocklock, "pthread_mutex_clocklock", NULL,                                   \
		 (pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until),                 \
		 (mutex, clock, until), ENOSYS)                                                           \
	FUNCTION(int, cond_wait, "pthread_cond_wait", WW_CONDITION_VERSION,                               \
		 (pthread_cond_t *cond, pthread_mutex_t *mutex), (cond, mutex), ENOSYS)                   \
	FUNCTION(int, cond_timedwait, "pthread_cond_timedwait", WW_CONDITION_VERSION,                     \
		 (pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until),            \
		 (cond, mutex, until), ENOSYS)                                                            \
	FUNCTION(int, cond_clockwait, "pthread_cond_clockwait", NULL,                                     \
		 (pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,                          \
		  const struct timespec *until), (cond, mutex, clock, until), ENOSYS)                     \
	FUNCTION(int, rwlock_rdlock, "pthread_rwlock_rdlock", NULL, (pthread_rwlock_t *rwlock),           \
		 (rwlock), ENOSYS)                                                                        \
	FUNCTION(int, rwlock_tryrdlock, "pthread_rwlock_tryrdlock", NULL, (pthread_rwlock_t *rwlock),     \
		 (rwlock), ENOSYS)                                                                        \
	FUNCTION(int, rwlock_timedrdlock, "pthread_rwlock_timedrdlock", NULL,                             \
		 (pthread_rwlock_t *rwlock, const struct timespec *until), (rwlock, until), ENOSYS)       \
	FUNCTION(int, rwlock_clockrdlock, "pthread_rwlock_clockrdlock", NULL,                             \
		 (pthread_rwlock_t *rwlock, clockid_t clock, const struct timespec *until),               \
		 (rwlock, clock, until), ENOSYS)                                                          \
	FUNCTION(int, rwlock_wrlock, "pthread_rwlock_wrlock", NULL, (pthread_rwlock_t *rwlock),           \
		 (rwlock), ENOSYS)                                                                        \
	FUNCTION(int, rwlock_trywrlock, "pthread_rwlock_trywrlock", NULL, (pthread_rwlock_t *rwlock),     \
		 (rwlock), ENOSYS)                                                                        \
	FUNCTION(int, rwlock_timedwrlock, "pthread_rwlock_timedwrlock", NULL,                             \
		 (pthread_rwlock_t *rwlock, const struct timespec *until), (rwlock, until), ENOSYS)       \
	FUNCTION(int, rwlock_clockwrlock, "pthread_rwlock_clockwrlock", NULL,                             \
		 (pthread_rwlock_t *rwlock, clockid_t clock, const struct timespec *until),               \
		 (rwlock, clock, until), ENOSYS)                                                          \
	FUNCTION(int, sem_wait, "sem_wait", NULL, (sem_t *semaphore), (semaphore), (errno = ENOSYS, -1))  \
	FUNCTION(int, sem_trywait, "sem_trywait", NULL, (sem_t *semaphore), (semaphore),                  \
		 (errno = ENOSYS, -1))                                                                    \
	FUNCTION(int, sem_timedwait, "sem_timedwait", NULL,                                               \
		 (sem_t *semaphore, const struct timespec *until), (semaphore, until),                    \
		 (errno = ENOSYS, -1))                                                                    \
	FUNCTION(int, sem_clockwait, "sem_clockwait", NULL,                                               \
		 (sem_t *semaphore, clockid_t clock, const struct timespec *until),                       \
		 (semaphore, clock, until), (errno = ENOSYS, -1))                                         \
	FUNCTION(int, barrier_wait, "pthread_barrier_wait", NULL, (pthread_barrier_t *barrier),           \
		 (barrier), ENOSYS)                                                                       \
	FUNCTION(int, join, "pthread_join", NULL, (pthread_t thread, void **value), (thread, value),      \
		 ENOSYS)                                                                                  \
	FUNCTION(int, timedjoin, "pthread_timedjoin_np", NULL,                                            \
		 (pthread_t thread, void **value, const struct timespec *until), (thread, value, until),  \
		 ENOSYS)                                                                                  \
	FUNCTION(int, clockjoin, "pthread_clockjoin_np", NULL,                                            \
		 (pthread_t thread, void **value, clockid_t clock, const struct timespec *until),         \
		 (thread, value, clock, until), ENOSYS)                                                   \
	FUNCTION(int, thrd_join, "thrd_join", NULL, (thrd_t thread, int *value), (thread, value),         \
		 thrd_error)                                                                              \
	FUNCTION(int, spin_lock, "pthread_spin_lock", NULL, (pthread_spinlock_t *lock), (lock), ENOSYS)   \
	FUNCTION(int, spin_trylock, "pthread_spin_trylock", NULL, (pthread_spinlock_t *lock), (lock),     \
		 ENOSYS)                                                                                  \
	FUNCTION(int, mtx_lock, "mtx_lock", NULL, (mtx_t *mutex), (mutex), thrd_error)                    \
	FUNCTION(int, mtx_trylock, "mtx_trylock", NULL, (mtx_t *mutex), (mutex), thrd_error)              \
	FUNCTION(int, mtx_timedlock, "mtx_timedlock", NULL,                                               \
		 (mtx_t *mutex, const struct timespec *until), (mutex, until), thrd_error)                \
	FUNCTION(int, cnd_wait, "cnd_wait", NULL, (cnd_t *cond, mtx_t *mutex), (cond, mutex), thrd_error) \
	FUNCTION(int, cnd_timedwait, "cnd_timedwait", NULL,                                               \
		 (cnd_t *cond, mtx_t *mutex, const struct timespec *until), (cond, mutex, until),         \
		 thrd_error)                                                                              \
	FUNCTION(void *, malloc, "malloc", NULL, (size_t size), (size), ww_early_alloc(0, size))          \
	FUNCTION(void *, calloc, "calloc", NULL, (size_t n_members, size_t size), (n_members, size),      \
		 ww_early_calloc(n_members, size))                                                        \
	FUNCTION(void *, realloc, "realloc", NULL, (void *memory, size_t size), (memory, size),           \
		 ww_early_realloc(memory, size))                                                          \
	FUNCTION(void, free, "free", NULL, (void *memory), (memory), (void)0)                             \
	FUNCTION(int, posix_memalign, "posix_memalign", NULL,                                             \
		 (void **memory, size_t alignment, size_t size), (memory, alignment, size), ENOMEM)       \
	FUNCTION(void *, aligned_alloc, "aligned_alloc", NULL, (size_t alignment, size_t size),           \
		 (alignment, size), ww_early_alloc(alignment, size))                                      \
	FUNCTION(void *, memalign, "memalign", NULL, (size_t alignment, size_t size),                     \
		 (alignment, size), ww_early_alloc(alignment, size))                                      \
	FUNCTION(void *, valloc, "valloc", NULL, (size_t size), (size), (errno = ENOMEM, NULL))           \
	FUNCTION(void *, pvalloc, "pvalloc", NULL, (size_t size), (size), (errno = ENOMEM, NULL))         \
	FUNCTION(void *, reallocarray, "reallocarray", NULL,                                              \
		 (void *memory, size_t n_members, size_t size), (memory, n_members, size),                \
		 (errno = ENOMEM, NULL))                                                                  \
	FUNCTION(int, malloc_trim, "malloc_trim", NULL, (size_t pad), (pad), 0)

#if WW_HAS_OLD_CONDITIONS
#define WW_NEXT_OLD(FUNCTION)                                                                             \
	FUNCTION(int, old_cond_wait, "pthread_cond_wait", WW_OLD_CONDITION_VERSION,                       \
		 (pthread_cond_t *cond, pthread_mutex_t *mutex), (cond, mutex), ENOSYS)                   \
	FUNCTION(int, old_cond_timedwait, "pthread_cond_timedwait", WW_OLD_CONDITION_VERSION,             \
		 (pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until),            \
		 (cond, mutex, until), ENOSYS)
#else
#define WW_NEXT_OLD(FUNCTION)
#endif
#define WW_NEXT_FUNCTIONS(FUNCTION) WW_NEXT_COMMON(FUNCTION) WW_NEXT_OLD(FUNCTION)
/* clang-format on */

/* The functions that would have been called without us. */
struct ww_next {
#define WW_NEXT_POINTER(type, name, symbol, version, parameters, arguments, without)               \
	type(*name) parameters;
	WW_NEXT_FUNCTIONS(WW_NEXT_POINTER)
#undef WW_NEXT_POINTER
};
extern struct ww_next ww_next;

struct ww_hooks {
	bool is_on;          /* the constructor ran and nobody switched us off */
	bool is_libc_malloc; /* the next allocator is the C library's: no other one is timed */
	/* Before version 2.30 of the C library a failed try could leave other threads asleep. */
	bool is_rwlock_try_safe;
	bool has_ticks; /* the CPU counts time at one rate, see ticks.h */
	uint64_t lock_threshold_ns;
	uint64_t alloc_threshold_ns;
};
extern struct ww_hooks ww_hooks;

/*
 * Set while this thread is inside the tracer or the look-up. A signal handler that runs there is
 * not recorded either.
 */
extern __thread bool ww_hooks_is_busy __attribute__((tls_model("initial-exec")));

/*
 * Whether @site lies in LTTng's own libraries. Their waits must not be recorded: the first event of
 * a thread takes a mutex of theirs, which the very thread that waited may hold.
 */
bool ww_hooks_is_tracer(const void *site);

/*
 * Memory from before the real allocator is known; from a small static buffer, never given back,
 * NULL when there is no more. Its size word, read as the C library's allocator would, says "very
 * large": see free() in allocations.c.
 */
void *ww_early_alloc(size_t alignment, size_t size);
void *ww_early_calloc(size_t n_members, size_t size);
void *ww_early_realloc(void *memory, size_t size);
bool ww_early_owns(const void *memory);

static inline uint64_t ww_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif

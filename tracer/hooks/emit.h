/* SPDX-License-Identifier: MIT */
/*
 * What the hooks report. Any thread, signal handlers too; errno is kept. A thread that is already
 * reporting reports nothing.
 */
#ifndef WW_TRACER_HOOKS_EMIT_H
#define WW_TRACER_HOOKS_EMIT_H

#include "tracer/hooks/hooks.h"

/* The values of enum ww_lock_kind and enum ww_alloc_call of analysis/event.h. */
enum ww_emit_lock {
	WW_EMIT_MUTEX,
	WW_EMIT_RWLOCK_READ,
	WW_EMIT_RWLOCK_WRITE,
	WW_EMIT_CONDITION,
	WW_EMIT_SEMAPHORE,
	WW_EMIT_BARRIER,
	WW_EMIT_JOIN,
	WW_EMIT_ONCE,
	WW_EMIT_SPIN,
};

enum ww_emit_call {
	WW_EMIT_MALLOC,
	WW_EMIT_CALLOC,
	WW_EMIT_REALLOC,
	WW_EMIT_FREE,
	WW_EMIT_MEMALIGN,
	WW_EMIT_MMAP,
	WW_EMIT_MUNMAP,
	WW_EMIT_BRK,
	WW_EMIT_MADVISE,
	WW_EMIT_MREMAP,
	WW_EMIT_TRIM,
};

struct ww_wait {
	const void *address; /* of what is waited for */
	const void *site;    /* where the program called */
	uint64_t begin_ns;
	int32_t owner; /* thread that could have ended the wait when it began; 0: not known */
	uint8_t kind;  /* enum ww_emit_lock */
};

/*
 * False when nobody records, or this thread is inside the tracer or its libraries: then call the
 * real function only.
 */
bool ww_emit_wants_wait(const void *site);
void ww_emit_wait_begin(struct ww_wait *wait);
void ww_emit_wait_end(const struct ww_wait *wait, int result);

/* For a spin that began at @wait's time: nothing before its end, and a short one not at all. */
void ww_emit_spin_end(const struct ww_wait *wait, int result);

/* False when nobody records, or this thread is inside the tracer. */
bool ww_emit_wants_pauses(void);

/* Page faults that this thread took so far: -1 where they were not counted. */
struct ww_emit_faults {
	int64_t n_minor;
	int64_t n_major; /* those that waited for a disk */
};
#define WW_EMIT_NO_FAULTS ((struct ww_emit_faults){ -1, -1 })

struct ww_emit_faults ww_emit_count_faults(void);

/*
 * For a call between two readings of ww_ticks() that began with @faults; reports nothing when that
 * is below the threshold after all.
 */
void ww_emit_pause(enum ww_emit_call call, size_t size, uint64_t begin_ticks, uint64_t end_ticks,
		   struct ww_emit_faults faults, const void *site);

/*
 * The program's own annotations, as whywait.h says; the caller is the program itself. Recorded
 * tasks have ids of their own in every process: its id above, a count below.
 */
int ww_emit_is_recorded(void);
uint64_t ww_emit_task_begin(const char *name, uint64_t parent);
void ww_emit_task_end(uint64_t task);
void ww_emit_region_begin(uint64_t task, const char *name);
void ww_emit_region_end(uint64_t task, const char *name);
void ww_emit_log(uint64_t task, const char *category, const char *message);
void ww_emit_counter(const char *name, int64_t value);

#endif

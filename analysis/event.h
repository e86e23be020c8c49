/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One event of any trace, in the words of this program.
 *
 * Readers turn whatever a trace calls its events into this fixed-size value; replay reads nothing else. Its two texts are
 * borrowed from the reader's batch (analysis/read/reader.h). What a trace does not say is marked unknown (WW_TID_UNKNOWN,
 * WW_CPU_UNKNOWN, WW_SYSCALL_UNKNOWN, a text that is NULL), never guessed by a reader. Hundreds of millions of these are
 * copied, so it is kept small: what few kinds need and is long is a text.
 */
#ifndef WW_ANALYSIS_EVENT_H
#define WW_ANALYSIS_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wire.h"

#define WW_TID_UNKNOWN (-1)
#define WW_CPU_UNKNOWN UINT16_MAX
#define WW_SYSCALL_NONE INT16_C(-1)
#define WW_SYSCALL_UNKNOWN INT16_C(-2) /* the trace does not record it: it may have been in any */
#define WW_NAME_BYTES 16
#define WW_CALL_BYTES 32
#define WW_TEXT_BYTES 256
#define WW_EVENT_BYTES 96 /* at the most: one cache line and a half */

enum ww_event_kind {
	/* the scheduler; @tid as said, @cpu is where it happened */
	WW_EVENT_SWITCH,     /* tid: thread that left */
	WW_EVENT_WAKING,     /* tid: thread that is woken */
	WW_EVENT_WAKEUP,     /* tid: thread that is now queued */
	WW_EVENT_WAKEUP_NEW, /* tid: new thread that is now queued */
	WW_EVENT_MIGRATE,    /* tid: thread that moved */
	WW_EVENT_FORK,       /* tid, pid: the child */
	WW_EVENT_EXEC,       /* tid, pid: after the call */
	WW_EVENT_EXIT,       /* tid: begins to die */
	WW_EVENT_RENAME,     /* tid */
	WW_EVENT_TASK,       /* tid, pid: was there when the recording began */
	WW_EVENT_SYSCALL_ENTER, /* tid: current thread, when the trace knows it */
	WW_EVENT_SYSCALL_EXIT,
	/* user space; tid, pid: the thread itself; cpu may be unknown */
	WW_EVENT_LOCK_WAIT_BEGIN,
	WW_EVENT_LOCK_WAIT_END,
	WW_EVENT_ALLOC_PAUSE, /* time_ns is its end */
	WW_EVENT_MODULE,      /* a program or library is mapped into pid */
	/* the recording itself */
	WW_EVENT_LOST,  /* records of one CPU or channel were discarded */
	WW_EVENT_GAP,   /* the trace is damaged from here on; text says why and where */
	WW_EVENT_OTHER, /* something no rule needs; counted */
	WW_EVENT_N,
};

enum ww_lock_kind {
	WW_LOCK_MUTEX,
	WW_LOCK_RWLOCK_READ,
	WW_LOCK_RWLOCK_WRITE,
	WW_LOCK_CONDITION,
	WW_LOCK_SEMAPHORE,
	WW_LOCK_BARRIER,
	WW_LOCK_JOIN,
	WW_LOCK_ONCE,
	WW_LOCK_SPIN,
	WW_LOCK_N,
};

/* The calls an allocator pause can be in; the wire value of the hooks. */
enum ww_alloc_call {
	WW_ALLOC_MALLOC,
	WW_ALLOC_CALLOC,
	WW_ALLOC_REALLOC,
	WW_ALLOC_FREE,
	WW_ALLOC_MEMALIGN,
	WW_ALLOC_MMAP,
	WW_ALLOC_MUNMAP,
	WW_ALLOC_BRK,
	WW_ALLOC_MADVISE,
	WW_ALLOC_MREMAP,
	WW_ALLOC_TRIM,
	WW_ALLOC_N,
};

struct ww_event {
	int64_t time_ns; /* Unix nanoseconds by the trace's own clock description; replay subtracts the origin */
	uint8_t kind;    /* enum ww_event_kind */
	uint8_t source;  /* 0 kernel, 1 user space: for the counts */
	uint16_t cpu;
	int32_t tid;
	int32_t pid;      /* WW_TID_UNKNOWN when the event does not say */
	const char *name; /* of @tid, below WW_NAME_BYTES; NULL when the event does not say */
	/* SWITCH: name of next_tid. SYSCALL_*: name of the call. MODULE: path. GAP: one sentence. Else NULL, as when unknown. */
	const char *text;
	union {
		struct {
			int32_t next_tid;
			uint32_t run_delay_ns; /* 0 when unknown */
			uint64_t syscall_arg0;
			int16_t syscall;       /* the one @tid was still inside */
			int16_t next_prio;     /* kernel scale, 120 is nice 0; -1 unknown */
			uint8_t syscall_arg1;
			uint8_t prev_state;    /* enum ww_wire_state */
			bool throttled, in_iowait, preempted, in_fault;
		} switched;
		struct {
			int32_t waker_tid; /* current on @cpu; WW_TID_UNKNOWN when the trace cannot tell */
			uint16_t target_cpu;
			uint16_t vector;
			uint8_t context; /* enum ww_wire_context; WW_WIRE_CONTEXT_N when the trace does not say */
			bool is_enqueued; /* WAKING: it stood in the queue at once, no WAKEUP follows */
			int16_t prio;
		} woken; /* WAKING, WAKEUP, WAKEUP_NEW */
		struct {
			uint16_t from_cpu, to_cpu;
		} migrated;
		struct {
			int32_t parent_tid;
		} forked;
		struct {
			int32_t old_tid;
		} execed;
		struct {
			bool group_dead;
		} exited;
		struct {
			uint64_t start_time_ns; /* identity of the incarnation together with the tid; 0 unknown */
			uint64_t syscall_arg0;
			int32_t parent_pid;
			uint16_t cpu;
			int16_t syscall;
			int16_t prio;
			uint8_t syscall_arg1;
			uint8_t state; /* enum ww_wire_state */
			bool throttled, in_iowait, on_cpu, is_kernel;
		} task;
		struct {
			int64_t ret;
			int16_t nr; /* WW_SYSCALL_UNKNOWN with @text set when the trace gives names of another machine */
		} syscall;
		struct {
			uint64_t address;
			uint64_t site; /* return address in the caller, 0 unknown */
			int64_t duration_ns; /* END: how long it waited, -1 unknown; a threshold may have left BEGIN out */
			int32_t owner_tid; /* holder when the wait began, WW_TID_UNKNOWN when unknown */
			int32_t result;    /* END: what the call returned */
			uint8_t kind;      /* enum ww_lock_kind */
		} lock;
		struct {
			uint64_t size_bytes;
			uint64_t site;
			int64_t duration_ns;
			uint8_t call; /* enum ww_alloc_call */
		} alloc;
		struct {
			uint64_t base;
			uint64_t size_bytes;
		} module;
		struct {
			int64_t begin_ns, end_ns; /* Unix ns, where something is missing; begin == end when the range is unknown */
			uint64_t count;           /* 0: some, nobody knows how many */
			uint64_t n_packets;       /* whole packets that are missing; their records are not in @count */
		} lost;
		struct {
			bool is_out_of_order; /* the clock went back; nothing is missing */
		} gap;
	};
};

_Static_assert(sizeof(struct ww_event) <= WW_EVENT_BYTES, "an event must stay small");

#endif

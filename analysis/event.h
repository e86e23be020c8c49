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
	/* what else the kernel says. Those marked * come right before the switch of the thread they are about */
	WW_EVENT_INTERRUPT,          /* time_ns is its end */
	WW_EVENT_INTERRUPT_ENTRY,    /* the same as two events */
	WW_EVENT_INTERRUPT_EXIT,
	WW_EVENT_IRQ_NAME,           /* text: the device */
	WW_EVENT_CPU_IDLE,           /* time_ns is its end */
	WW_EVENT_CPU_IDLE_STATE,     /* the CPU enters a state, or leaves it */
	WW_EVENT_CPU_HOTPLUG,        /* a CPU is on its way on or off */
	WW_EVENT_CPU_FREQUENCY,      /* a CPU runs faster or slower from here on */
	WW_EVENT_SETPRIO,            /* tid: its priority changes */
	WW_EVENT_KERNEL_LOCK_BEGIN,  /* tid: found it taken */
	WW_EVENT_KERNEL_LOCK_END,
	WW_EVENT_BLOCKED_ON,         /* * tid: sleeps for a mutex of the kernel */
	WW_EVENT_TIMEOUT,            /* * tid: will not wait longer */
	WW_EVENT_STACK,              /* tid: of its next record, or as it was when the recording began */
	WW_EVENT_FRAMES,             /* pid: whose addresses; text: see ww_event_frames() */
	WW_EVENT_PAGE_FAULT,         /* tid */
	WW_EVENT_RECLAIM_BEGIN,      /* tid: has to make free memory */
	WW_EVENT_RECLAIM_END,
	WW_EVENT_DISK_START,         /* tid: current; whose request it is */
	WW_EVENT_DISK_ISSUE,         /* tid: current */
	WW_EVENT_DISK_COMPLETE,
	WW_EVENT_WORK_QUEUE,         /* tid: current */
	WW_EVENT_WORK_BEGIN,
	WW_EVENT_WORK_END,
	WW_EVENT_AFFINITY,           /* tid: may run elsewhere than before */
	WW_EVENT_CGROUP,             /* tid: goes to another control group */
	WW_EVENT_CGROUP_NAME,        /* text: its path */
	WW_EVENT_DESCRIPTOR,         /* * tid, pid: waits for it */
	WW_EVENT_FILE_NAME,          /* pid; text: what is behind a descriptor of it */
	WW_EVENT_THROTTLE_TOTAL,
	WW_EVENT_STEAL,              /* cpu: which had to wait */
	/* user space; tid, pid: the thread itself; cpu may be unknown */
	WW_EVENT_LOCK_WAIT_BEGIN,
	WW_EVENT_LOCK_WAIT_END,
	WW_EVENT_ALLOC_PAUSE, /* time_ns is its end */
	WW_EVENT_MODULE,      /* a program or library is mapped into pid */
	WW_EVENT_TASK_BEGIN,  /* the program's own words (whywait.h). text: name */
	WW_EVENT_TASK_END,
	WW_EVENT_REGION_BEGIN, /* text: name */
	WW_EVENT_REGION_END,   /* text: name */
	WW_EVENT_LOG,          /* text: message; name: category */
	WW_EVENT_COUNTER,      /* text: name */
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

#define WW_EVENT_IDLE_LEAVES UINT32_MAX /* CPU_IDLE_STATE: no longer in one */

struct ww_event {
	int64_t time_ns; /* Unix nanoseconds by the trace's own clock description; replay subtracts the origin */
	uint8_t kind;    /* enum ww_event_kind */
	uint8_t source;  /* 0 kernel, 1 user space: for the counts */
	uint16_t cpu;
	int32_t tid;
	int32_t pid;      /* WW_TID_UNKNOWN when the event does not say */
	/* Of @tid, below WW_NAME_BYTES; LOG: its category, below WW_TEXT_BYTES. NULL when the event does not say. */
	const char *name;
	/*
	 * SWITCH: name of next_tid. INTERRUPT_ENTRY: the device. SYSCALL_*: name of the call. MODULE: path. GAP: one sentence. Others as said at their
	 * kind. Else NULL, as when unknown.
	 */
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
			uint64_t cgroup;       /* 0 unknown */
			uint64_t allowed_cpus; /* bit n: CPU n; of the first 64; 0 unknown */
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
			uint64_t args[3]; /* ENTER: the first ones, when n_args says so */
			int16_t nr; /* WW_SYSCALL_UNKNOWN with @text set when the trace gives names of another machine */
			uint8_t n_args; /* how many the trace says */
		} syscall;
		struct {
			uint64_t function;    /* kernel address of the handler, 0 unknown */
			uint32_t duration_ns; /* INTERRUPT: with what interrupted it; UINT32_MAX: longer */
			uint16_t vector;      /* number of the interrupt or softirq, by context */
			uint8_t context;      /* enum ww_wire_context */
		} interrupt;
		struct {
			uint16_t irq;
		} irq_name;
		struct {
			int64_t duration_ns; /* CPU_IDLE */
			uint32_t state;      /* the kernel's number; WW_EVENT_IDLE_LEAVES */
			uint16_t cpu;        /* which */
		} idle;
		struct {
			int32_t step, target; /* the kernel's numbers: 0 is offline */
			uint16_t cpu;         /* which */
		} hotplug;
		struct {
			uint32_t khz;
			uint16_t cpu; /* which */
		} frequency;
		struct {
			int32_t donor_tid; /* who lends; 0 nobody any more, WW_TID_UNKNOWN: the trace does not say */
			int16_t old_prio, new_prio; /* kernel scale; -1 unknown */
		} setprio;
		struct {
			uint64_t address;
			int32_t owner_tid; /* BEGIN, BLOCKED_ON: holder; 0 or WW_TID_UNKNOWN: nobody knows */
			uint8_t flags;     /* BEGIN: the kernel's, as in base/wire.h */
			bool has_failed;   /* END */
		} kernel_lock;
		struct {
			int64_t timeout_ns;
			int16_t syscall;
			uint8_t kind; /* enum ww_wire_timeout_kind */
		} timeout;
		struct {
			uint64_t stack;
			uint16_t n_frames;
			uint16_t first; /* FRAMES: place of the first of these in the stack */
			uint8_t kind;   /* enum ww_wire_stack_kind */
		} stack;
		struct {
			uint64_t address;
			uint8_t error; /* the CPU's code */
		} page_fault;
		struct {
			uint64_t n_pages; /* END */
			int16_t order;    /* BEGIN: pages wanted are 2 to this; -1 unknown */
			int16_t status;   /* END of a compaction */
			uint8_t kind;     /* enum ww_wire_reclaim */
		} reclaim;
		struct {
			uint64_t request; /* names it from start to completion; 0: device and sector do */
			uint64_t sector;
			uint32_t n_bytes;
			uint32_t device;
			uint16_t status;
			uint8_t operation; /* the kernel's: 0 read, 1 write, 2 flush, 3 discard; UINT8_MAX unknown */
		} disk;
		struct {
			uint64_t work;
			uint64_t function;
		} work;
		struct {
			uint64_t allowed_cpus; /* bit n: CPU n; of the first 64 */
			uint16_t n_allowed;
		} affinity;
		struct {
			uint64_t cgroup;
			uint64_t n_throttled;  /* THROTTLE_TOTAL */
			uint64_t throttled_us; /* THROTTLE_TOTAL */
			bool is_process;       /* CGROUP: all threads of the process go */
		} cgroup;
		struct {
			uint64_t inode; /* 0 unknown */
			int32_t descriptor;
			uint8_t kind; /* enum ww_wire_file */
		} file;
		struct {
			uint64_t steal_ns;
			uint16_t cpu;
		} steal;
		struct {
			uint64_t task; /* id; 0 none */
			uint64_t parent; /* TASK_BEGIN: id, 0 none */
			uint64_t site;
			int64_t value; /* COUNTER */
		} user;
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
			int64_t ago_ns; /* how long before the event it ended: a hook needs a while to write it */
			int32_t minor_faults, major_faults; /* of the thread meanwhile; -1 not counted */
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

/*
 * The return addresses in the text of a FRAMES event, innermost first: hexadecimal, each with a space behind it. Returns how
 * many, at most WW_WIRE_FRAMES.
 */
unsigned int ww_event_frames(const struct ww_event *event, uint64_t frames[WW_WIRE_FRAMES]);

_Static_assert(sizeof(struct ww_event) <= WW_EVENT_BYTES, "an event must stay small");

#endif

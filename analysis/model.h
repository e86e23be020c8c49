/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of the model: states, reasons, causes and what is known of threads, waits and wakes.
 *
 * Every name that a person or a script meets is in one of these tables (report JSON, legend, exporters read them). JSON names
 * are stable: add, never rename. All times are ns since the trace's origin, spans half-open.
 */
#ifndef WW_ANALYSIS_MODEL_H
#define WW_ANALYSIS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/event.h"
#include "base/units.h"

#define WW_UTID_NONE UINT32_MAX /* no thread, or nobody knows */
#define WW_UTID_IDLE (UINT32_MAX - 1) /* the idle thread of a CPU */

/* clang-format off */
/* STATE(ID, "json name", "label for people", "what it means") */
#define WW_STATES(STATE)                                                                        \
	STATE(UNKNOWN,  "unknown",  "Unknown",  "the recording cannot tell")                    \
	STATE(RUNNING,  "running",  "Running",  "executing on a CPU")                           \
	STATE(RUNNABLE, "runnable", "Runnable", "ready to run, waiting for a CPU")              \
	STATE(BLOCKED,  "blocked",  "Blocked",  "waiting for something to happen")              \
	STATE(STOPPED,  "stopped",  "Stopped",  "stopped by a signal, a debugger or its parent") \
	STATE(DEAD,     "dead",     "Dead",     "ended")

/* REASON(ID, "json name", "label", state it belongs to) */
#define WW_REASONS(REASON)                                              \
	REASON(NONE,            "none",            "",                 UNKNOWN)  \
	REASON(WOKEN,           "woken",           "woken",            RUNNABLE) \
	REASON(NEW,             "new",             "new thread",       RUNNABLE) \
	REASON(PREEMPTED,       "preempted",       "preempted",        RUNNABLE) \
	REASON(YIELDED,         "yielded",         "yielded",          RUNNABLE) \
	REASON(THROTTLED,       "throttled",       "CPU quota",        RUNNABLE) \
	REASON(AFFINITY_MOVE,   "affinity-move",   "moved",            RUNNABLE) \
	REASON(MUTEX,           "mutex",           "mutex",            BLOCKED)  \
	REASON(RWLOCK,          "rwlock",          "rwlock",           BLOCKED)  \
	REASON(CONDITION,       "condition",       "condition",        BLOCKED)  \
	REASON(SEMAPHORE,       "semaphore",       "semaphore",        BLOCKED)  \
	REASON(BARRIER,         "barrier",         "barrier",          BLOCKED)  \
	REASON(JOIN,            "join",            "thread join",      BLOCKED)  \
	REASON(FUTEX,           "futex",           "futex",            BLOCKED)  \
	REASON(PI_FUTEX,        "pi-futex",        "PI futex",         BLOCKED)  \
	REASON(SLEEP,           "sleep",           "sleep",            BLOCKED)  \
	REASON(POLL,            "poll",            "poll",             BLOCKED)  \
	REASON(IDLE_FOR_WORK,   "idle-for-work",   "idle for work",    BLOCKED)  \
	REASON(SOCKET,          "socket",          "socket",           BLOCKED)  \
	REASON(PIPE,            "pipe",            "pipe",             BLOCKED)  \
	REASON(TTY,             "tty",             "terminal",         BLOCKED)  \
	REASON(EVENT,           "event",           "event",            BLOCKED)  \
	REASON(DISK,            "disk",            "disk",             BLOCKED)  \
	REASON(PAGE_FAULT,      "page-fault",      "page fault",       BLOCKED)  \
	REASON(MMAP_LOCK,       "mmap-lock",       "mmap lock",        BLOCKED)  \
	REASON(KERNEL_LOCK,     "kernel-lock",     "kernel lock",      BLOCKED)  \
	REASON(MEMORY_PRESSURE, "memory-pressure", "memory pressure",  BLOCKED)  \
	REASON(CHILD,           "child",           "child process",    BLOCKED)  \
	REASON(VFORK,           "vfork",           "vfork",            BLOCKED)  \
	REASON(EXEC,            "exec",            "exec",             BLOCKED)  \
	REASON(EXIT,            "exit",            "exit",             BLOCKED)  \
	REASON(SIGNAL_WAIT,     "signal-wait",     "signal",           BLOCKED)  \
	REASON(FILE_LOCK,       "file-lock",       "file lock",        BLOCKED)  \
	REASON(DEVICE,          "device",          "device",           BLOCKED)  \
	REASON(RCU,             "rcu",             "RCU",              BLOCKED)  \
	REASON(KTHREAD_IDLE,    "kthread-idle",    "idle kernel thread", BLOCKED) \
	REASON(BLOCKED_UNKNOWN, "unknown",         "unknown",          BLOCKED)

/* CAUSE(ID, "json name", "label") of a part of a wait. */
#define WW_CAUSES(CAUSE)                                         \
	CAUSE(LOST,           "lost",           "lost records")             \
	CAUSE(THROTTLED,      "throttled",      "CPU quota used up")        \
	CAUSE(WAKE_PATH,      "wake-path",      "wake-up on its way")       \
	CAUSE(MIGRATING,      "migrating",      "moving between CPUs")      \
	CAUSE(OFFLINE,        "offline",        "CPU going offline")        \
	CAUSE(IRQ,            "irq",            "interrupt")                \
	CAUSE(STEAL,          "steal",          "stolen by the hypervisor") \
	CAUSE(OUTRANKED,      "outranked",      "behind a higher priority") \
	CAUSE(SHARED,         "shared",         "behind an equal")          \
	CAUSE(NOT_PREEMPTED,  "not-preempted",  "behind a lower priority")  \
	CAUSE(IDLE_EXIT,      "idle-exit",      "CPU waking from idle")     \
	CAUSE(IDLE_STUCK,     "idle-stuck",     "CPU idle although queued") \
	CAUSE(RUNNING,        "running",        "another thread ran")       \
	CAUSE(TIMER,          "timer",          "timer")                    \
	CAUSE(DISK_QUEUE,     "disk-queue",     "disk queue")               \
	CAUSE(DISK_DEVICE,    "disk-device",    "disk device")              \
	CAUSE(REMOTE,         "remote",         "remote host")              \
	CAUSE(RECLAIM,        "reclaim",        "memory reclaim")           \
	CAUSE(DEVICE,         "device",         "device")                   \
	CAUSE(WORK_QUEUE,     "work-queue",     "work item in its queue")   \
	CAUSE(LOCK_HOLDER_UNKNOWN, "lock-holder-unknown", "lock holder unknown") \
	CAUSE(CYCLE,          "cycle",          "cycle of waits")           \
	CAUSE(NOT_EXPANDED,   "not-expanded",   "not followed further")     \
	CAUSE(UNKNOWN,        "unknown",        "unknown")

#define WW_RELATIONS(RELATION)               \
	RELATION(NONE,         NULL)           \
	RELATION(SAME_PROCESS, "same-process")  \
	RELATION(SAME_CGROUP,  "same-cgroup")   \
	RELATION(OTHER,        "other")         \
	RELATION(KERNEL,       "kernel-thread") \
	RELATION(RECORDER,     "recorder")

#define WW_WAKERS(WAKER)                  \
	WAKER(UNKNOWN,    "unknown")        \
	WAKER(THREAD,     "thread")         \
	WAKER(TIMER,      "timer")          \
	WAKER(DISK,       "disk")           \
	WAKER(NETWORK,    "network")        \
	WAKER(DEVICE,     "device")         \
	WAKER(CHILD_EXIT, "child-exit")     \
	WAKER(SIGNAL,     "signal")         \
	WAKER(NONE,       "none")

#define WW_AVOIDABLES(AVOIDABLE)                                      \
	AVOIDABLE(ALLOWED_IDLE,    "allowed-cpu-idle")          \
	AVOIDABLE(DISALLOWED_IDLE, "only-disallowed-cpu-idle")  \
	AVOIDABLE(SATURATED,       "saturated")                 \
	AVOIDABLE(NOT_ELIGIBLE,    "not-eligible")              \
	AVOIDABLE(UNKNOWN,         "unknown")
/* clang-format on */

#define WW_ENUM_STATE(ID, ...) WW_STATE_##ID,
enum ww_state { WW_STATES(WW_ENUM_STATE) WW_STATE_N };
#define WW_ENUM_REASON(ID, ...) WW_REASON_##ID,
enum ww_reason { WW_REASONS(WW_ENUM_REASON) WW_REASON_N };
#define WW_ENUM_CAUSE(ID, ...) WW_CAUSE_##ID,
enum ww_cause { WW_CAUSES(WW_ENUM_CAUSE) WW_CAUSE_N };
#define WW_ENUM_RELATION(ID, ...) WW_RELATION_##ID,
enum ww_relation { WW_RELATIONS(WW_ENUM_RELATION) WW_RELATION_N };
#define WW_ENUM_WAKER(ID, ...) WW_WAKER_##ID,
enum ww_waker { WW_WAKERS(WW_ENUM_WAKER) WW_WAKER_N };
#define WW_ENUM_AVOIDABLE(ID, ...) WW_AVOIDABLE_##ID,
enum ww_avoidable { WW_AVOIDABLES(WW_ENUM_AVOIDABLE) WW_AVOIDABLE_N };

const char *ww_state_name(enum ww_state state);   /* "runnable": JSON and scripts */
const char *ww_state_label(enum ww_state state);  /* "Runnable": people */
const char *ww_state_meaning(enum ww_state state);
const char *ww_reason_name(enum ww_reason reason);
const char *ww_reason_label(enum ww_reason reason);
enum ww_state ww_reason_state(enum ww_reason reason);
const char *ww_cause_name(enum ww_cause cause);
const char *ww_cause_label(enum ww_cause cause);
const char *ww_relation_name(enum ww_relation relation); /* NULL for WW_RELATION_NONE */
const char *ww_waker_name(enum ww_waker waker);
const char *ww_avoidable_name(enum ww_avoidable avoidable);
const char *ww_lock_kind_name(enum ww_lock_kind kind);   /* "mutex" */
enum ww_reason ww_lock_kind_reason(enum ww_lock_kind kind);
const char *ww_alloc_call_name(enum ww_alloc_call call); /* "malloc" */
const char *ww_syscall_name(int nr);                     /* x86-64; NULL for what is not a known call */
int16_t ww_syscall_number(const char *name);             /* the other way; WW_SYSCALL_UNKNOWN */

enum ww_confidence {
	WW_CONFIDENCE_UNKNOWN,
	WW_CONFIDENCE_LIKELY, /* inferred */
	WW_CONFIDENCE_EXACT,
	WW_CONFIDENCE_N,
};
const char *ww_confidence_name(enum ww_confidence confidence);

enum ww_interval_flag {
	WW_INTERVAL_CENSORED_LEFT = 1 << 0,  /* began before the recording did */
	WW_INTERVAL_CENSORED_RIGHT = 1 << 1, /* had not ended when the recording did */
	WW_INTERVAL_INFERRED = 1 << 2,       /* a boundary is a best estimate */
	WW_INTERVAL_DEGRADED = 1 << 3,       /* records were lost inside */
	WW_INTERVAL_IN_IOWAIT = 1 << 4,
	WW_INTERVAL_IN_FAULT = 1 << 5,
	WW_INTERVAL_THROTTLED = 1 << 6,
	WW_INTERVAL_IN_LOCK = 1 << 7, /* blocked in a wait for a lock that the hooks saw: ww_query_lock_wait_of() */
};

/* One state of one thread, or of one CPU. */
struct ww_interval {
	struct ww_span span;
	uint8_t state;   /* enum ww_state; a CPU lane: RUNNING busy, BLOCKED idle, UNKNOWN */
	uint8_t reason;  /* enum ww_reason */
	uint8_t flags;   /* enum ww_interval_flag */
	uint8_t waker;   /* enum ww_waker: who ended a blocked interval, or began a runnable one */
	uint16_t rewakes; /* woken in between without getting what it waited for */
	int16_t syscall; /* call it is inside, WW_SYSCALL_NONE or WW_SYSCALL_UNKNOWN */
	int16_t prio;    /* kernel scale while running; -1 unknown */
	uint16_t cpu;    /* running: where; runnable: whose queue; else the last one */
	uint32_t utid;   /* CPU lanes: the thread that runs; thread lanes: the lane's own */
	uint32_t waker_utid; /* THREAD, CHILD_EXIT: that one; interrupts: the kernel's thread that served it; else WW_UTID_NONE */
	int64_t waking_ns;   /* runnable after a wake-up: instant of the waking; blocked: the waking that ended it; else -1 */
	int64_t wakeup_ns;   /* instant it stood in the run queue, -1 unknown */
	uint64_t object;     /* futex address or descriptor of the call; IN_LOCK: the lock's address; 0 none */
};

/* One incarnation of a thread: a tid that is used again is another one. */
struct ww_thread {
	uint32_t utid;
	uint32_t upid;
	int32_t tid;
	const char *name; /* the last one it had; borrowed from the trace */
	struct ww_span life;
	bool is_kernel;
	bool is_target;   /* belongs to what the person recorded */
	bool is_recorder; /* of the recorder's processes, or one that the recording put into the target */
};

struct ww_process {
	uint32_t upid;
	int32_t pid;
	const char *name; /* its leader's; borrowed from the trace */
	bool is_kernel;
	bool is_target;
	bool is_recorder;
	uint32_t n_threads;
	const uint32_t *utids; /* in order of first event; borrowed from the trace */
};

/* One thread woke another. */
struct ww_wake {
	int64_t time_ns;     /* the waking */
	uint32_t waker_utid; /* as in struct ww_interval */
	uint32_t wakee_utid;
	uint8_t waker; /* enum ww_waker */
	uint16_t cpu;
};

/* How a sleep ended that had a timeout. */
enum ww_timeout_outcome {
	WW_TIMEOUT_UNKNOWN, /* nobody saw it end */
	WW_TIMEOUT_WOKEN,   /* by something else, before it expired */
	WW_TIMEOUT_EXPIRED,
	WW_TIMEOUT_N,
};
const char *ww_timeout_outcome_name(enum ww_timeout_outcome outcome); /* "expired" */

/* A wait for a lock as the program's own hooks saw it. */
struct ww_lock_wait {
	struct ww_span span;
	uint64_t address;
	uint64_t site;        /* 0 unknown */
	uint32_t utid;
	uint32_t owner_utid;  /* holder when the wait began */
	uint8_t kind;         /* enum ww_lock_kind */
	uint8_t flags;        /* enum ww_interval_flag: censored */
	int32_t result;       /* what the call returned: 0 it has it, ETIMEDOUT, ...; ECANCELED while nobody knows */
};

struct ww_alloc_pause {
	struct ww_span span;
	uint64_t size_bytes;
	uint64_t site;
	uint32_t utid;
	uint8_t call; /* enum ww_alloc_call */
};

#endif

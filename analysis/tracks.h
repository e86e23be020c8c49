/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracks: everything in a trace that has a time but is not a state of a lane.
 *
 * A track is all rows of one kind with one key: the interrupts of a CPU, the system calls of a thread. A row is a span, or an
 * instant (begin == end), and a few numbers. To add a kind is to add a row to the tables below; replay appends
 * (ww_store_append_row()), readers iterate (ww_row_iter_init() of query.h).
 *
 * Kinds and fields are part of the index file: whoever changes them raises WW_STORE_VERSION. Signed numbers are stored as what
 * (uint64_t)(int64_t)x gives. TEXT fields hold a number of ww_store_text().
 */
#ifndef WW_ANALYSIS_TRACKS_H
#define WW_ANALYSIS_TRACKS_H

#include <stdint.h>

#include "base/units.h"

#define WW_ROW_FIELDS_MAX 7
#define WW_ROW_TIME_NONE UINT64_MAX /* of a field that is a time: nobody knows */
#define WW_TEXT_NONE UINT32_MAX     /* of a TEXT field: there is none */

/* clang-format off */
/* FIELD(KIND, NAME): row.fields[WW_ROW_KIND_NAME] */
#define WW_FIELDS_WAKE_OF(FIELD)      FIELD(WAKE_OF, WAKER_UTID) FIELD(WAKE_OF, WAKER) FIELD(WAKE_OF, CPU)
#define WW_FIELDS_WAKE_BY(FIELD)      FIELD(WAKE_BY, WAKEE_UTID) FIELD(WAKE_BY, WAKER) FIELD(WAKE_BY, CPU)
#define WW_FIELDS_LOCK_WAIT(FIELD)    FIELD(LOCK_WAIT, ADDRESS) FIELD(LOCK_WAIT, SITE) FIELD(LOCK_WAIT, OWNER_UTID) \
	FIELD(LOCK_WAIT, KIND) FIELD(LOCK_WAIT, FLAGS) FIELD(LOCK_WAIT, RESULT)
#define WW_FIELDS_LOCK_WAIT_ON(FIELD) FIELD(LOCK_WAIT_ON, UTID) FIELD(LOCK_WAIT_ON, SITE) FIELD(LOCK_WAIT_ON, OWNER_UTID) \
	FIELD(LOCK_WAIT_ON, KIND) FIELD(LOCK_WAIT_ON, FLAGS) FIELD(LOCK_WAIT_ON, RESULT) FIELD(LOCK_WAIT_ON, ADDRESS)
#define WW_FIELDS_ALLOC_PAUSE(FIELD)  FIELD(ALLOC_PAUSE, SIZE_BYTES) FIELD(ALLOC_PAUSE, SITE) FIELD(ALLOC_PAUSE, CALL)
#define WW_FIELDS_INTERRUPT(FIELD)    FIELD(INTERRUPT, VECTOR) FIELD(INTERRUPT, CONTEXT) FIELD(INTERRUPT, UTID) FIELD(INTERRUPT, FUNCTION) \
	FIELD(INTERRUPT, FLAGS)
#define WW_FIELDS_KERNEL_LOCK(FIELD)  FIELD(KERNEL_LOCK, ADDRESS) FIELD(KERNEL_LOCK, FLAGS) FIELD(KERNEL_LOCK, OWNER_UTID) \
	FIELD(KERNEL_LOCK, HAS_FAILED)
#define WW_FIELDS_DISK(FIELD)         FIELD(DISK, SECTOR) FIELD(DISK, SIZE_BYTES) FIELD(DISK, OPERATION) FIELD(DISK, UTID) \
	FIELD(DISK, QUEUED_NS) FIELD(DISK, RESULT)
#define WW_FIELDS_WORK(FIELD)         FIELD(WORK, FUNCTION) FIELD(WORK, QUEUED_NS) FIELD(WORK, QUEUER_UTID) FIELD(WORK, WORKER_UTID) \
	FIELD(WORK, ADDRESS) FIELD(WORK, FLAGS)
#define WW_FIELDS_SYSCALL(FIELD)      FIELD(SYSCALL, NR) FIELD(SYSCALL, RET) FIELD(SYSCALL, ARG0) FIELD(SYSCALL, ARG1) \
	FIELD(SYSCALL, FLAGS) FIELD(SYSCALL, NAME_TEXT)
#define WW_FIELDS_FAULT(FIELD)        FIELD(FAULT, ADDRESS) FIELD(FAULT, ERROR) FIELD(FAULT, IS_MAJOR)
#define WW_FIELDS_RECLAIM(FIELD)      FIELD(RECLAIM, KIND) FIELD(RECLAIM, ORDER) FIELD(RECLAIM, N_PAGES)
#define WW_FIELDS_STACK(FIELD)        FIELD(STACK, STACK) FIELD(STACK, KIND)
#define WW_FIELDS_FRAME(FIELD)        FIELD(FRAME, ADDRESS)
#define WW_FIELDS_PRIO(FIELD)         FIELD(PRIO, OLD) FIELD(PRIO, NEW) FIELD(PRIO, DONOR_UTID)
#define WW_FIELDS_AFFINITY(FIELD)     FIELD(AFFINITY, WORD) FIELD(AFFINITY, BITS) FIELD(AFFINITY, N_ALLOWED)
#define WW_FIELDS_CGROUP(FIELD)       FIELD(CGROUP, CGROUP)
#define WW_FIELDS_THROTTLE(FIELD)     FIELD(THROTTLE, N_THROTTLED) FIELD(THROTTLE, THROTTLED_NS)
#define WW_FIELDS_USER_TASK(FIELD)    FIELD(USER_TASK, ID) FIELD(USER_TASK, PARENT_ID) FIELD(USER_TASK, NAME_TEXT) FIELD(USER_TASK, FLAGS) \
	FIELD(USER_TASK, SITE)
#define WW_FIELDS_USER_REGION(FIELD)  FIELD(USER_REGION, TASK_ID) FIELD(USER_REGION, NAME_TEXT) FIELD(USER_REGION, FLAGS) FIELD(USER_REGION, SITE)
#define WW_FIELDS_USER_LOG(FIELD)     FIELD(USER_LOG, TASK_ID) FIELD(USER_LOG, CATEGORY_TEXT) FIELD(USER_LOG, MESSAGE_TEXT) FIELD(USER_LOG, SITE)
#define WW_FIELDS_USER_COUNTER(FIELD) FIELD(USER_COUNTER, UTID) FIELD(USER_COUNTER, VALUE)

#define WW_FIELDS_IRQ_NAME(FIELD)     FIELD(IRQ_NAME, NAME_TEXT)
#define WW_FIELDS_IDLE(FIELD)         FIELD(IDLE, STATE)
#define WW_FIELDS_OFFLINE(FIELD)      FIELD(OFFLINE, FLAGS)
#define WW_FIELDS_FREQUENCY(FIELD)    FIELD(FREQUENCY, KHZ)
#define WW_FIELDS_TIMEOUT(FIELD)      FIELD(TIMEOUT, DEADLINE_NS) FIELD(TIMEOUT, SYSCALL) FIELD(TIMEOUT, OUTCOME)
#define WW_FIELDS_CGROUP_NAME(FIELD)  FIELD(CGROUP_NAME, PATH_TEXT)
#define WW_FIELDS_DESCRIPTOR(FIELD)   FIELD(DESCRIPTOR, FD) FIELD(DESCRIPTOR, INODE) FIELD(DESCRIPTOR, KIND)
#define WW_FIELDS_FILE(FIELD)         FIELD(FILE, FD) FIELD(FILE, INODE) FIELD(FILE, KIND) FIELD(FILE, PATH_TEXT)
#define WW_FIELDS_STEAL(FIELD)        FIELD(STEAL, TOTAL_NS)

/* TRACK(KIND, "name", what its key is) */
#define WW_TRACKS(TRACK)                                                                       \
	TRACK(WAKE_OF,      "wake-of",      "utid of who was woken; WW_ROW_WAKE_OF_WAKER_UTID is WW_UTID_NONE for no thread") \
	TRACK(WAKE_BY,      "wake-by",      "utid of who woke")                             \
	TRACK(LOCK_WAIT,    "lock-wait",    "utid")                                         \
	TRACK(LOCK_WAIT_ON, "lock-wait-on", "hash of the lock's address, of any process: there may be millions of locks") \
	TRACK(ALLOC_PAUSE,  "alloc-pause",  "utid")                                         \
	TRACK(INTERRUPT,    "interrupt",    "CPU number; CONTEXT is enum ww_wire_context")  \
	TRACK(KERNEL_LOCK,  "kernel-lock",  "utid; FLAGS are the kernel's, as in base/wire.h") \
	TRACK(DISK,         "disk",         "device number; the span is issue to completion, QUEUED_NS is WW_ROW_TIME_NONE when nobody saw it begin") \
	TRACK(WORK,         "work",         "CPU number; the span is the execution, QUEUED_NS as above")\
	TRACK(SYSCALL,      "syscall",      "utid")                                         \
	TRACK(FAULT,        "fault",        "utid")                                         \
	TRACK(RECLAIM,      "reclaim",      "utid")                                         \
	TRACK(STACK,        "stack",        "utid; instants")                               \
	TRACK(FRAME,        "frame",        "number of the stack; instants 0, 1, ... from the innermost on") \
	TRACK(PRIO,         "prio",         "utid; instants")                               \
	TRACK(AFFINITY,     "affinity",     "utid; instants: CPUs 0 to 63")                 \
	TRACK(CGROUP,       "cgroup",       "utid; instants")                               \
	TRACK(THROTTLE,     "throttle",     "cgroup number; instants, totals since it was made") \
	TRACK(USER_TASK,    "user-task",    "utid")                                         \
	TRACK(USER_REGION,  "user-region",  "utid")                                         \
	TRACK(USER_LOG,     "user-log",     "utid; instants")                               \
	TRACK(USER_COUNTER, "user-counter", "number of its name's text; instants")          \
	TRACK(IRQ_NAME,     "irq-name",     "interrupt number; instants")                   \
	TRACK(IDLE,         "idle",         "CPU number; how long it was in an idle state") \
	TRACK(OFFLINE,      "offline",      "CPU number; from the first step off to the first step on") \
	TRACK(FREQUENCY,    "frequency",    "CPU number; instants, holds from there on")    \
	TRACK(TIMEOUT,      "timeout",      "utid; the sleep that has it. OUTCOME is enum ww_timeout_outcome")                  \
	TRACK(CGROUP_NAME,  "cgroup-name",  "cgroup number; instants")                      \
	TRACK(DESCRIPTOR,   "descriptor",   "utid; instants, when it goes to wait for it")  \
	TRACK(FILE,         "file",         "pid; instants, when its name was looked up")   \
	TRACK(STEAL,        "steal",        "CPU number; instants, totals since it booted")
/* clang-format on */

#define WW_ENUM_TRACK(KIND, ...) WW_TRACK_##KIND,
enum ww_track { WW_TRACKS(WW_ENUM_TRACK) WW_TRACK_N };

#define WW_ENUM_FIELD(KIND, NAME) WW_ROW_##KIND##_##NAME,
#define WW_ENUM_FIELDS(KIND, ...) \
	enum { WW_FIELDS_##KIND(WW_ENUM_FIELD) WW_ROW_##KIND##_N };
WW_TRACKS(WW_ENUM_FIELDS)

struct ww_track_row {
	struct ww_span span; /* an instant: begin_ns == end_ns */
	uint64_t fields[WW_ROW_FIELDS_MAX]; /* those beyond its kind's come back as 0 */
};

const char *ww_track_name(enum ww_track kind); /* "wake-of" */
unsigned int ww_track_n_fields(enum ww_track kind);
const char *ww_track_field_name(enum ww_track kind, unsigned int field); /* "WAKER_UTID" */

#endif

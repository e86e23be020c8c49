/* SPDX-License-Identifier: GPL-2.0-or-later OR MIT */
/*
 * The kernel records: one table for the BPF programs that fill them, the CTF metadata that describes them and the readers.
 *
 * The record in the ring is the record in the file is the CTF event, byte for byte. Each one starts with the event header
 * (timestamp, id), has no implicit padding and is a multiple of 8 bytes long; all integers are little-endian. The metadata
 * declares byte alignment for every field, so CTF's own alignment rules add nothing.
 *
 * A field is one of
 *   BITS(ctype, name, n_bits, doc)   an unsigned bit field; fields of one ctype share its word, lowest bits first
 *   INT(ctype, name, doc)            a whole integer
 *   TEXT(name, length, doc)          UTF-8 bytes, zero-filled
 *
 * Timestamps are CLOCK_MONOTONIC nanoseconds. Thread ids are the kernel's own (root pid namespace) and fit 24 bits, because
 * PID_MAX_LIMIT is 2^22. This header is also compiled for BPF: no GLib, no libc.
 */
#ifndef WW_BASE_WIRE_H
#define WW_BASE_WIRE_H

#include <linux/types.h>

#define WW_WIRE_COMM_BYTES 16 /* TASK_COMM_LEN */

/* prev_state and state: the scheduler's report bits as a number, and one for a value nobody knows. */
enum ww_wire_state {
	WW_WIRE_STATE_RUNNING,    /* R: preempted, yielded or throttled */
	WW_WIRE_STATE_SLEEPING,   /* S */
	WW_WIRE_STATE_DISK_SLEEP, /* D */
	WW_WIRE_STATE_STOPPED,    /* T */
	WW_WIRE_STATE_TRACED,     /* t */
	WW_WIRE_STATE_DEAD,       /* X */
	WW_WIRE_STATE_ZOMBIE,     /* Z */
	WW_WIRE_STATE_PARKED,     /* P */
	WW_WIRE_STATE_IDLE,       /* I: a kernel thread waiting for work */
	WW_WIRE_STATE_UNKNOWN,
	WW_WIRE_STATE_N,
};

/* What the CPU was executing when it woke a thread. In anything but WW_WIRE_CONTEXT_TASK the current thread is innocent. */
enum ww_wire_context {
	WW_WIRE_CONTEXT_TASK,
	WW_WIRE_CONTEXT_SOFTIRQ, /* vector: softirq number */
	WW_WIRE_CONTEXT_HARDIRQ, /* vector: irq number */
	WW_WIRE_CONTEXT_HRTIMER, /* a high-resolution timer expired */
	WW_WIRE_CONTEXT_IPI,     /* a cross-CPU call */
	WW_WIRE_CONTEXT_N,
};

/* What the descriptor of a read or write leads to. 0 leaves room for recorders that do not say. */
enum ww_wire_file {
	WW_WIRE_FILE_UNKNOWN,
	WW_WIRE_FILE_REGULAR, /* a file or block device */
	WW_WIRE_FILE_PIPE,
	WW_WIRE_FILE_SOCKET,
	WW_WIRE_FILE_TTY,
	WW_WIRE_FILE_DEVICE, /* any other character device */
	WW_WIRE_FILE_EVENT,  /* eventfd, timerfd, inotify and the like: a file without a name */
	WW_WIRE_FILE_N,
};

/* How a thread left its CPU, for recorders that are told no more than that. */
enum ww_wire_left {
	WW_WIRE_LEFT_BLOCKED,   /* asleep or stopped, nobody knows which */
	WW_WIRE_LEFT_PREEMPTED, /* ready to run on: preempted, yielded or throttled */
	WW_WIRE_LEFT_ENDED,     /* it ended, and is not seen leaving */
	WW_WIRE_LEFT_N,
};

#define WW_WIRE_GROUP_DEAD_UNKNOWN 2
#define WW_WIRE_SYSCALL_NONE (-1) /* the thread was in user mode or in an exception */

#define WW_WIRE_HEADER(BITS, INT, TEXT)                          \
	INT(__u64, timestamp, "CLOCK_MONOTONIC nanoseconds")     \
	INT(__u8, id, "record kind, enum ww_wire_id")

/* clang-format off */
#define WW_WIRE_SWITCH(BITS, INT, TEXT)                                                                   \
	BITS(__u8, prev_state, 4, "enum ww_wire_state of the thread that left")                           \
	BITS(__u8, throttled, 1, "1: its cgroup's CPU quota is used up")                                  \
	BITS(__u8, in_iowait, 1, "1: it waits for a disk")                                                \
	BITS(__u8, preempted, 1, "1: it left inside the kernel without asking to")                        \
	BITS(__u8, in_fault, 1, "1: it left in an exception or interrupt, not in a system call")          \
	INT(__s16, syscall, "system call it was still inside, or WW_WIRE_SYSCALL_NONE")                   \
	BITS(__u32, prev_tid, 24, "thread that left; 0 is the idle thread")                               \
	BITS(__u32, syscall_arg1, 8, "of a read or write: enum ww_wire_file; else the second argument's low byte") \
	BITS(__u32, next_tid, 24, "thread that came; 0 is the idle thread")                               \
	BITS(__u32, next_prio, 8, "its kernel priority: 120 is nice 0, below 100 real time")              \
	INT(__u32, run_delay_ns, "its wait on the run queue by the scheduler's account, 2^32-1: longer")  \
	INT(__u64, syscall_arg0, "the call's first argument: a futex's address, a descriptor")

#define WW_WIRE_WAKING(BITS, INT, TEXT)                                                                   \
	INT(__u8, context, "enum ww_wire_context of the CPU that woke")                                   \
	INT(__u16, vector, "interrupt or softirq number, by context")                                     \
	INT(__s32, tid, "thread that was woken")                                                          \
	INT(__s32, waker_tid, "thread that was current on that CPU")                                      \
	INT(__u16, target_cpu, "CPU the woken thread is queued on so far")                                \
	INT(__u8, prio, "its kernel priority")                                                            \
	INT(__u8, reserved, "0")

#define WW_WIRE_WAKEUP(BITS, INT, TEXT)                                                                   \
	INT(__u8, prio, "kernel priority")                                                                \
	INT(__u16, target_cpu, "CPU whose run queue the thread now stands in")                            \
	INT(__s32, tid, "thread that was enqueued")

#define WW_WIRE_MIGRATE(BITS, INT, TEXT)                                                                  \
	INT(__u8, prio, "kernel priority")                                                                \
	INT(__u16, from_cpu, "CPU it left")                                                               \
	INT(__s32, tid, "thread that moved")                                                              \
	INT(__u16, to_cpu, "CPU it went to")                                                              \
	INT(__u16, reserved, "0")                                                                         \
	INT(__u32, reserved2, "0")

#define WW_WIRE_FORK(BITS, INT, TEXT)                                                                     \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, parent_tid, "thread that called")                                                      \
	INT(__s32, child_tid, "thread that came to be")                                                   \
	INT(__s32, child_pid, "process it belongs to; equal to child_tid for a new process")              \
	TEXT(comm, WW_WIRE_COMM_BYTES, "name of the child; empty: its parent's")

#define WW_WIRE_EXEC(BITS, INT, TEXT)                                                                     \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "thread after the call: the process's leader")                                    \
	INT(__s32, old_tid, "thread that called; -1: nobody knows")                                       \
	INT(__s32, pid, "process")                                                                        \
	TEXT(comm, WW_WIRE_COMM_BYTES, "new name")

#define WW_WIRE_EXIT(BITS, INT, TEXT)                                                                     \
	INT(__u8, group_dead, "1: the last thread of its process; 2: nobody knows")                       \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that began to die")                                                       \
	INT(__s32, pid, "process")                                                                        \
	INT(__u32, reserved2, "0")

#define WW_WIRE_RENAME(BITS, INT, TEXT)                                                                   \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "thread")                                                                         \
	TEXT(comm, WW_WIRE_COMM_BYTES, "new name")

#define WW_WIRE_TASK(BITS, INT, TEXT)                                                                     \
	BITS(__u8, state, 4, "enum ww_wire_state")                                                        \
	BITS(__u8, throttled, 1, "1: its cgroup's CPU quota is used up")                                  \
	BITS(__u8, in_iowait, 1, "1: it waits for a disk")                                                \
	BITS(__u8, on_cpu, 1, "1: it is running right now")                                               \
	BITS(__u8, is_kernel, 1, "1: a kernel thread")                                                    \
	INT(__s16, syscall, "system call it is inside, or WW_WIRE_SYSCALL_NONE")                          \
	INT(__s32, tid, "thread")                                                                         \
	INT(__s32, pid, "process")                                                                        \
	INT(__s32, parent_pid, "process that created it")                                                 \
	INT(__u16, cpu, "CPU it runs on, waits for or ran on last")                                       \
	INT(__u8, prio, "kernel priority")                                                                \
	INT(__u8, syscall_arg1, "as in a switch")                                                         \
	INT(__u32, reserved, "0")                                                                         \
	INT(__u64, start_time, "CLOCK_MONOTONIC nanoseconds at which it was created")                     \
	INT(__u64, syscall_arg0, "the call's first argument")                                             \
	TEXT(comm, WW_WIRE_COMM_BYTES, "name")

#define WW_WIRE_SCHED_IN(BITS, INT, TEXT)                                                                 \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "thread that came")

#define WW_WIRE_SCHED_OUT(BITS, INT, TEXT)                                                                \
	INT(__u8, left, "enum ww_wire_left")                                                              \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that left")

/* RECORD(ID, name, FIELDS, size in bytes, doc). The order is the id: append, never reorder. */
#define WW_WIRE_RECORDS(RECORD)                                                                           \
	RECORD(SWITCH, switch, WW_WIRE_SWITCH, 32, "a CPU changed threads")                               \
	RECORD(WAKING, waking, WW_WIRE_WAKING, 24, "somebody decided to wake a thread")                   \
	RECORD(WAKEUP, wakeup, WW_WIRE_WAKEUP, 16, "the woken thread stands in a run queue")              \
	RECORD(WAKEUP_NEW, wakeup_new, WW_WIRE_WAKING, 24, "a new thread stands in a run queue")          \
	RECORD(MIGRATE, migrate, WW_WIRE_MIGRATE, 24, "a thread moved to another CPU")                    \
	RECORD(FORK, fork, WW_WIRE_FORK, 40, "a thread or process came to be")                            \
	RECORD(EXEC, exec, WW_WIRE_EXEC, 40, "a process became another program")                          \
	RECORD(EXIT, exit, WW_WIRE_EXIT, 24, "a thread began to die")                                     \
	RECORD(RENAME, rename, WW_WIRE_RENAME, 32, "a thread changed its name")                           \
	RECORD(TASK, task, WW_WIRE_TASK, 64, "a thread that was there when the recording began")   \
	RECORD(SCHED_IN, sched_in, WW_WIRE_SCHED_IN, 16, "a thread came to a CPU; what was there is not known") \
	RECORD(SCHED_OUT, sched_out, WW_WIRE_SCHED_OUT, 16, "a thread left a CPU; what came there is not known")
/* clang-format on */

enum ww_wire_id {
#define WW_WIRE_ID(ID, name, FIELDS, size, doc) WW_WIRE_ID_##ID,
	WW_WIRE_RECORDS(WW_WIRE_ID)
#undef WW_WIRE_ID
	WW_WIRE_ID_N,
};

#define WW_WIRE_C_BITS(ctype, field, n_bits, doc) ctype field : n_bits;
#define WW_WIRE_C_INT(ctype, field, doc) ctype field;
#define WW_WIRE_C_TEXT(field, length, doc) char field[length];
#define WW_WIRE_C_STRUCT(ID, name, FIELDS, size, doc)                         \
	struct ww_wire_##name {                                               \
		WW_WIRE_HEADER(WW_WIRE_C_BITS, WW_WIRE_C_INT, WW_WIRE_C_TEXT) \
		FIELDS(WW_WIRE_C_BITS, WW_WIRE_C_INT, WW_WIRE_C_TEXT)         \
	};                                                                    \
	_Static_assert(sizeof(struct ww_wire_##name) == (size), "record " #name " has padding or lost some");
WW_WIRE_RECORDS(WW_WIRE_C_STRUCT)
#undef WW_WIRE_C_STRUCT
#undef WW_WIRE_C_TEXT
#undef WW_WIRE_C_INT
#undef WW_WIRE_C_BITS

#ifndef __bpf__
/* The same table as data, for whoever writes metadata or documentation. */
enum ww_wire_field_kind {
	WW_WIRE_FIELD_BITS,
	WW_WIRE_FIELD_INT,
	WW_WIRE_FIELD_TEXT,
};

struct ww_wire_field {
	const char *name;
	const char *doc;
	enum ww_wire_field_kind kind;
	unsigned int size; /* bits of an integer, bytes of a text */
	_Bool is_signed;
};

struct ww_wire_record {
	const char *name;
	const char *doc;
	unsigned int size_bytes;
	unsigned int n_fields; /* the header's not counted */
	const struct ww_wire_field *fields;
};

extern const struct ww_wire_record ww_wire_records[WW_WIRE_ID_N];
#endif

#endif

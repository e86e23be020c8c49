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
 * Timestamps are CLOCK_MONOTONIC nanoseconds. Thread ids are the kernel's own (root pid namespace) and fit 22 bits, because
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

/* Where memory is short: what a thread does about it instead of its own work. */
enum ww_wire_reclaim {
	WW_WIRE_RECLAIM_DIRECT,     /* it frees memory of the whole machine */
	WW_WIRE_RECLAIM_CGROUP,     /* of its control group, which is at its limit */
	WW_WIRE_RECLAIM_NODE,       /* of its NUMA node */
	WW_WIRE_RECLAIM_COMPACTION, /* it moves pages to make room for a large one */
	WW_WIRE_RECLAIM_N,
};

/* From where a timeout counts. */
enum ww_wire_timeout_kind {
	WW_WIRE_TIMEOUT_RELATIVE,  /* from the call on */
	WW_WIRE_TIMEOUT_MONOTONIC, /* until this time of CLOCK_MONOTONIC */
	WW_WIRE_TIMEOUT_REALTIME,  /* until this Unix time */
	WW_WIRE_TIMEOUT_OTHER,     /* until this time of another clock */
	WW_WIRE_TIMEOUT_N,
};

/* Whose frames a stack has. */
enum ww_wire_stack_kind {
	WW_WIRE_STACK_USER,
	WW_WIRE_STACK_KERNEL,
	WW_WIRE_STACK_N,
};

#define WW_WIRE_FRAMES 8       /* of a frames record */
#define WW_WIRE_PATH_BYTES 128 /* a longer path keeps its end */

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
	BITS(__u32, next_tid, 22, "thread that came; 0 is the idle thread")                               \
	BITS(__u32, next_class, 2, "its scheduling class: 0 fair, 1 idle policy, 2 real time, 3 deadline")  \
	BITS(__u32, next_prio, 8, "its kernel priority: 120 is nice 0, below 100 real time")              \
	INT(__u32, run_delay_ns, "its wait on the run queue by the scheduler's account, 2^32-1: longer")  \
	INT(__u64, syscall_arg0, "the call's first argument: a futex's address, a descriptor")

#define WW_WIRE_WAKING(BITS, INT, TEXT)                                                                   \
	INT(__u8, context, "enum ww_wire_context of the CPU that woke")                                   \
	INT(__u16, vector, "interrupt or softirq number, by context; of a task the softirq inside of its call that sends") \
	INT(__s32, tid, "thread that was woken")                                                          \
	INT(__s32, waker_tid, "thread that was current on that CPU")                                      \
	INT(__u16, target_cpu, "CPU the woken thread is queued on so far")                                \
	INT(__u8, prio, "its kernel priority")                                                            \
	INT(__u8, is_enqueued, "1: it stood in that run queue at once; no wakeup record follows")

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
	TEXT(comm, WW_WIRE_COMM_BYTES, "name")                                                            \
	INT(__u64, cgroup, "its control group in the hierarchy of the CPU controller; 0: nobody knows")     \
	INT(__u64, allowed_cpus, "bit n: it may run on CPU n; of the first 64, 0: nobody knows")          \
	INT(__u64, instruction, "address at which its user code entered the kernel; 0: nobody knows")    \
	INT(__u64, stack_pointer, "of its user code then")                                                \
	INT(__u64, frame_pointer, "of its user code then")

#define WW_WIRE_SCHED_IN(BITS, INT, TEXT)                                                                 \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "thread that came")

#define WW_WIRE_SCHED_OUT(BITS, INT, TEXT)                                                                \
	INT(__u8, left, "enum ww_wire_left")                                                              \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that left")

#define WW_WIRE_INTERRUPT(BITS, INT, TEXT)                                                                \
	INT(__u8, context, "enum ww_wire_context: what interrupted; the record's time is its end")        \
	INT(__u16, vector, "interrupt or softirq number, by context")                                     \
	INT(__u32, duration_ns, "how long it took, with what interrupted it; 2^32-1: longer")             \
	INT(__u64, function, "kernel address of a timer's or an interrupt's handler, or 0")

#define WW_WIRE_SETPRIO(BITS, INT, TEXT)                                                                  \
	INT(__u8, old_prio, "its kernel priority until now")                                              \
	INT(__u16, new_prio, "from now on")                                                               \
	INT(__s32, tid, "thread that is lent a priority, gives it back, or has another one set")          \
	INT(__s32, donor_tid, "thread that waits for it and lends; 0: nobody")                            \
	INT(__u32, reserved, "0")

#define WW_WIRE_LOCK_BEGIN(BITS, INT, TEXT)                                                               \
	INT(__u8, flags, "the kernel's: 1 spins, 2 reads, 4 writes, 8 real time, 16 per CPU, 32 mutex")   \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that found a lock of the kernel taken")                                   \
	INT(__u64, lock, "its kernel address")                                                            \
	INT(__s32, owner_tid, "thread that holds it; 0: readers, or nobody knows")                        \
	INT(__u32, reserved2, "0")

#define WW_WIRE_LOCK_END(BITS, INT, TEXT)                                                                 \
	INT(__u8, has_failed, "1: it gave up, as after a signal")                                         \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that waited")                                                             \
	INT(__u64, lock, "kernel address of the lock")

#define WW_WIRE_BLOCKED_ON(BITS, INT, TEXT)                                                               \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "thread that leaves its CPU in the switch that follows")                          \
	INT(__u64, lock, "kernel address of the mutex it sleeps for")                                     \
	INT(__s32, owner_tid, "thread that holds it; 0: nobody any more")                                 \
	INT(__u32, reserved3, "0")

#define WW_WIRE_TIMEOUT(BITS, INT, TEXT)                                                                  \
	INT(__u8, kind, "enum ww_wire_timeout_kind")                                                           \
	INT(__s16, syscall, "the call that has it")                                                       \
	INT(__s32, tid, "thread that leaves its CPU in the switch that follows")                          \
	INT(__s64, timeout_ns, "after which it will wait no longer")

#define WW_WIRE_STACK(BITS, INT, TEXT)                                                                    \
	INT(__u8, kind, "enum ww_wire_stack_kind")                                                             \
	INT(__u16, n_frames, "how many it has; it may go on above")                                       \
	INT(__s32, tid, "thread: of the next record with its tid, or as it was when the recording began") \
	INT(__u64, stack, "number of the stack: see frames")

#define WW_WIRE_FRAMES_OF(BITS, INT, TEXT)                                                                \
	INT(__u8, kind, "enum ww_wire_stack_kind")                                                             \
	INT(__u16, first, "place of frame0 in the stack; 0 is the innermost")                             \
	INT(__u32, pid, "process whose addresses these are")                                              \
	INT(__u64, stack, "number of the stack")                                                          \
	INT(__u64, frame0, "return address; 0: the stack has no more")                                    \
	INT(__u64, frame1, "its caller's, and so on")                                                     \
	INT(__u64, frame2, "")                                                                            \
	INT(__u64, frame3, "")                                                                            \
	INT(__u64, frame4, "")                                                                            \
	INT(__u64, frame5, "")                                                                            \
	INT(__u64, frame6, "")                                                                            \
	INT(__u64, frame7, "")

#define WW_WIRE_PAGE_FAULT(BITS, INT, TEXT)                                                               \
	INT(__u8, error, "the CPU's code: bit 0 page was there, 1 write, 2 user code, 4 instruction")     \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that touched the page")                                                   \
	INT(__u64, address, "what it touched")

#define WW_WIRE_RECLAIM_BEGIN(BITS, INT, TEXT)                                                            \
	INT(__u8, kind, "enum ww_wire_reclaim")                                                           \
	INT(__s16, order, "pages wanted are 2 to this; -1: nobody knows")                                 \
	INT(__s32, tid, "thread that does it")

#define WW_WIRE_RECLAIM_END(BITS, INT, TEXT)                                                              \
	INT(__u8, kind, "enum ww_wire_reclaim")                                                           \
	INT(__s16, status, "of a compaction, the kernel's number")                                        \
	INT(__s32, tid, "thread that did it")                                                             \
	INT(__u64, n_pages, "pages freed; 0 for a compaction")

#define WW_WIRE_DISK_REQUEST(BITS, INT, TEXT)                                                             \
	INT(__u8, operation, "the kernel's: 0 read, 1 write, 2 flush, 3 discard")                         \
	INT(__u16, status, "0: well, else the kernel's number of the error")                              \
	INT(__s32, tid, "current thread: in a start, whose request it is")                                \
	INT(__u64, request, "names the request from its start to its completion")                         \
	INT(__u64, sector, "of 512 bytes, from the device's begin")                                       \
	INT(__u32, n_bytes, "how much")                                                                   \
	INT(__u32, device, "of the disk: major number times 2^20 plus minor number")

#define WW_WIRE_WORK(BITS, INT, TEXT)                                                                     \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "current thread")                                                                 \
	INT(__u64, work, "kernel address that names the item")                                            \
	INT(__u64, function, "kernel address of what it calls")

#define WW_WIRE_WORK_END(BITS, INT, TEXT)                                                                 \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__s32, tid, "worker")                                                                         \
	INT(__u64, work, "kernel address that named the item")

#define WW_WIRE_CPU_IDLE(BITS, INT, TEXT)                                                                 \
	INT(__u8, idle_state, "the kernel's number of the idle state; the record's time is its end")           \
	INT(__u16, reserved, "0")                                                                         \
	INT(__u32, reserved2, "0")                                                                        \
	INT(__u64, duration_ns, "how long the CPU was in it")

#define WW_WIRE_AFFINITY(BITS, INT, TEXT)                                                                 \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, n_allowed, "number of CPUs it may run on")                                             \
	INT(__s32, tid, "thread whose set of CPUs is another one since its last record")                  \
	INT(__u64, allowed_cpus, "bit n: CPU n; of the first 64")

#define WW_WIRE_CGROUP(BITS, INT, TEXT)                                                                   \
	INT(__u8, is_process, "1: all threads of the process go")                                         \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that goes to another control group")                                      \
	INT(__u64, cgroup, "to this one")

#define WW_WIRE_CGROUP_NAME(BITS, INT, TEXT)                                                              \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__u32, reserved3, "0")                                                                        \
	INT(__u64, cgroup, "control group of the CPU controller: inode number of its directory")          \
	TEXT(path, WW_WIRE_PATH_BYTES, "its path below the mount")

#define WW_WIRE_DESCRIPTOR(BITS, INT, TEXT)                                                               \
	INT(__u8, kind, "enum ww_wire_file")                                                              \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, tid, "thread that waits for it in the switch that follows")                            \
	INT(__s32, pid, "its process")                                                                    \
	INT(__s32, descriptor, "number")                                                                  \
	INT(__u64, inode, "inode number of what is behind it")

#define WW_WIRE_FILE_NAME(BITS, INT, TEXT)                                                                \
	INT(__u8, kind, "enum ww_wire_file")                                                              \
	INT(__u16, reserved, "0")                                                                         \
	INT(__s32, pid, "process")                                                                        \
	INT(__s32, descriptor, "number in it")                                                            \
	INT(__u32, reserved2, "0")                                                                        \
	INT(__u64, inode, "inode number, as in descriptor")                                               \
	TEXT(path, WW_WIRE_PATH_BYTES, "path; of a socket its ends, of a pipe who else has it")

#define WW_WIRE_THROTTLE_TOTAL(BITS, INT, TEXT)                                                           \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, reserved2, "0")                                                                        \
	INT(__u32, reserved3, "0")                                                                        \
	INT(__u64, cgroup, "control group")                                                               \
	INT(__u64, n_throttled, "periods in which its quota did not suffice, so far")                     \
	INT(__u64, throttled_us, "time that its threads were kept from running, by its own account")

#define WW_WIRE_STEAL(BITS, INT, TEXT)                                                                    \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, cpu, "CPU of a virtual machine")                                                       \
	INT(__u32, reserved2, "0")                                                                        \
	INT(__u64, steal_ns, "time that the host gave to others while this CPU wanted to run, so far")

#define WW_WIRE_SYSCALL_ENTER(BITS, INT, TEXT)                                                            \
	INT(__u8, reserved, "0")                                                                          \
	INT(__s16, syscall, "number")                                                                     \
	INT(__s32, tid, "thread")                                                                         \
	INT(__u64, arg0, "first argument")                                                                \
	INT(__u64, arg1, "second")                                                                        \
	INT(__u64, arg2, "third")

#define WW_WIRE_SYSCALL_EXIT(BITS, INT, TEXT)                                                             \
	INT(__u8, reserved, "0")                                                                          \
	INT(__s16, syscall, "number")                                                                     \
	INT(__s32, tid, "thread")                                                                         \
	INT(__s64, result, "what it returned; negative: an error")

#define WW_WIRE_IRQ_NAME(BITS, INT, TEXT)                                                                 \
	INT(__u8, reserved, "0")                                                                          \
	INT(__u16, irq, "interrupt number")                                                               \
	INT(__u32, reserved2, "0")                                                                        \
	TEXT(name, 32, "of the device")

/*
 * RECORD(ID, name, FIELDS, size in bytes, streams, doc). The order is the id: append, never reorder.
 * Streams: CPU, one per CPU, tells what happened there in the order of time; ASIDE, one, what was looked up beside it.
 */
#define WW_WIRE_RECORDS(RECORD)                                                                           \
	RECORD(SWITCH, switch, WW_WIRE_SWITCH, 32, CPU, "a CPU changed threads")                                 \
	RECORD(WAKING, waking, WW_WIRE_WAKING, 24, CPU, "somebody decided to wake a thread")                     \
	RECORD(WAKEUP, wakeup, WW_WIRE_WAKEUP, 16, CPU, "the woken thread stands in a run queue")                \
	RECORD(WAKEUP_NEW, wakeup_new, WW_WIRE_WAKING, 24, CPU, "a new thread stands in a run queue")            \
	RECORD(MIGRATE, migrate, WW_WIRE_MIGRATE, 24, CPU, "a thread moved to another CPU")                      \
	RECORD(FORK, fork, WW_WIRE_FORK, 40, CPU, "a thread or process came to be")                              \
	RECORD(EXEC, exec, WW_WIRE_EXEC, 40, CPU, "a process became another program")                            \
	RECORD(EXIT, exit, WW_WIRE_EXIT, 24, CPU, "a thread began to die")                                       \
	RECORD(RENAME, rename, WW_WIRE_RENAME, 32, CPU, "a thread changed its name")                             \
	RECORD(TASK, task, WW_WIRE_TASK, 104, ASIDE, "a thread that was there when the recording began")         \
	RECORD(SCHED_IN, sched_in, WW_WIRE_SCHED_IN, 16, CPU, "a thread came to a CPU; what was there is not known")\
	RECORD(SCHED_OUT, sched_out, WW_WIRE_SCHED_OUT, 16, CPU, "a thread left a CPU; what came there is not known")\
	RECORD(INTERRUPT, interrupt, WW_WIRE_INTERRUPT, 24, CPU, "a CPU did something else than its thread")     \
	RECORD(SETPRIO, setprio, WW_WIRE_SETPRIO, 24, CPU, "the priority of a thread changed")                   \
	RECORD(LOCK_BEGIN, lock_begin, WW_WIRE_LOCK_BEGIN, 32, CPU, "a wait for a lock of the kernel began")     \
	RECORD(LOCK_END, lock_end, WW_WIRE_LOCK_END, 24, CPU, "a wait for a lock of the kernel ended")           \
	RECORD(BLOCKED_ON, blocked_on, WW_WIRE_BLOCKED_ON, 32, CPU, "a thread sleeps for a mutex of the kernel") \
	RECORD(TIMEOUT, timeout, WW_WIRE_TIMEOUT, 24, CPU, "a thread sleeps for so long at most")                \
	RECORD(STACK, stack, WW_WIRE_STACK, 24, BOTH, "where a thread was")                                      \
	RECORD(FRAMES, frames, WW_WIRE_FRAMES_OF, 88, ASIDE, "eight frames of a stack, told once")               \
	RECORD(PAGE_FAULT, page_fault, WW_WIRE_PAGE_FAULT, 24, CPU, "a thread touched a page that was not mapped")\
	RECORD(RECLAIM_BEGIN, reclaim_begin, WW_WIRE_RECLAIM_BEGIN, 16, CPU, "a thread has to make free memory") \
	RECORD(RECLAIM_END, reclaim_end, WW_WIRE_RECLAIM_END, 24, CPU, "it did")                                 \
	RECORD(DISK_START, disk_start, WW_WIRE_DISK_REQUEST, 40, CPU, "a request for a disk came to be")         \
	RECORD(DISK_ISSUE, disk_issue, WW_WIRE_DISK_REQUEST, 40, CPU, "it went to the device")                   \
	RECORD(DISK_COMPLETE, disk_complete, WW_WIRE_DISK_REQUEST, 40, CPU, "the device is done with it, or with a part")\
	RECORD(WORK_QUEUE, work_queue, WW_WIRE_WORK, 32, CPU, "a thread left work to a worker of the kernel")    \
	RECORD(WORK_BEGIN, work_begin, WW_WIRE_WORK, 32, CPU, "a worker began it")                               \
	RECORD(WORK_END, work_end, WW_WIRE_WORK_END, 24, CPU, "a worker ended it")                               \
	RECORD(CPU_IDLE, cpu_idle, WW_WIRE_CPU_IDLE, 24, CPU, "a CPU slept")                                     \
	RECORD(AFFINITY, affinity, WW_WIRE_AFFINITY, 24, BOTH, "a thread may run on other CPUs than before")     \
	RECORD(CGROUP, cgroup, WW_WIRE_CGROUP, 24, CPU, "a thread went to another control group")                \
	RECORD(CGROUP_NAME, cgroup_name, WW_WIRE_CGROUP_NAME, 152, ASIDE, "a control group and its name")        \
	RECORD(DESCRIPTOR, descriptor, WW_WIRE_DESCRIPTOR, 32, CPU, "a descriptor that was not met before")      \
	RECORD(FILE_NAME, file_name, WW_WIRE_FILE_NAME, 160, ASIDE, "what is behind a descriptor")               \
	RECORD(THROTTLE_TOTAL, throttle_total, WW_WIRE_THROTTLE_TOTAL, 40, ASIDE, "a control group's quota did not suffice")\
	RECORD(STEAL, steal, WW_WIRE_STEAL, 24, ASIDE, "a virtual CPU had to wait for a real one")               \
	RECORD(SYSCALL_ENTER, syscall_enter, WW_WIRE_SYSCALL_ENTER, 40, CPU, "a system call began")              \
	RECORD(SYSCALL_EXIT, syscall_exit, WW_WIRE_SYSCALL_EXIT, 24, CPU, "a system call ended")                 \
	RECORD(IRQ_NAME, irq_name, WW_WIRE_IRQ_NAME, 48, ASIDE, "an interrupt and its name")
/* clang-format on */

enum ww_wire_id {
#define WW_WIRE_ID(ID, name, FIELDS, size, streams, doc) WW_WIRE_ID_##ID,
	WW_WIRE_RECORDS(WW_WIRE_ID)
#undef WW_WIRE_ID
	WW_WIRE_ID_N,
};

#define WW_WIRE_C_BITS(ctype, field, n_bits, doc) ctype field : n_bits;
#define WW_WIRE_C_INT(ctype, field, doc) ctype field;
#define WW_WIRE_C_TEXT(field, length, doc) char field[length];
#define WW_WIRE_C_STRUCT(ID, name, FIELDS, size, streams, doc)                         \
	struct ww_wire_##name {                                               \
		WW_WIRE_HEADER(WW_WIRE_C_BITS, WW_WIRE_C_INT, WW_WIRE_C_TEXT) \
		FIELDS(WW_WIRE_C_BITS, WW_WIRE_C_INT, WW_WIRE_C_TEXT)         \
	};                                                                    \
	_Static_assert(sizeof(struct ww_wire_##name) == (size), "record " #name " has padding or lost some");
WW_WIRE_RECORDS(WW_WIRE_C_STRUCT)

/* Of any record: all begin alike. */
struct ww_wire_header {
	WW_WIRE_HEADER(WW_WIRE_C_BITS, WW_WIRE_C_INT, WW_WIRE_C_TEXT)
};
#undef WW_WIRE_C_STRUCT
#undef WW_WIRE_C_TEXT
#undef WW_WIRE_C_INT
#undef WW_WIRE_C_BITS

#ifndef __bpf__
static inline enum ww_wire_id ww_wire_id_of(const void *record)
{
	return (enum ww_wire_id)((const struct ww_wire_header *)record)->id;
}

static inline __u64 ww_wire_timestamp_of(const void *record)
{
	return ((const struct ww_wire_header *)record)->timestamp;
}

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

enum ww_wire_streams {
	WW_WIRE_STREAMS_CPU = 1,
	WW_WIRE_STREAMS_ASIDE = 2,
	WW_WIRE_STREAMS_BOTH = WW_WIRE_STREAMS_CPU | WW_WIRE_STREAMS_ASIDE,
};

struct ww_wire_record {
	enum ww_wire_streams streams;
	const char *name;
	const char *doc;
	unsigned int size_bytes;
	unsigned int n_fields; /* the header's not counted */
	const struct ww_wire_field *fields;
};

extern const struct ww_wire_record ww_wire_records[WW_WIRE_ID_N];
#endif

#endif

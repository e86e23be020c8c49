/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * The system call in which a thread leaves its CPU, without a hook on system calls: the registers
 * saved at the entry into the kernel still hold its number and arguments.
 */
#ifndef WW_TRACER_BPF_CALLS_BPF_H
#define WW_TRACER_BPF_CALLS_BPF_H

#include "tracer/bpf/ring.bpf.h"
#include "tracer/bpf/targets.bpf.h"

#include <bpf/bpf_core_read.h>

struct call {
	struct pt_regs *regs;
	u64 arg0;
	u64 inode;  /* of a read or write: what is behind its descriptor */
	s32 number; /* WW_WIRE_SYSCALL_NONE */
	u8 arg1;
	_Bool in_fault;
	_Bool has_file; /* arg1 is an enum ww_wire_file */
};

/* read, write, readv, writev: calls whose second argument, a buffer, names nothing. */
#define FILE_CALLS (1u << 0 | 1u << 1 | 1u << 19 | 1u << 20)

static __always_inline _Bool is_tty(u32 device)
{
	u32 major = device >> 20;

	return major == 4 || major == 5 || (major >= 136 && major <= 143);
}

/* Set before loading: the kernel has bpf_rdonly_cast() (6.2). A pointer it gives is read as fast as
 * any other; without it each member takes a call. */
const volatile _Bool has_cast = 0;

extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym __weak;

#define READ(pointer, member) (has_cast ? (pointer)->member : BPF_CORE_READ(pointer, member))

static __always_inline u8 file_kind(struct inode *inode)
{
	u16 type = READ(inode, i_mode) & S_IFMT;

	if (type == S_IFIFO)
		return WW_WIRE_FILE_PIPE;
	if (type == S_IFSOCK)
		return WW_WIRE_FILE_SOCKET;
	if (!type || (READ(inode, i_flags) & S_ANON_INODE))
		return WW_WIRE_FILE_EVENT;
	if (type == S_IFREG || type == S_IFBLK)
		return WW_WIRE_FILE_REGULAR;
	if (type == S_IFCHR)
		return is_tty(READ(inode, i_rdev)) ? WW_WIRE_FILE_TTY : WW_WIRE_FILE_DEVICE;
	return WW_WIRE_FILE_UNKNOWN;
}

/* The table may be swapped or the file closed by another thread meanwhile: what is read may be
 * nothing any more, and then reads as 0. */
static __always_inline struct inode *inode_of(struct task_struct *task, u64 descriptor)
{
	struct fdtable *table = task->files->fdt;
	struct file *file = 0;

	if (descriptor >= table->max_fds)
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + descriptor);
	if (!file)
		return 0;
	if (has_cast)
		file = bpf_rdonly_cast(file, bpf_core_type_id_kernel(struct file));
	return READ(file, f_inode);
}

static __always_inline void read_file(struct task_struct *task, struct call *call)
{
	struct inode *inode = inode_of(task, (u32)call->arg0);

	call->has_file = 1;
	call->arg1 = WW_WIRE_FILE_UNKNOWN;
	if (!inode)
		return;
	call->arg1 = file_kind(inode);
	call->inode = READ(inode, i_ino);
}

/*
 * ax holds -ENOSYS until the call has its result, so anything else means that the thread is on its
 * way out; orig_ax is negative after an exception or interrupt.
 */
static __always_inline void read_call(struct task_struct *task, struct call *call)
{
	struct pt_regs *regs;
	long number;

	call->number = WW_WIRE_SYSCALL_NONE;
	if (!task->pid || (task->flags & PF_KTHREAD))
		return;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	call->regs = regs;
	number = (long)regs->orig_ax;
	call->in_fault = number < 0;
	if (number < 0 || number > 0x7fff || (long)regs->ax != -ENOSYS)
		return;
	call->number = number;
	call->arg0 = regs->di;
	if (number < 32 && (FILE_CALLS >> number & 1))
		read_file(task, call);
	else
		call->arg1 = (u8)regs->si;
}

/* Where a call has its timeout, and what that is. */
struct timeout {
	u64 address; /* of a timespec, or 0 */
	s64 ns;      /* when @address is 0; negative: none */
	u8 kind;     /* enum ww_wire_timeout_kind */
};

#define NS_PER_MS 1000000ll
#define NS_PER_S 1000000000ll

#define TIMER_ABSTIME 1
#define FUTEX_CMD_MASK 0x7f
#define FUTEX_WAIT 0
#define FUTEX_LOCK_PI 6
#define FUTEX_WAIT_BITSET 9
#define FUTEX_WAIT_REQUEUE_PI 11
#define FUTEX_LOCK_PI2 13
#define FUTEX_CLOCK_REALTIME 256

enum {
	NR_POLL = 7,
	NR_SELECT = 23,
	NR_NANOSLEEP = 35,
	NR_RT_SIGTIMEDWAIT = 128,
	NR_FUTEX = 202,
	NR_SEMTIMEDOP = 220,
	NR_CLOCK_NANOSLEEP = 230,
	NR_EPOLL_WAIT = 232,
	NR_MQ_TIMEDSEND = 242,
	NR_MQ_TIMEDRECEIVE = 243,
	NR_PSELECT6 = 270,
	NR_PPOLL = 271,
	NR_EPOLL_PWAIT = 281,
	NR_EPOLL_PWAIT2 = 441,
	NR_FUTEX_WAITV = 449,
};

static __always_inline u8 timeout_kind(u64 clock)
{
	if (clock == 1)
		return WW_WIRE_TIMEOUT_MONOTONIC;
	return clock == 0 ? WW_WIRE_TIMEOUT_REALTIME : WW_WIRE_TIMEOUT_OTHER;
}

static __always_inline struct timeout futex_timeout(struct pt_regs *regs)
{
	struct timeout timeout = { .address = regs->r10, .ns = -1 };
	u32 operation = regs->si;

	timeout.kind = timeout_kind(operation & FUTEX_CLOCK_REALTIME ? 0 : 1);
	switch (operation & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		timeout.kind = WW_WIRE_TIMEOUT_RELATIVE;
		break;
	case FUTEX_LOCK_PI:
		timeout.kind = WW_WIRE_TIMEOUT_REALTIME;
		break;
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case FUTEX_LOCK_PI2:
		break;
	default: /* this operation's fourth argument is another one */
		timeout.address = 0;
	}
	return timeout;
}

static __always_inline struct timeout find_timeout(s32 number, struct pt_regs *regs)
{
	struct timeout timeout = { .ns = -1, .kind = WW_WIRE_TIMEOUT_RELATIVE };

	switch (number) {
	case NR_FUTEX:
		return futex_timeout(regs);
	case NR_FUTEX_WAITV:
		timeout.address = regs->r10;
		timeout.kind = timeout_kind(regs->r8);
		break;
	case NR_POLL:
		timeout.ns = (s64)(s32)regs->dx * NS_PER_MS;
		break;
	case NR_EPOLL_WAIT:
	case NR_EPOLL_PWAIT:
		timeout.ns = (s64)(s32)regs->r10 * NS_PER_MS;
		break;
	case NR_NANOSLEEP:
		timeout.address = regs->di;
		break;
	case NR_CLOCK_NANOSLEEP:
		timeout.address = regs->dx;
		if (regs->si & TIMER_ABSTIME)
			timeout.kind = timeout_kind(regs->di);
		break;
	case NR_RT_SIGTIMEDWAIT:
	case NR_PPOLL:
		timeout.address = regs->dx;
		break;
	case NR_SEMTIMEDOP:
	case NR_EPOLL_PWAIT2:
		timeout.address = regs->r10;
		break;
	case NR_SELECT:
	case NR_PSELECT6:
		timeout.address = regs->r8;
		break;
	case NR_MQ_TIMEDSEND:
	case NR_MQ_TIMEDRECEIVE:
		timeout.address = regs->r8;
		timeout.kind = WW_WIRE_TIMEOUT_REALTIME;
		break;
	}
	return timeout;
}

/* Memory of the current thread. select() counts microseconds. */
static __always_inline s64 read_timespec(s32 number, u64 address)
{
	struct {
		s64 s, fraction;
	} time;

	if (bpf_probe_read_user(&time, sizeof(time), (void *)address))
		return -1;
	return time.s * NS_PER_S + time.fraction * (number == NR_SELECT ? 1000 : 1);
}

static __always_inline void record_timeout(struct ww_ring *ring, u64 now_ns, s32 tid,
					   const struct call *call)
{
	struct timeout timeout = find_timeout(call->number, call->regs);
	struct ww_wire_timeout *record;

	if (timeout.address)
		timeout.ns = read_timespec(call->number, timeout.address);
	if (timeout.ns < 0)
		return;
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return;
	*record = (struct ww_wire_timeout){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_TIMEOUT,
		.kind = timeout.kind,
		.syscall = call->number,
		.tid = tid,
		.timeout_ns = timeout.ns,
	};
	ww_ring_end(ring);
}

/* Descriptors that were told: one word each, by hash; another one in its place is told again. */
#define MAX_TOLD 16384

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_TOLD);
	__type(key, u32);
	__type(value, u64);
} told_descriptors SEC(".maps");

#define HASH_FACTOR 0x9e3779b97f4a7c15ull

static __always_inline void record_descriptor(struct ww_ring *ring, u64 now_ns,
					      struct task_struct *task, u32 descriptor, u8 kind,
					      u64 inode)
{
	u32 pid = task->tgid;
	u64 hash = ((u64)pid << 32 ^ descriptor ^ inode * HASH_FACTOR) * HASH_FACTOR;
	u32 slot = hash >> 50;
	u64 *told = bpf_map_lookup_elem(&told_descriptors, &slot);
	struct ww_wire_descriptor *record;

	if (!told || *told == hash)
		return;
	if (ww_target_has(pid)) {
		record = ww_ring_begin(ring, sizeof(*record));
		if (!record)
			return;
		*record = (struct ww_wire_descriptor){
			.timestamp = now_ns,
			.id = WW_WIRE_ID_DESCRIPTOR,
			.kind = kind,
			.tid = task->pid,
			.pid = pid,
			.descriptor = descriptor,
			.inode = inode,
		};
		ww_ring_end(ring);
	}
	*told = hash;
}

/*
 * Calls whose first argument is a descriptor, besides reads and writes: ioctl, pread64, pwrite64,
 * sendfile, connect to recvmsg without shutdown, fcntl to fdatasync, the waits of epoll, splice,
 * tee, vmsplice, accept4, preadv to recvmmsg, sendmmsg, io_uring_enter. One without a descriptor
 * there does no harm: it leads to nothing.
 */
#define BIT(number) (1ull << (number))
#define DESCRIPTOR_CALLS                                                                           \
	(BIT(16) | BIT(17) | BIT(18) | BIT(40) | BIT(42) | BIT(43) | BIT(44) | BIT(45) | BIT(46) | \
	 BIT(47))

static __always_inline _Bool has_descriptor(s32 number)
{
	if (number < 64)
		return DESCRIPTOR_CALLS >> (number & 63) & 1;
	return (number >= 72 && number <= 75) || number == NR_EPOLL_WAIT ||
	       number == NR_EPOLL_PWAIT || number == NR_EPOLL_PWAIT2 || number == 275 ||
	       number == 276 || number == 278 || number == 288 || number == 295 || number == 296 ||
	       number == 299 || number == 307 || number == 426;
}

/* Of the target's threads only: what is behind a read or write is known anyway, this is looked up.
 */
static __always_inline void record_other_descriptor(struct ww_ring *ring, u64 now_ns,
						    struct task_struct *task,
						    const struct call *call)
{
	struct inode *inode;

	if (!has_descriptor(call->number) || !ww_target_has(task->tgid))
		return;
	inode = inode_of(task, (u32)call->arg0);
	if (inode)
		record_descriptor(ring, now_ns, task, call->arg0, file_kind(inode),
				  READ(inode, i_ino));
}

#endif

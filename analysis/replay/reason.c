// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay/reason.h"

#include <glib.h>

#include "analysis/replay/clues.h"

/* The calls with a rule of their own, by x86-64's numbers: what a trace holds does not depend on
 * who reads it. */
enum {
	NR_READ = 0,
	NR_WRITE = 1,
	NR_IOCTL = 16,
	NR_READV = 19,
	NR_WRITEV = 20,
	NR_SELECT = 23,
	NR_CLONE = 56,
	NR_FCNTL = 72,
	NR_FUTEX = 202,
	NR_POLL = 7,
	NR_PSELECT6 = 270,
	NR_PPOLL = 271,
	NR_IO_URING_ENTER = 426,
	NR_FUTEX_WAITV = 449,
	NR_FUTEX_WAIT = 455,
	NR_FUTEX_REQUEUE = 456,
	NR_LAST = 461,
};

#define CLONE_VFORK_FLAG 0x4000
#define FCNTL_SETLKW 7
#define FCNTL_OFD_SETLKW 38
#define FUTEX_COMMAND_MASK 0x7f
#define FUTEX_LOCK_PI 6
#define FUTEX_LOCK_PI2 13

enum object {
	OBJECT_NONE,
	OBJECT_FD,
	OBJECT_FILE, /* a descriptor, and the reason is by what it leads to */
	OBJECT_ADDRESS,
};

struct call {
	uint8_t asleep;          /* enum ww_reason in state S */
	uint8_t uninterruptible; /* in state D without an I/O wait */
	uint8_t object;          /* enum object: what its first argument is */
};

#define CALL(asleep, uninterruptible, object)                                                      \
	{                                                                                          \
		WW_REASON_##asleep, WW_REASON_##uninterruptible, OBJECT_##object                   \
	}

/* clang-format off */
static const struct call calls[NR_LAST] = {
	[0]   = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),            /* read */
	[1]   = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),            /* write */
	[7]   = CALL(POLL, BLOCKED_UNKNOWN, NONE),            /* poll */
	[9]   = CALL(BLOCKED_UNKNOWN, MMAP_LOCK, NONE),       /* mmap */
	[10]  = CALL(BLOCKED_UNKNOWN, MMAP_LOCK, NONE),       /* mprotect */
	[11]  = CALL(BLOCKED_UNKNOWN, MMAP_LOCK, NONE),       /* munmap */
	[12]  = CALL(BLOCKED_UNKNOWN, MMAP_LOCK, NONE),       /* brk */
	[16]  = CALL(DEVICE, DEVICE, FD),                     /* ioctl */
	[17]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* pread64 */
	[18]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* pwrite64 */
	[19]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),            /* readv */
	[20]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),            /* writev */
	[23]  = CALL(POLL, BLOCKED_UNKNOWN, NONE),            /* select */
	[25]  = CALL(BLOCKED_UNKNOWN, MMAP_LOCK, NONE),       /* mremap */
	[26]  = CALL(DISK, DISK, NONE),                       /* msync */
	[28]  = CALL(BLOCKED_UNKNOWN, MMAP_LOCK, NONE),       /* madvise */
	[34]  = CALL(SIGNAL_WAIT, SIGNAL_WAIT, NONE),         /* pause */
	[35]  = CALL(SLEEP, SLEEP, NONE),                     /* nanosleep */
	[40]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* sendfile */
	[42]  = CALL(SOCKET, SOCKET, FD),                     /* connect */
	[43]  = CALL(SOCKET, SOCKET, FD),                     /* accept */
	[44]  = CALL(SOCKET, SOCKET, FD),                     /* sendto */
	[45]  = CALL(SOCKET, SOCKET, FD),                     /* recvfrom */
	[46]  = CALL(SOCKET, SOCKET, FD),                     /* sendmsg */
	[47]  = CALL(SOCKET, SOCKET, FD),                     /* recvmsg */
	[56]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, NONE), /* clone */
	[58]  = CALL(VFORK, VFORK, NONE),                     /* vfork */
	[59]  = CALL(EXEC, EXEC, NONE),                       /* execve */
	[60]  = CALL(EXIT, EXIT, NONE),                       /* exit */
	[61]  = CALL(CHILD, CHILD, NONE),                     /* wait4 */
	[65]  = CALL(SEMAPHORE, SEMAPHORE, NONE),             /* semop */
	[69]  = CALL(EVENT, EVENT, NONE),                     /* msgsnd */
	[70]  = CALL(EVENT, EVENT, NONE),                     /* msgrcv */
	[72]  = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FD),   /* fcntl */
	[73]  = CALL(FILE_LOCK, FILE_LOCK, FD),               /* flock */
	[74]  = CALL(DISK, DISK, FD),                         /* fsync */
	[75]  = CALL(DISK, DISK, FD),                         /* fdatasync */
	[128] = CALL(SIGNAL_WAIT, SIGNAL_WAIT, NONE),         /* rt_sigtimedwait */
	[130] = CALL(SIGNAL_WAIT, SIGNAL_WAIT, NONE),         /* rt_sigsuspend */
	[162] = CALL(DISK, DISK, NONE),                       /* sync */
	[202] = CALL(FUTEX, FUTEX, ADDRESS),                  /* futex */
	[208] = CALL(IDLE_FOR_WORK, BLOCKED_UNKNOWN, NONE),   /* io_getevents */
	[220] = CALL(SEMAPHORE, SEMAPHORE, NONE),             /* semtimedop */
	[230] = CALL(SLEEP, SLEEP, NONE),                     /* clock_nanosleep */
	[231] = CALL(EXIT, EXIT, NONE),                       /* exit_group */
	[232] = CALL(IDLE_FOR_WORK, BLOCKED_UNKNOWN, FD),     /* epoll_wait */
	[242] = CALL(EVENT, EVENT, FD),                       /* mq_timedsend */
	[243] = CALL(EVENT, EVENT, FD),                       /* mq_timedreceive */
	[247] = CALL(CHILD, CHILD, NONE),                     /* waitid */
	[270] = CALL(POLL, BLOCKED_UNKNOWN, NONE),            /* pselect6 */
	[271] = CALL(POLL, BLOCKED_UNKNOWN, NONE),            /* ppoll */
	[275] = CALL(PIPE, BLOCKED_UNKNOWN, FD),              /* splice */
	[276] = CALL(PIPE, BLOCKED_UNKNOWN, FD),              /* tee */
	[277] = CALL(DISK, DISK, FD),                         /* sync_file_range */
	[278] = CALL(PIPE, BLOCKED_UNKNOWN, FD),              /* vmsplice */
	[281] = CALL(IDLE_FOR_WORK, BLOCKED_UNKNOWN, FD),     /* epoll_pwait */
	[285] = CALL(DISK, DISK, FD),                         /* fallocate */
	[288] = CALL(SOCKET, SOCKET, FD),                     /* accept4 */
	[295] = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* preadv */
	[296] = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* pwritev */
	[299] = CALL(SOCKET, SOCKET, FD),                     /* recvmmsg */
	[306] = CALL(DISK, DISK, FD),                         /* syncfs */
	[307] = CALL(SOCKET, SOCKET, FD),                     /* sendmmsg */
	[322] = CALL(EXEC, EXEC, NONE),                       /* execveat */
	[324] = CALL(RCU, RCU, NONE),                         /* membarrier */
	[327] = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* preadv2 */
	[328] = CALL(BLOCKED_UNKNOWN, BLOCKED_UNKNOWN, FILE),   /* pwritev2 */
	[333] = CALL(IDLE_FOR_WORK, BLOCKED_UNKNOWN, NONE),   /* io_pgetevents */
	[426] = CALL(POLL, POLL, FD),                         /* io_uring_enter */
	[435] = CALL(BLOCKED_UNKNOWN, VFORK, NONE),           /* clone3: nothing else in it sleeps for long */
	[441] = CALL(IDLE_FOR_WORK, BLOCKED_UNKNOWN, FD),     /* epoll_pwait2 */
	[449] = CALL(FUTEX, FUTEX, NONE),                     /* futex_waitv */
	[455] = CALL(FUTEX, FUTEX, ADDRESS),                  /* futex_wait */
	[456] = CALL(FUTEX, FUTEX, NONE),                     /* futex_requeue */
};
/* clang-format on */

/* What a read or write waits for follows from its file; a sleep on a regular file may be a lock, a
 * network or a user-space file system. */
static const uint8_t file_reasons[WW_WIRE_FILE_N] = {
	[WW_WIRE_FILE_UNKNOWN] = WW_REASON_BLOCKED_UNKNOWN,
	[WW_WIRE_FILE_REGULAR] = WW_REASON_BLOCKED_UNKNOWN,
	[WW_WIRE_FILE_PIPE] = WW_REASON_PIPE,
	[WW_WIRE_FILE_SOCKET] = WW_REASON_SOCKET,
	[WW_WIRE_FILE_TTY] = WW_REASON_TTY,
	[WW_WIRE_FILE_DEVICE] = WW_REASON_DEVICE,
	[WW_WIRE_FILE_EVENT] = WW_REASON_EVENT,
};

static const struct call *call_of(int16_t syscall)
{
	return syscall >= 0 && syscall < NR_LAST && calls[syscall].asleep != WW_REASON_NONE
		       ? &calls[syscall]
		       : NULL;
}

/* Calls that mean different things with different arguments. WW_REASON_NONE: the table decides. */
static enum ww_reason reason_by_arguments(const struct ww_sleep *sleep)
{
	const uint8_t command = sleep->arg1 & FUTEX_COMMAND_MASK;

	if (!sleep->knows_arguments)
		return WW_REASON_NONE;
	switch (sleep->syscall) {
	case NR_FUTEX:
		return command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2 ? WW_REASON_PI_FUTEX
									     : WW_REASON_NONE;
	case NR_POLL:
	case NR_PPOLL: /* no array of descriptors */
	case NR_SELECT:
	case NR_PSELECT6: /* no descriptor below 0 */
		return sleep->arg0 == 0 ? WW_REASON_SLEEP : WW_REASON_NONE;
	case NR_CLONE:
		return sleep->arg0 & CLONE_VFORK_FLAG ? WW_REASON_VFORK : WW_REASON_NONE;
	case NR_FCNTL:
		return sleep->arg1 == FCNTL_SETLKW || sleep->arg1 == FCNTL_OFD_SETLKW
			       ? WW_REASON_FILE_LOCK
			       : WW_REASON_NONE;
	default:
		return WW_REASON_NONE;
	}
}

static enum ww_reason reason_of_call(const struct ww_sleep *sleep)
{
	const struct call *call = call_of(sleep->syscall);
	const enum ww_reason special = reason_by_arguments(sleep);

	if (special != WW_REASON_NONE)
		return special;
	if (!call)
		return sleep->is_exiting ? WW_REASON_EXIT : WW_REASON_BLOCKED_UNKNOWN;
	if (call->object == OBJECT_FILE && sleep->knows_arguments && sleep->file < WW_WIRE_FILE_N)
		return (enum ww_reason)file_reasons[sleep->file];
	return sleep->wire_state == WW_WIRE_STATE_DISK_SLEEP ? (enum ww_reason)call->uninterruptible
							     : (enum ww_reason)call->asleep;
}

/* What is known of a sleep but its call; a rule asks for some of it. */
enum known {
	KERNEL_THREAD_IDLE = 1 << 0,
	IN_FAULT = 1 << 1,
	IN_RECLAIM = 1 << 2,
	AT_DISK = 1 << 3,
	IN_KERNEL_LOCK = 1 << 4,
	IN_RWSEM = 1 << 5,
	CHANGES_MAPPINGS = 1 << 6,
	IN_RCU = 1 << 7,
	IN_FILE_LOCK = 1 << 8,
	IN_VFORK = 1 << 9,
	IN_EXEC = 1 << 10,
	IN_EXIT = 1 << 11,
};

/* What the kernel's stack says is known as well. */
static const struct {
	unsigned int clue;  /* enum ww_clue */
	unsigned int known; /* enum known */
} by_clue[] = {
	{ WW_CLUE_RWSEM, IN_RWSEM | IN_KERNEL_LOCK },
	{ WW_CLUE_LOCK, IN_KERNEL_LOCK },
	{ WW_CLUE_MAPPINGS, CHANGES_MAPPINGS },
	{ WW_CLUE_RECLAIM, IN_RECLAIM },
	{ WW_CLUE_DISK, AT_DISK },
	{ WW_CLUE_RCU, IN_RCU },
	{ WW_CLUE_FILE_LOCK, IN_FILE_LOCK },
	{ WW_CLUE_VFORK, IN_VFORK },
	{ WW_CLUE_EXEC, IN_EXEC },
	{ WW_CLUE_EXIT, IN_EXIT },
};

/* explain.md 1.3, rules 1 to 4: the first that has all it needs; after them the call decides. */
static const struct {
	unsigned int needs; /* enum known */
	enum ww_reason reason;
} rules[] = {
	{ KERNEL_THREAD_IDLE, WW_REASON_KTHREAD_IDLE },
	{ IN_FAULT | IN_RWSEM, WW_REASON_MMAP_LOCK },
	{ IN_FAULT, WW_REASON_PAGE_FAULT },
	{ IN_RECLAIM, WW_REASON_MEMORY_PRESSURE },
	{ AT_DISK, WW_REASON_DISK },
	{ IN_RWSEM | CHANGES_MAPPINGS, WW_REASON_MMAP_LOCK },
	{ IN_KERNEL_LOCK, WW_REASON_KERNEL_LOCK },
	{ IN_FILE_LOCK, WW_REASON_FILE_LOCK },
	{ IN_RCU, WW_REASON_RCU },
	{ IN_VFORK, WW_REASON_VFORK },
	{ IN_EXEC, WW_REASON_EXEC },
	{ IN_EXIT, WW_REASON_EXIT },
};

static unsigned int known_by_stack(unsigned int clues)
{
	unsigned int known = 0;

	for (unsigned int i = 0; i < G_N_ELEMENTS(by_clue); i++)
		if (clues & by_clue[i].clue)
			known |= by_clue[i].known;
	return known;
}

static unsigned int known_of(const struct ww_sleep *sleep, const struct call *call)
{
	const bool is_uninterruptible = sleep->wire_state == WW_WIRE_STATE_DISK_SLEEP;
	const bool is_idle = sleep->wire_state == WW_WIRE_STATE_IDLE ||
			     sleep->wire_state == WW_WIRE_STATE_PARKED ||
			     (sleep->is_kernel && sleep->wire_state == WW_WIRE_STATE_SLEEPING);
	/* io_uring sets the flag for any completion; a request may be nobody's business any more.
	 */
	const bool is_at_disk = (sleep->in_iowait && sleep->syscall != NR_IO_URING_ENTER) ||
				(sleep->has_request && is_uninterruptible);

	return known_by_stack(sleep->clues) | (is_idle ? KERNEL_THREAD_IDLE : 0U) |
	       (sleep->in_fault ? IN_FAULT : 0U) | (sleep->in_reclaim ? IN_RECLAIM : 0U) |
	       (is_at_disk ? AT_DISK : 0U) | (sleep->in_kernel_lock ? IN_KERNEL_LOCK : 0U) |
	       (sleep->in_rwsem ? IN_RWSEM : 0U) |
	       (call && call->uninterruptible == WW_REASON_MMAP_LOCK ? CHANGES_MAPPINGS : 0U);
}

struct ww_sleep_cause ww_sleep_explain(const struct ww_sleep *sleep)
{
	const struct call *call = call_of(sleep->syscall);
	const unsigned int known = known_of(sleep, call);
	struct ww_sleep_cause cause = { .reason = WW_REASON_BLOCKED_UNKNOWN };

	if (call && call->object != OBJECT_NONE && sleep->knows_arguments)
		cause.object = sleep->arg0;
	for (unsigned int i = 0; i < G_N_ELEMENTS(rules); i++) {
		if ((rules[i].needs & ~known) == 0) {
			cause.reason = rules[i].reason;
			return cause;
		}
	}
	cause.reason = reason_of_call(sleep);
	return cause;
}

/* Of poll the number of descriptors says whether there are any: others may tell no address. */
void ww_sleep_take_arguments(struct ww_sleep *sleep, const uint64_t args[2], uint8_t n)
{
	const bool is_poll = sleep->syscall == NR_POLL || sleep->syscall == NR_PPOLL;

	sleep->knows_arguments = n > (is_poll ? 1 : 0);
	if (!sleep->knows_arguments)
		return;
	sleep->arg0 = args[is_poll ? 1 : 0];
	if (n > 1 && !ww_syscall_reads_or_writes(sleep->syscall))
		sleep->arg1 = (uint8_t)args[1];
}

bool ww_syscall_reads_or_writes(int16_t syscall)
{
	return syscall == NR_READ || syscall == NR_WRITE || syscall == NR_READV ||
	       syscall == NR_WRITEV;
}

bool ww_syscall_is_futex(int16_t syscall)
{
	return syscall == NR_FUTEX || (syscall >= NR_FUTEX_WAITV && syscall <= NR_FUTEX_REQUEUE);
}

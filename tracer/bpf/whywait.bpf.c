// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
/*
 * What the scheduler did, machine-wide: every switch, every wake-up, every birth and death.
 *
 * One ring per CPU, so that records of a CPU keep their order and CPUs never wait for each other.
 * The timestamp is taken before the room in the ring is reserved: of two records that an interrupt
 * nested into each other, the interrupted one then stands later in the ring with the earlier time,
 * and the writer moves it forward to the end of the interrupt. Only fork, exec, exit, rename and a
 * thread's waking of itself are recorded with interrupts on, and for these that is harmless; a
 * switch and the waking of another thread never move.
 *
 * A record that finds its ring full is counted and gone.
 */
#include <linux/bpf.h>

#include "tracer/bpf/kernel-types.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "base/wire.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set before loading, from the number of arguments that the running kernel's tracepoints have. */
const volatile _Bool switch_has_state = 1;    /* since 5.18, 9c2136be0878 */
const volatile _Bool exit_has_group_dead = 1; /* since 6.16 */

/* Attaching and detaching all programs takes tens of milliseconds, in which only some of them would
 * record; this switches all of them at one instant. */
volatile _Bool is_recording = 0;

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, struct ring);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} lost SEC(".maps");

/* What this CPU executes instead of its current thread, innermost last. Deeper nesting than this
 * does not happen. */
#define MAX_NESTING 8

struct interrupt {
	u16 vector;
	u8 context;
};

struct nesting {
	u32 depth;
	struct interrupt of[MAX_NESTING];
	u16 last_irq;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct nesting);
} nestings SEC(".maps");

static const u32 zero;

/* An interrupt may lose a record of its own in the middle of the addition. */
static __always_inline void count_lost(void)
{
	u64 *n_lost = bpf_map_lookup_elem(&lost, &zero);

	if (n_lost)
		__sync_fetch_and_add(n_lost, 1);
}

/* The caller has read its clock, so nothing recorded is younger than the end of the recording. */
static __always_inline void *reserve(u32 size_bytes)
{
	u32 cpu = bpf_get_smp_processor_id();
	void *ring, *record;

	if (!is_recording)
		return 0;
	ring = bpf_map_lookup_elem(&rings, &cpu);
	record = ring ? bpf_ringbuf_reserve(ring, size_bytes, 0) : 0;
	if (!record)
		count_lost();
	return record;
}

static __always_inline void submit(void *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* The raw state of struct task_struct, not the report bits of the text tracepoint: they share
 * numbers and differ in meaning. */
static __always_inline u8 decode_state(u32 raw, u32 exit_state)
{
	if (!raw)
		return WW_WIRE_STATE_RUNNING;
	/* Its exit state is set earlier, while it still runs and may be preempted. */
	if (raw & TASK_DEAD)
		return exit_state & EXIT_ZOMBIE ? WW_WIRE_STATE_ZOMBIE : WW_WIRE_STATE_DEAD;
	if ((raw & TASK_UNINTERRUPTIBLE) && (raw & TASK_NOLOAD))
		return WW_WIRE_STATE_IDLE;
	if (raw & TASK_INTERRUPTIBLE)
		return WW_WIRE_STATE_SLEEPING;
	if (raw & (TASK_UNINTERRUPTIBLE | TASK_RTLOCK_WAIT | TASK_FROZEN))
		return WW_WIRE_STATE_DISK_SLEEP;
	if (raw & TASK_STOPPED)
		return WW_WIRE_STATE_STOPPED;
	if (raw & TASK_TRACED)
		return WW_WIRE_STATE_TRACED;
	if (raw & TASK_PARKED)
		return WW_WIRE_STATE_PARKED;
	return WW_WIRE_STATE_UNKNOWN;
}

/* 8 bits are room for 0..139; a deadline thread has -1. */
static __always_inline u8 wire_prio(int prio)
{
	return prio < 0 ? 0 : prio;
}

static __always_inline _Bool is_throttled(struct task_struct *task)
{
	if (bpf_core_field_exists(task->throttled))
		return task->throttled;
	if (bpf_core_field_exists(task->se.cfs_rq->throttle_count))
		return task->se.cfs_rq->throttle_count > 0;
	return 0;
}

struct call {
	u64 arg0;
	s32 number;
	u8 arg1;
	_Bool in_fault;
};

/* read, write, readv, writev: calls whose second argument, a buffer, names nothing. */
#define FILE_CALLS (1u << 0 | 1u << 1 | 1u << 19 | 1u << 20)

static __always_inline _Bool is_tty(u32 device)
{
	u32 major = device >> 20;

	return major == 4 || major == 5 || (major >= 136 && major <= 143);
}

static __always_inline u8 file_kind(struct inode *inode)
{
	u16 type = BPF_CORE_READ(inode, i_mode) & S_IFMT;

	if (!type || (BPF_CORE_READ(inode, i_flags) & S_ANON_INODE))
		return WW_WIRE_FILE_EVENT;
	if (type == S_IFIFO)
		return WW_WIRE_FILE_PIPE;
	if (type == S_IFSOCK)
		return WW_WIRE_FILE_SOCKET;
	if (type == S_IFREG || type == S_IFBLK)
		return WW_WIRE_FILE_REGULAR;
	if (type == S_IFCHR)
		return is_tty(BPF_CORE_READ(inode, i_rdev)) ? WW_WIRE_FILE_TTY
							    : WW_WIRE_FILE_DEVICE;
	return WW_WIRE_FILE_UNKNOWN;
}

/* The table may be swapped or the file closed by another thread meanwhile: every step is a probing
 * read. */
static __always_inline u8 file_of(struct task_struct *task, u64 descriptor)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slot, *file = 0;
	struct inode *inode;

	if (!table || descriptor >= BPF_CORE_READ(table, max_fds))
		return WW_WIRE_FILE_UNKNOWN;
	slot = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), slot + descriptor);
	inode = file ? BPF_CORE_READ(file, f_inode) : 0;
	return inode ? file_kind(inode) : WW_WIRE_FILE_UNKNOWN;
}

/*
 * From the registers saved at the entry into the kernel: ax holds -ENOSYS until the call has its
 * result, so anything else means that the thread is on its way out; orig_ax is negative after an
 * exception or interrupt.
 */
static __always_inline void read_call(struct task_struct *task, struct call *call)
{
	struct pt_regs *regs;
	long number;

	call->number = WW_WIRE_SYSCALL_NONE;
	if (!task->pid || (task->flags & PF_KTHREAD))
		return;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	number = (long)regs->orig_ax;
	call->in_fault = number < 0;
	if (number < 0 || number > 0x7fff || (long)regs->ax != -ENOSYS)
		return;
	call->number = number;
	call->arg0 = regs->di;
	call->arg1 = number < 32 && (FILE_CALLS >> number & 1) ? file_of(task, (u32)regs->di)
							       : (u8)regs->si;
}

/* Both clocks of the subtraction are the run queue's: it stands a constant away from
 * CLOCK_MONOTONIC. */
static __always_inline u32 run_delay(struct task_struct *next)
{
	u64 queued, delay_ns;

	if (!next->pid || !bpf_core_field_exists(next->sched_info.last_queued) ||
	    !bpf_core_field_exists(next->se.cfs_rq->rq))
		return 0;
	queued = next->sched_info.last_queued;
	if (!queued)
		return 0;
	delay_ns = next->se.cfs_rq->rq->clock - queued;
	if ((s64)delay_ns < 0)
		return 0;
	return delay_ns > 0xffffffff ? 0xffffffff : delay_ns;
}

static __always_inline u32 switch_state(_Bool preempt, struct task_struct *prev, u32 argument)
{
	/*
	 * Preempted between setting its state and sleeping, or on a kernel before 6.13 kept awake
	 * by a signal that came in between: it stays on the run queue whatever the argument says.
	 */
	if (preempt || !prev->__state)
		return 0;
	return argument;
}

static __always_inline int record_switch(_Bool preempt, struct task_struct *prev,
					 struct task_struct *next, u32 argument)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_switch *record;
	struct call call = {};
	struct nesting *nesting;
	u8 state;

	/* A switch never happens inside an interrupt: whatever an unbalanced exit left behind ends
	 * here. */
	nesting = bpf_map_lookup_elem(&nestings, &zero);
	if (nesting && nesting->depth)
		nesting->depth = 0;

	record = reserve(sizeof(*record));
	if (!record)
		return 0;
	read_call(prev, &call);
	state = decode_state(switch_state(preempt, prev, argument), prev->exit_state);
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_SWITCH;
	record->prev_state = state;
	record->throttled = state == WW_WIRE_STATE_RUNNING && is_throttled(prev);
	record->in_iowait = BPF_CORE_READ_BITFIELD(prev, in_iowait);
	record->preempted = preempt;
	record->in_fault = call.in_fault;
	record->syscall = call.number;
	record->prev_tid = prev->pid;
	record->syscall_arg1 = call.arg1;
	record->next_tid = next->pid;
	record->next_prio = wire_prio(next->prio);
	record->run_delay_ns = run_delay(next);
	record->syscall_arg0 = call.arg0;
	submit(record);
	return 0;
}

SEC("tp_btf/sched_switch")
int on_switch(u64 *ctx)
{
	struct task_struct *prev = (struct task_struct *)ctx[1];
	struct task_struct *next = (struct task_struct *)ctx[2];

	return record_switch(ctx[0], prev, next, switch_has_state ? (u32)ctx[3] : prev->__state);
}

/*
 * Two kinds of thread are woken by an interrupt after its exit tracepoint, when the nesting is
 * already back to the innocent thread below: that of a threaded interrupt, and ksoftirqd.
 */
static __always_inline struct interrupt tail_of_interrupt(struct task_struct *woken, u16 last_irq)
{
	struct interrupt interrupt = { .context = WW_WIRE_CONTEXT_TASK };
	char name[8] = {};

	if (!(woken->flags & PF_KTHREAD))
		return interrupt;
	bpf_probe_read_kernel(name, sizeof(name), woken->comm);
	if (!__builtin_memcmp(name, "irq/", 4)) {
		interrupt.context = WW_WIRE_CONTEXT_HARDIRQ;
		interrupt.vector = last_irq;
	} else if (!__builtin_memcmp(name, "ksoftirq", 8)) {
		interrupt.context = WW_WIRE_CONTEXT_SOFTIRQ;
	}
	return interrupt;
}

static __always_inline struct interrupt current_interrupt(struct task_struct *woken)
{
	struct nesting *nesting = bpf_map_lookup_elem(&nestings, &zero);
	struct interrupt interrupt = { .context = WW_WIRE_CONTEXT_TASK };
	u32 depth;

	if (!nesting)
		return interrupt;
	depth = nesting->depth;
	if (!depth)
		return tail_of_interrupt(woken, nesting->last_irq);
	return nesting->of[(depth - 1) & (MAX_NESTING - 1)];
}

/* struct ww_wire_wakeup_new has the very layout of struct ww_wire_waking: one table in wire.h makes
 * both. */
static __always_inline int record_waking(struct task_struct *task, u8 id)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct interrupt interrupt = current_interrupt(task);
	struct ww_wire_waking *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = id;
	record->context = interrupt.context;
	record->vector = interrupt.vector;
	record->tid = task->pid;
	record->waker_tid = (u32)bpf_get_current_pid_tgid();
	record->target_cpu = task->thread_info.cpu;
	record->prio = wire_prio(task->prio);
	record->reserved = 0;
	submit(record);
	return 0;
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	return record_waking(task, WW_WIRE_ID_WAKING);
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	return record_waking(task, WW_WIRE_ID_WAKEUP_NEW);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_wakeup *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_WAKEUP;
	record->prio = wire_prio(task->prio);
	record->target_cpu = task->thread_info.cpu;
	record->tid = task->pid;
	submit(record);
	return 0;
}

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(on_migrate, struct task_struct *task, int to_cpu)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_migrate *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_MIGRATE;
	record->prio = wire_prio(task->prio);
	record->from_cpu = task->thread_info.cpu;
	record->tid = task->pid;
	record->to_cpu = to_cpu;
	record->reserved = 0;
	record->reserved2 = 0;
	submit(record);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_fork *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_FORK;
	record->reserved = 0;
	record->reserved2 = 0;
	record->parent_tid = parent->pid;
	record->child_tid = child->pid;
	record->child_pid = child->tgid;
	bpf_probe_read_kernel(record->comm, sizeof(record->comm), child->comm);
	submit(record);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_tid, struct linux_binprm *binprm)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_exec *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_EXEC;
	record->reserved = 0;
	record->reserved2 = 0;
	record->tid = task->pid;
	record->old_tid = old_tid;
	record->pid = task->tgid;
	bpf_probe_read_kernel(record->comm, sizeof(record->comm), task->comm);
	submit(record);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_exit(u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_exit *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_EXIT;
	record->group_dead = exit_has_group_dead ? (_Bool)ctx[1] : !task->signal->live.counter;
	record->reserved = 0;
	record->tid = task->pid;
	record->pid = task->tgid;
	record->reserved2 = 0;
	submit(record);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	u64 now_ns = bpf_ktime_get_ns();
	struct ww_wire_rename *record = reserve(sizeof(*record));

	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_RENAME;
	record->reserved = 0;
	record->reserved2 = 0;
	record->tid = task->pid;
	__builtin_memset(record->comm, 0, sizeof(record->comm));
	bpf_probe_read_kernel_str(record->comm, sizeof(record->comm), comm);
	submit(record);
	return 0;
}

static __always_inline int enter(u8 context, u16 vector)
{
	struct nesting *nesting = bpf_map_lookup_elem(&nestings, &zero);
	struct interrupt *slot;

	if (!nesting)
		return 0;
	/* Depth first: an interrupt between the two steps comes and goes above this slot. */
	slot = &nesting->of[nesting->depth++ & (MAX_NESTING - 1)];
	slot->context = context;
	slot->vector = vector;
	if (context == WW_WIRE_CONTEXT_HARDIRQ)
		nesting->last_irq = vector;
	return 0;
}

static __always_inline int leave(void)
{
	struct nesting *nesting = bpf_map_lookup_elem(&nestings, &zero);

	if (nesting && nesting->depth)
		nesting->depth--;
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(on_softirq_entry, unsigned int vector)
{
	return enter(WW_WIRE_CONTEXT_SOFTIRQ, vector);
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(on_softirq_exit, unsigned int vector)
{
	return leave();
}

SEC("tp_btf/irq_handler_entry")
int BPF_PROG(on_irq_entry, int irq, struct irqaction *action)
{
	return enter(WW_WIRE_CONTEXT_HARDIRQ, irq);
}

SEC("tp_btf/irq_handler_exit")
int BPF_PROG(on_irq_exit, int irq, struct irqaction *action, int ret)
{
	return leave();
}

/* The vector is the kernel's own number of the local timer; what a record names is the timer, so it
 * stays 0. */
SEC("tp_btf/local_timer_entry")
int BPF_PROG(on_local_timer_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_HRTIMER, 0);
}

SEC("tp_btf/local_timer_exit")
int BPF_PROG(on_local_timer_exit, int vector)
{
	return leave();
}

SEC("tp_btf/hrtimer_expire_entry")
int BPF_PROG(on_hrtimer_entry, struct hrtimer *timer, s64 *now)
{
	return enter(WW_WIRE_CONTEXT_HRTIMER, 0);
}

SEC("tp_btf/hrtimer_expire_exit")
int BPF_PROG(on_hrtimer_exit, struct hrtimer *timer)
{
	return leave();
}

SEC("tp_btf/call_function_entry")
int BPF_PROG(on_call_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_IPI, 0);
}

SEC("tp_btf/call_function_exit")
int BPF_PROG(on_call_exit, int vector)
{
	return leave();
}

SEC("tp_btf/call_function_single_entry")
int BPF_PROG(on_call_single_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_IPI, 0);
}

SEC("tp_btf/call_function_single_exit")
int BPF_PROG(on_call_single_exit, int vector)
{
	return leave();
}

SEC("tp_btf/irq_work_entry")
int BPF_PROG(on_irq_work_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_IPI, 0);
}

SEC("tp_btf/irq_work_exit")
int BPF_PROG(on_irq_work_exit, int vector)
{
	return leave();
}

/* Every thread of the machine, once: who was there before the first event, and what it was doing.
 */
SEC("iter/task")
int on_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct ww_wire_task record = {};
	struct call call = {};

	if (!task || !task->pid)
		return 0;
	read_call(task, &call);
	record.timestamp = bpf_ktime_get_ns();
	record.id = WW_WIRE_ID_TASK;
	record.state = decode_state(task->__state, task->exit_state);
	record.throttled = is_throttled(task);
	record.in_iowait = BPF_CORE_READ_BITFIELD(task, in_iowait);
	record.on_cpu = task->on_cpu;
	record.is_kernel = !!(task->flags & PF_KTHREAD);
	record.syscall = call.number;
	record.tid = task->pid;
	record.pid = task->tgid;
	record.parent_pid = BPF_CORE_READ(task, real_parent, tgid);
	record.cpu = task->thread_info.cpu;
	record.prio = wire_prio(task->prio);
	record.syscall_arg1 = call.arg1;
	record.start_time = task->start_time;
	record.syscall_arg0 = call.arg0;
	bpf_probe_read_kernel(record.comm, sizeof(record.comm), task->comm);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Switches, wake-ups, moves and lent priorities.
 *
 * All of these run with interrupts off.
 */
#ifndef WW_TRACER_BPF_SCHEDULER_BPF_H
#define WW_TRACER_BPF_SCHEDULER_BPF_H

#include "tracer/bpf/affinity.bpf.h"
#include "tracer/bpf/calls.bpf.h"
#include "tracer/bpf/clock.bpf.h"
#include "tracer/bpf/priority.bpf.h"
#include "tracer/bpf/stacks.bpf.h"
#include "tracer/bpf/state.bpf.h"

#include <bpf/bpf_tracing.h>

/* Set before loading, from the number of arguments that the running kernel's tracepoint has. */
const volatile _Bool switch_has_state = 1; /* since 5.18, 9c2136be0878 */

/* Set before loading: on_wakeup is attached, so on_waking may leave the record to it. */
const volatile _Bool has_wakeup = 0;

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

/* The run queue's own clock on both sides of the subtraction. */
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

static __always_inline u8 class_of(struct task_struct *task)
{
	int prio = task->prio;

	if (prio < 0)
		return 3;
	if (prio < MAX_RT_PRIO)
		return 2;
	return task->policy == SCHED_IDLE;
}

static __always_inline void record_blocked_on(struct ww_ring *ring, u64 now_ns,
					      struct task_struct *task)
{
	struct ww_wire_blocked_on *record;
	struct mutex *lock;

	if (!bpf_core_field_exists(task->blocked_on))
		return;
	lock = task->blocked_on;
	if (!lock)
		return;
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return;
	*record = (struct ww_wire_blocked_on){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_BLOCKED_ON,
		.tid = task->pid,
		.lock = (u64)lock,
		.owner_tid = owner_of_mutex(lock),
	};
	ww_ring_end(ring);
}

/* What a thread that goes to sleep is waiting for, beyond what fits a switch; in records before it.
 */
static __always_inline void record_sleep(struct ww_ring *ring, u64 now_ns, void *ctx,
					 struct task_struct *prev, u8 state,
					 const struct call *call)
{
	if (call->number >= 0)
		record_timeout(ring, now_ns, prev->pid, call);
	if (call->has_file && call->inode)
		record_descriptor(ring, now_ns, prev, call->arg0, call->arg1, call->inode);
	else if (call->number >= 0 && !call->has_file)
		record_other_descriptor(ring, now_ns, prev, call);
	if (state == WW_WIRE_STATE_DISK_SLEEP) {
		record_blocked_on(ring, now_ns, prev);
		if (has_kernel_stacks)
			record_kernel_stack(ring, now_ns, ctx, prev);
	}
	if (has_user_stacks && call->regs && ww_target_has(prev->tgid))
		record_user_stack(ring, now_ns, prev, call->regs);
}

static __always_inline int record_switch(void *ctx, _Bool preempt, struct task_struct *prev,
					 struct task_struct *next, u32 argument)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_switch *record;
	struct call call = {};
	u64 now_ns;
	u8 state;

	if (!ring)
		return 0;
	/* A switch never happens inside an interrupt: what an unbalanced exit left behind ends
	 * here. */
	ring->n_interrupts = 0;
	now_ns = ww_clock_of_switch(ring, next);
	if (prev->pid)
		ww_affinity_tell(ring, now_ns, prev);
	if (ww_priority_is_news(ring, prev))
		ww_priority_tell(ring, now_ns, prev);
	ring->running_tid = next->pid;
	ring->running_prio = wire_prio(next->prio);
	read_call(prev, &call);
	state = decode_state(switch_state(preempt, prev, argument), prev->exit_state);
	if (state == WW_WIRE_STATE_SLEEPING || state == WW_WIRE_STATE_DISK_SLEEP)
		record_sleep(ring, now_ns, ctx, prev, state, &call);
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_switch){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_SWITCH,
		.prev_state = state,
		.throttled = state == WW_WIRE_STATE_RUNNING && is_throttled(prev),
		.in_iowait = BPF_CORE_READ_BITFIELD(prev, in_iowait),
		.preempted = preempt,
		.in_fault = call.in_fault,
		.syscall = call.number,
		.prev_tid = prev->pid,
		.syscall_arg1 = call.arg1,
		.next_tid = next->pid,
		.next_class = class_of(next),
		.next_prio = wire_prio(next->prio),
		.run_delay_ns = run_delay(next),
		.syscall_arg0 = call.arg0,
	};
	ww_ring_end(ring);
	return 0;
}

SEC("tp_btf/sched_switch")
int on_switch(u64 *ctx)
{
	struct task_struct *prev = (struct task_struct *)ctx[1];
	struct task_struct *next = (struct task_struct *)ctx[2];

	return record_switch(ctx, ctx[0], prev, next,
			     switch_has_state ? (u32)ctx[3] : prev->__state);
}

/*
 * Two kinds of thread are woken by an interrupt after its exit tracepoint, when the nesting is
 * already back to the innocent thread below: that of a threaded interrupt, and ksoftirqd.
 */
static __always_inline struct ww_ring_interrupt tail_of_interrupt(struct task_struct *woken,
								  u16 last_irq)
{
	struct ww_ring_interrupt interrupt = { .context = WW_WIRE_CONTEXT_TASK };
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

static __always_inline struct ww_ring_interrupt current_interrupt(const struct ww_ring *ring,
								  struct task_struct *woken)
{
	u32 depth = ring->n_interrupts;

	if (!depth)
		return tail_of_interrupt(woken, ring->last_irq);
	return ring->interrupts[(depth - 1) & (WW_RING_MAX_NESTING - 1)];
}

#define SOFTIRQ_NET_TX 2
#define SOFTIRQ_NET_RX 3

/* Numbers of x86-64: write, close, writev, sendfile, connect, sendto, sendmsg, shutdown, and those
 * that acknowledge: recvfrom, recvmsg; above 63: splice, recvmmsg, sendmmsg, io_uring_enter. */
#define SENDING_CALLS                                                                              \
	(1ull << 1 | 1ull << 3 | 1ull << 20 | 1ull << 40 | 1ull << 42 | 1ull << 44 | 1ull << 45 |  \
	 1ull << 46 | 1ull << 47 | 1ull << 48)
/* read and readv acknowledge too, where it is a socket that they read. */
#define READING_CALLS (1ull << 0 | 1ull << 19)

static __always_inline _Bool reads_socket(struct task_struct *task, u64 descriptor)
{
	struct inode *inode = inode_of(task, (u32)descriptor);

	return inode && file_kind(inode) == WW_WIRE_FILE_SOCKET;
}

static __always_inline _Bool is_sending(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs;
	long number;

	if (!task->pid || (task->flags & PF_KTHREAD))
		return 0;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	number = (long)regs->orig_ax;
	if (number < 0 || (long)regs->ax != -ENOSYS)
		return 0;
	if (number >= 64)
		return number == 275 || number == 299 || number == 307 || number == 426;
	if (READING_CALLS >> number & 1)
		return reads_socket(task, regs->di);
	return SENDING_CALLS >> number & 1;
}

/* So soon behind its end an interrupt's softirq begins: what is received is what it was for. */
#define BEHIND_IRQ_NS 5000

/*
 * What is received inside of a call that sends is likely what that call has sent, over loopback: so
 * the thread wakes whoever waits for it. Over any other thread, or behind an interrupt, a packet of
 * another machine is received.
 */
static __always_inline void blame_sender(const struct ww_ring *ring,
					 struct ww_ring_interrupt *interrupt)
{
	if (interrupt->context == WW_WIRE_CONTEXT_SOFTIRQ &&
	    (interrupt->vector == SOFTIRQ_NET_RX || interrupt->vector == SOFTIRQ_NET_TX) &&
	    interrupt->begin_ns - ring->irq_end_ns >= BEHIND_IRQ_NS && is_sending())
		interrupt->context = WW_WIRE_CONTEXT_TASK;
}

/* struct ww_wire_wakeup_new has the very layout of struct ww_wire_waking: one table in wire.h makes
 * both. */
static __always_inline void record_waking(struct ww_ring *ring, u64 now_ns,
					  struct task_struct *task, u8 id, _Bool is_enqueued)
{
	struct ww_ring_interrupt interrupt = current_interrupt(ring, task);
	struct ww_wire_waking *record;

	blame_sender(ring, &interrupt);
	ww_affinity_tell(ring, now_ns, task);
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return;
	*record = (struct ww_wire_waking){
		.timestamp = now_ns,
		.id = id,
		.context = interrupt.context,
		.vector = interrupt.vector,
		.tid = task->pid,
		.waker_tid = (u32)bpf_get_current_pid_tgid(),
		.target_cpu = task->thread_info.cpu,
		.prio = wire_prio(task->prio),
		.is_enqueued = is_enqueued,
	};
	ww_ring_end(ring);
}

/*
 * A thread that sleeps on this CPU is most often queued here too, a moment later and with
 * interrupts off all the time: one record then stands for both steps, and it is stamped by the run
 * queue's clock, which only the second step has fresh. A thread of another CPU may be queued by
 * that CPU, much later.
 */
SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	struct ww_ring *ring = ww_ring_of_cpu();

	if (!ring)
		return 0;
	if (has_wakeup && task->thread_info.cpu == bpf_get_smp_processor_id())
		ring->waking_tid = task->pid;
	else
		record_waking(ring, ww_clock_read(ring), task, WW_WIRE_ID_WAKING, 0);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	struct ww_ring *ring = ww_ring_of_cpu();

	if (!ring)
		return 0;
	record_waking(ring, ww_clock_read(ring), task, WW_WIRE_ID_WAKEUP_NEW, 1);
	ww_clock_note_wakeup(ring, task);
	return 0;
}

static __always_inline void record_wakeup(struct ww_ring *ring, u64 now_ns,
					  struct task_struct *task)
{
	struct ww_wire_wakeup *record = ww_ring_begin(ring, sizeof(*record));

	if (!record)
		return;
	*record = (struct ww_wire_wakeup){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_WAKEUP,
		.prio = wire_prio(task->prio),
		.target_cpu = task->thread_info.cpu,
		.tid = task->pid,
	};
	ww_ring_end(ring);
}

/* A thread that is woken while it still runs never left its run queue, whose clock nobody read. */
static __always_inline u64 clock_of_wakeup(struct ww_ring *ring, struct task_struct *task)
{
	return task->on_cpu ? ww_clock_read(ring) : ww_clock_of_queue(ring, task, 0);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	_Bool is_one_step;
	u64 now_ns;

	if (!ring)
		return 0;
	is_one_step = ring->waking_tid == task->pid;
	ring->waking_tid = 0;
	ww_clock_note_wakeup(ring, task);
	now_ns = clock_of_wakeup(ring, task);
	if (is_one_step)
		record_waking(ring, now_ns, task, WW_WIRE_ID_WAKING, 1);
	else
		record_wakeup(ring, now_ns, task);
	return 0;
}

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(on_migrate, struct task_struct *task, int to_cpu)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_migrate *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	if (ring->waking_tid == task->pid) {
		ring->waking_tid = 0;
		record_waking(ring, now_ns, task, WW_WIRE_ID_WAKING, 0);
	}
	ww_affinity_tell(ring, now_ns, task);
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_migrate){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_MIGRATE,
		.prio = wire_prio(task->prio),
		.from_cpu = task->thread_info.cpu,
		.tid = task->pid,
		.to_cpu = to_cpu,
	};
	ww_ring_end(ring);
	return 0;
}

/* A real-time mutex lends the priority of its first waiter to its holder. */
SEC("tp_btf/sched_pi_setprio")
int BPF_PROG(on_setprio, struct task_struct *task, struct task_struct *donor)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	int new_prio = task->normal_prio;
	struct ww_wire_setprio *record;

	if (!ring)
		return 0;
	if (donor && donor->prio < new_prio)
		new_prio = donor->prio;
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return 0;
	ww_priority_is_told(task, new_prio);
	*record = (struct ww_wire_setprio){
		.timestamp = ww_clock_read(ring),
		.id = WW_WIRE_ID_SETPRIO,
		.old_prio = wire_prio(task->prio),
		.new_prio = wire_prio(new_prio),
		.tid = task->pid,
		.donor_tid = donor ? donor->pid : 0,
	};
	ww_ring_end(ring);
	return 0;
}

#endif

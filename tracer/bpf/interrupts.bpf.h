/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * What a CPU does instead of its thread: interrupts, timers, and sleeping.
 *
 * Brackets are kept on the ring's own stack, where a wake-up finds what woke; at its end each
 * becomes one record with its duration. The interrupt that only makes a CPU look at its queue again
 * (reschedule) is left out: it does nothing itself, and would cost every wake-up across CPUs two
 * programs.
 */
#ifndef WW_TRACER_BPF_INTERRUPTS_BPF_H
#define WW_TRACER_BPF_INTERRUPTS_BPF_H

#include "tracer/bpf/clock.bpf.h"
#include "tracer/bpf/priority.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline int enter(u8 context, u16 vector, void *function)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_ring_interrupt *slot;

	if (!ring)
		return 0;
	/* Depth first: an interrupt between the two steps comes and goes above this slot. */
	slot = &ring->interrupts[ring->n_interrupts++ & (WW_RING_MAX_NESTING - 1)];
	slot->context = context;
	slot->vector = vector;
	slot->function = (u64)function;
	slot->begin_ns = bpf_ktime_get_ns();
	if (context == WW_WIRE_CONTEXT_HARDIRQ)
		ring->last_irq = vector;
	if (ww_priority_is_news(ring, current))
		ww_priority_tell(ring, ww_clock_read(ring), current);
	return 0;
}

static __always_inline void record_interrupt(struct ww_ring *ring,
					     const struct ww_ring_interrupt *slot)
{
	u64 now_ns = ww_clock_read(ring), duration_ns = now_ns - slot->begin_ns;
	struct ww_wire_interrupt *record = ww_ring_enter(ring, sizeof(*record));

	if (!record)
		return;
	*record = (struct ww_wire_interrupt){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_INTERRUPT,
		.context = slot->context,
		.vector = slot->vector,
		.duration_ns = duration_ns > 0xffffffff ? 0xffffffff : duration_ns,
		.function = slot->function,
	};
	ww_ring_leave(ring);
}

/* An exit whose entry was before the beginning has no slot, or another one's. */
static __always_inline int leave(u8 context)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_ring_interrupt slot;
	u32 depth;

	if (!ring)
		return 0;
	depth = ring->n_interrupts;
	if (!depth)
		return 0;
	slot = ring->interrupts[(depth - 1) & (WW_RING_MAX_NESTING - 1)];
	ring->n_interrupts = slot.context == context ? depth - 1 : 0;
	if (context == WW_WIRE_CONTEXT_HARDIRQ)
		ring->irq_end_ns = bpf_ktime_get_ns();
	if (slot.context == context)
		record_interrupt(ring, &slot);
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(on_softirq_entry, unsigned int vector)
{
	return enter(WW_WIRE_CONTEXT_SOFTIRQ, vector, 0);
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(on_softirq_exit, unsigned int vector)
{
	return leave(WW_WIRE_CONTEXT_SOFTIRQ);
}

SEC("tp_btf/irq_handler_entry")
int BPF_PROG(on_irq_entry, int irq, struct irqaction *action)
{
	return enter(WW_WIRE_CONTEXT_HARDIRQ, irq, action->handler);
}

SEC("tp_btf/irq_handler_exit")
int BPF_PROG(on_irq_exit, int irq, struct irqaction *action, int ret)
{
	return leave(WW_WIRE_CONTEXT_HARDIRQ);
}

/* The vector is the kernel's own number of the local timer; what a record names is the timer, so it
 * stays 0. */
SEC("tp_btf/local_timer_entry")
int BPF_PROG(on_local_timer_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_HRTIMER, 0, 0);
}

SEC("tp_btf/local_timer_exit")
int BPF_PROG(on_local_timer_exit, int vector)
{
	return leave(WW_WIRE_CONTEXT_HRTIMER);
}

SEC("tp_btf/hrtimer_expire_entry")
int BPF_PROG(on_hrtimer_entry, struct hrtimer *timer, s64 *now)
{
	return enter(WW_WIRE_CONTEXT_HRTIMER, 0, timer->function);
}

SEC("tp_btf/hrtimer_expire_exit")
int BPF_PROG(on_hrtimer_exit, struct hrtimer *timer)
{
	return leave(WW_WIRE_CONTEXT_HRTIMER);
}

SEC("tp_btf/call_function_entry")
int BPF_PROG(on_call_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_IPI, 0, 0);
}

SEC("tp_btf/call_function_exit")
int BPF_PROG(on_call_exit, int vector)
{
	return leave(WW_WIRE_CONTEXT_IPI);
}

SEC("tp_btf/call_function_single_entry")
int BPF_PROG(on_call_single_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_IPI, 0, 0);
}

SEC("tp_btf/call_function_single_exit")
int BPF_PROG(on_call_single_exit, int vector)
{
	return leave(WW_WIRE_CONTEXT_IPI);
}

SEC("tp_btf/irq_work_entry")
int BPF_PROG(on_irq_work_entry, int vector)
{
	return enter(WW_WIRE_CONTEXT_IPI, 0, 0);
}

SEC("tp_btf/irq_work_exit")
int BPF_PROG(on_irq_work_exit, int vector)
{
	return leave(WW_WIRE_CONTEXT_IPI);
}

#define IDLE_EXIT 0xffffffffu

SEC("tp_btf/cpu_idle")
int BPF_PROG(on_cpu_idle, unsigned int state, unsigned int cpu)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_cpu_idle *record;
	u64 now_ns, begin_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	begin_ns = ring->idle_begin_ns;
	ring->idle_begin_ns = state == IDLE_EXIT ? 0 : now_ns;
	if (state != IDLE_EXIT)
		ring->idle_state = state;
	if (state != IDLE_EXIT || !begin_ns)
		return 0;
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_cpu_idle){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_CPU_IDLE,
		.idle_state = ring->idle_state,
		.duration_ns = now_ns - begin_ns,
	};
	ww_ring_leave(ring);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * The priority of the thread that runs. A switch tells what it came with; no tracepoint tells when
 * somebody sets another one, so it is looked at in every interrupt, a tick of the scheduler at the
 * latest, and when the thread leaves.
 */
#ifndef WW_TRACER_BPF_PRIORITY_BPF_H
#define WW_TRACER_BPF_PRIORITY_BPF_H

#include "tracer/bpf/ring.bpf.h"
#include "tracer/bpf/state.bpf.h"

/* @task, which runs on this CPU, has another one than was told. */
static __always_inline _Bool ww_priority_is_news(const struct ww_ring *ring,
						 const struct task_struct *task)
{
	return task->pid && ring->running_tid == task->pid &&
	       ring->running_prio != wire_prio(task->prio);
}

static __always_inline void ww_priority_tell(struct ww_ring *ring, u64 now_ns,
					     const struct task_struct *task)
{
	struct ww_wire_setprio *record = ww_ring_enter(ring, sizeof(*record));
	u8 prio = wire_prio(task->prio);

	if (!record)
		return;
	*record = (struct ww_wire_setprio){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_SETPRIO,
		.old_prio = ring->running_prio,
		.new_prio = prio,
		.tid = task->pid,
	};
	ww_ring_leave(ring);
	ring->running_prio = prio;
}

/* For whoever tells it by other means; @task may run on any CPU. */
static __always_inline void ww_priority_is_told(const struct task_struct *task, int prio)
{
	u32 cpu = task->thread_info.cpu;
	struct ww_ring *there = bpf_map_lookup_elem(&rings, &cpu);

	if (there && there->running_tid == task->pid)
		there->running_prio = wire_prio(prio);
}

#endif

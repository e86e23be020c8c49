/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Cheap timestamps.
 *
 * Reading CLOCK_MONOTONIC costs as much as all the rest of a record where the machine is a virtual
 * one. Inside of sched_switch and sched_wakeup the scheduler has just read its own clock, which
 * stands still in the run queue: it is sched_clock(), which runs at the same pace but is not
 * steered by NTP. So every CPU measures again and again what it is behind CLOCK_MONOTONIC.
 *
 * What is measured is too large by the time from the scheduler's reading to ours: 0.2 us at best, a
 * few at the median of a busy virtual machine, and 1 ms where the host took the CPU away in
 * between. Only the least of many tells the distance; and none is taken where the scheduler looked
 * for work elsewhere meanwhile, as it does before a CPU goes idle. Two windows of 5 ms are long
 * enough for a good one and short enough for NTP, which steers 5 us in that time at the very most.
 * A CPU that has not switched for as long begins anew, and reads CLOCK_MONOTONIC until it has
 * measured often enough.
 *
 * A wake-up that makes the CPU switch spares the scheduler its next reading: the clock then still
 * stands where the wake-up read it, which may be long ago. It is told by that very number, and
 * CLOCK_MONOTONIC is read instead.
 *
 * A timestamp then lies between the scheduler's reading and the tracepoint, so a thread is not seen
 * to come before it was woken.
 */
#ifndef WW_TRACER_BPF_CLOCK_BPF_H
#define WW_TRACER_BPF_CLOCK_BPF_H

#include "tracer/bpf/ring.bpf.h"

#include <bpf/bpf_core_read.h>

/* Set before loading: sched_clock() runs evenly and alike on all CPUs here. */
const volatile _Bool is_sched_clock_stable = 0;

#define CLOCK_MEASURE_NS 200000 /* costs 80 ns each */
#define CLOCK_WINDOW_NS 5000000
#define CLOCK_ENOUGH 8
#define CLOCK_FAR_NS 0x7fffffffffffffffll

/* Not older than the newest record of the ring: what the clocks differ by must not reorder a CPU's
 * own records. */
static __always_inline u64 ww_clock_settle(struct ww_ring *ring, u64 now_ns)
{
	if (now_ns < ring->last_ns)
		return ring->last_ns;
	ring->last_ns = now_ns;
	return now_ns;
}

static __always_inline u64 ww_clock_read(struct ww_ring *ring)
{
	return ww_clock_settle(ring, bpf_ktime_get_ns());
}

static __always_inline void ww_clock_begin_window(struct ww_ring *ring, u64 queue_ns)
{
	if (queue_ns - ring->measured_ns > CLOCK_WINDOW_NS) {
		ring->n_measured = 0;
		ring->least_ahead_ns = CLOCK_FAR_NS;
	} else if (queue_ns - ring->window_ns <= CLOCK_WINDOW_NS) {
		return;
	}
	ring->before_ahead_ns = ring->least_ahead_ns;
	ring->least_ahead_ns = CLOCK_FAR_NS;
	ring->window_ns = queue_ns;
}

static __always_inline u64 ww_clock_measure(struct ww_ring *ring, u64 queue_ns)
{
	u64 now_ns = bpf_ktime_get_ns();
	s64 ahead_ns = now_ns - queue_ns;

	ww_clock_begin_window(ring, queue_ns);
	if (ahead_ns < ring->least_ahead_ns)
		ring->least_ahead_ns = ahead_ns;
	else
		ahead_ns = ring->least_ahead_ns;
	if (ring->before_ahead_ns < ahead_ns)
		ahead_ns = ring->before_ahead_ns;
	ring->measured_ns = queue_ns;
	ring->n_measured++;
	ring->clock_ahead_ns = ring->n_measured < CLOCK_ENOUGH ? 0 : ahead_ns;
	return ww_clock_settle(ring, now_ns);
}

/* What the clock says in a wake-up into @task's queue. */
static __always_inline void ww_clock_note_wakeup(struct ww_ring *ring, struct task_struct *task)
{
	u32 cpu = task->thread_info.cpu;
	u64 queue_ns;

	if (!is_sched_clock_stable || !bpf_core_field_exists(task->se.cfs_rq->rq))
		return;
	queue_ns = task->se.cfs_rq->rq->clock;
	if (cpu == bpf_get_smp_processor_id()) {
		ring->woken_ns = queue_ns;
		return;
	}
	ring = bpf_map_lookup_elem(&rings, &cpu);
	if (ring)
		ring->woken_from_afar_ns = queue_ns;
}

/*
 * @task stands in a run queue whose clock was read a moment ago, by this CPU. @is_prompt: there was
 * nothing in between that takes long.
 */
static __always_inline u64 ww_clock_of_queue(struct ww_ring *ring, struct task_struct *task,
					     _Bool is_prompt)
{
	u64 queue_ns, age_ns;

	if (!is_sched_clock_stable || !bpf_core_field_exists(task->se.cfs_rq->rq))
		return ww_clock_read(ring);
	queue_ns = task->se.cfs_rq->rq->clock;
	age_ns = queue_ns - ring->measured_ns;
	if (is_prompt && (age_ns > CLOCK_MEASURE_NS || !ring->clock_ahead_ns))
		return ww_clock_measure(ring, queue_ns);
	if (!ring->clock_ahead_ns || age_ns > CLOCK_WINDOW_NS)
		return ww_clock_read(ring);
	return ww_clock_settle(ring, queue_ns + ring->clock_ahead_ns);
}

/* In sched_switch, on the queue's own CPU. */
static __always_inline u64 ww_clock_of_switch(struct ww_ring *ring, struct task_struct *next)
{
	u64 queue_ns;

	if (!is_sched_clock_stable || !bpf_core_field_exists(next->se.cfs_rq->rq))
		return ww_clock_read(ring);
	queue_ns = next->se.cfs_rq->rq->clock;
	if (queue_ns == ring->woken_ns || queue_ns == ring->woken_from_afar_ns)
		return ww_clock_read(ring);
	return ww_clock_of_queue(ring, next, next->pid != 0);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Cheap timestamps.
 *
 * Reading CLOCK_MONOTONIC costs as much as all the rest of a record where the machine is a virtual
 * one. Inside of sched_switch and sched_wakeup the scheduler has just read its own clock, which
 * stands still in the run queue: it is sched_clock(), which runs at the same pace but is not
 * steered by NTP. What it is behind CLOCK_MONOTONIC is measured once in a millisecond on every CPU.
 *
 * What is measured is too large by the time from the scheduler's reading to ours: 0.1 to 0.5 us,
 * but as much as 0.2 ms where it looked for work elsewhere meanwhile, as it does before a CPU goes
 * idle. So nothing is measured there, and of the rest the least counts, raised by what NTP may
 * steer (500 us a second). A timestamp then lies between the scheduler's reading and the
 * tracepoint, and a thread is never seen to come before it was woken.
 */
#ifndef WW_TRACER_BPF_CLOCK_BPF_H
#define WW_TRACER_BPF_CLOCK_BPF_H

#include "tracer/bpf/ring.bpf.h"

#include <bpf/bpf_core_read.h>

/* Set before loading: sched_clock() runs evenly and alike on all CPUs here. */
const volatile _Bool is_sched_clock_stable = 0;

#define CLOCK_MEASURE_NS 1000000
#define CLOCK_STEERING_SHIFT 11 /* 1/2048 is a little less than 500 us a second */

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

static __always_inline s64 ww_clock_measure(struct ww_ring *ring, u64 queue_ns)
{
	s64 ahead_ns = bpf_ktime_get_ns() - queue_ns;
	s64 most_ns = ring->clock_ahead_ns +
		      (s64)((queue_ns - ring->measured_ns) >> CLOCK_STEERING_SHIFT) + 1;

	if (ring->clock_ahead_ns && ahead_ns > most_ns)
		ahead_ns = most_ns;
	ring->clock_ahead_ns = ahead_ns;
	ring->measured_ns = queue_ns;
	return ahead_ns;
}

/*
 * @task stands in a run queue whose clock was read a moment ago, by this CPU. @is_prompt: there was
 * nothing in between that takes long.
 */
static __always_inline u64 ww_clock_of_queue(struct ww_ring *ring, struct task_struct *task,
					     _Bool is_prompt)
{
	u64 queue_ns;
	s64 ahead_ns = ring->clock_ahead_ns;

	if (!is_sched_clock_stable || !bpf_core_field_exists(task->se.cfs_rq->rq) ||
	    (!ahead_ns && !is_prompt))
		return ww_clock_read(ring);
	queue_ns = task->se.cfs_rq->rq->clock;
	if (!ahead_ns || (is_prompt && queue_ns - ring->measured_ns > CLOCK_MEASURE_NS))
		ahead_ns = ww_clock_measure(ring, queue_ns);
	return ww_clock_settle(ring, queue_ns + ahead_ns);
}

#endif

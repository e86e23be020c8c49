/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Which CPUs threads may run on. No tracepoint tells when that changes, so it is looked at where a
 * wait may begin: when a thread leaves its CPU, is woken, moves or forks. What a thread whose set
 * was changed while it stood in a queue may use is told when it leaves the CPU it then comes to.
 */
#ifndef WW_TRACER_BPF_AFFINITY_BPF_H
#define WW_TRACER_BPF_AFFINITY_BPF_H

#include "tracer/bpf/ring.bpf.h"

/* What was told last: one word each, by thread id; another thread in its place is told again. */
#define MAX_TOLD_AFFINITIES 16384 /* a power of two */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_TOLD_AFFINITIES);
	__type(key, u32);
	__type(value, u64);
} told_affinities SEC(".maps");

#define AFFINITY_FACTOR 0x9e3779b97f4a7c15ull

static __always_inline u64 *ww_affinity_told(const struct task_struct *task)
{
	u32 slot = task->pid & (MAX_TOLD_AFFINITIES - 1);

	return bpf_map_lookup_elem(&told_affinities, &slot);
}

static __always_inline u64 ww_affinity_word(const struct task_struct *task)
{
	return task->cpus_mask.bits[0] * AFFINITY_FACTOR +
	       ((u64)task->nr_cpus_allowed << 32 | (u32)task->pid);
}

/* For whoever tells it by other means. */
static __always_inline void ww_affinity_is_told(const struct task_struct *task)
{
	u64 *told = ww_affinity_told(task);

	if (told)
		*told = ww_affinity_word(task);
}

/* A record, when the thread may run elsewhere than was told. */
static __always_inline void ww_affinity_tell(struct ww_ring *ring, u64 now_ns,
					     const struct task_struct *task)
{
	u64 *told = ww_affinity_told(task), word = ww_affinity_word(task);
	struct ww_wire_affinity *record;

	if (!told || *told == word)
		return;
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return;
	*record = (struct ww_wire_affinity){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_AFFINITY,
		.n_allowed = task->nr_cpus_allowed,
		.tid = task->pid,
		.allowed_cpus = task->cpus_mask.bits[0],
	};
	ww_ring_leave(ring);
	*told = word;
}

#endif

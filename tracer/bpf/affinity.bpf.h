/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Which CPUs threads may run on. No tracepoint tells when that changes, so it is looked at where a
 * wait may begin: when a thread leaves its CPU, is woken, moves or forks. What a thread whose set
 * was changed while it stood in a queue may use is told when it leaves the CPU it then comes to.
 */
#ifndef WW_TRACER_BPF_AFFINITY_BPF_H
#define WW_TRACER_BPF_AFFINITY_BPF_H

#include "tracer/bpf/ring.bpf.h"
#include "tracer/bpf/told.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WW_TOLD_SETS);
	__type(key, u32);
	__type(value, struct ww_told);
} told_affinities SEC(".maps");

static __always_inline struct ww_told *ww_affinity_told(const struct task_struct *task)
{
	u32 set = ww_told_set(task->pid);

	return bpf_map_lookup_elem(&told_affinities, &set);
}

static __always_inline u64 ww_affinity_word(const struct task_struct *task)
{
	return ww_told_word(task->pid, task->cpus_mask.bits[0], task->nr_cpus_allowed);
}

/* The last digits of the clock are the chance of who is pushed out; its very last may be still. */
static __always_inline u64 ww_affinity_chance(u64 now_ns)
{
	return now_ns >> 5;
}

/* For whoever tells it by other means. */
static __always_inline void ww_affinity_is_told(const struct task_struct *task, u64 now_ns)
{
	struct ww_told *told = ww_affinity_told(task);

	if (told)
		ww_told_put(told, ww_affinity_word(task), ww_affinity_chance(now_ns));
}

/* A record, when the thread may run elsewhere than was told. False: there was no room for it. */
static __always_inline _Bool ww_affinity_tell(struct ww_ring *ring, u64 now_ns,
					      const struct task_struct *task)
{
	struct ww_told *told = ww_affinity_told(task);
	u64 word = ww_affinity_word(task);
	struct ww_wire_affinity *record;

	if (!told || ww_told_has(told, word))
		return 1;
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_affinity){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_AFFINITY,
		.n_allowed = task->nr_cpus_allowed,
		.tid = task->pid,
		.allowed_cpus = task->cpus_mask.bits[0],
	};
	ww_ring_leave(ring);
	ww_told_put(told, word, ww_affinity_chance(now_ns));
	return 1;
}

#endif

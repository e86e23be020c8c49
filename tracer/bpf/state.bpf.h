/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* What struct task_struct and the kernel's locks say, in the terms of wire.h. */
#ifndef WW_TRACER_BPF_STATE_BPF_H
#define WW_TRACER_BPF_STATE_BPF_H

#include "tracer/bpf/kernel-types.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "base/wire.h"

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

/* A word with flags in its lowest three bits. */
static __always_inline s32 tid_of_owner(u64 owner)
{
	struct task_struct *task = (struct task_struct *)(owner & ~7ull);

	return task ? BPF_CORE_READ(task, pid) : 0;
}

static __always_inline s32 owner_of_mutex(void *lock)
{
	struct mutex *mutex = lock;

	return tid_of_owner(BPF_CORE_READ(mutex, owner.counter));
}

/* Bit 0 says that readers hold it: the word then names one that may be gone. */
static __always_inline s32 owner_of_semaphore(void *lock)
{
	struct rw_semaphore *semaphore = lock;
	u64 owner = BPF_CORE_READ(semaphore, owner.counter);

	return owner & 1 ? 0 : tid_of_owner(owner);
}

#endif

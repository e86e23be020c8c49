/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Births, deaths, names and homes of threads; and all threads that are there.
 *
 * These run with interrupts on.
 */
#ifndef WW_TRACER_BPF_LIVES_BPF_H
#define WW_TRACER_BPF_LIVES_BPF_H

#include "tracer/bpf/affinity.bpf.h"
#include "tracer/bpf/calls.bpf.h"
#include "tracer/bpf/clock.bpf.h"
#include "tracer/bpf/state.bpf.h"
#include "tracer/bpf/targets.bpf.h"

#include <bpf/bpf_tracing.h>

/* Set before loading. */
const volatile _Bool exit_has_group_dead = 1; /* since 6.16 */
const volatile __s32 cgroup_hierarchy = 0;    /* of the CPU controller; 0: the unified one */

/* The target is followed whether or not anything is being recorded: it may begin later. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_fork *record;
	_Bool is_told;
	u64 now_ns;

	ww_target_follow_fork(parent->tgid, child->tgid);
	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	/* The child has what its parent has, for who was told of both. */
	is_told = ww_affinity_tell(ring, now_ns, parent);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	if (is_told)
		ww_affinity_is_told(child, now_ns);
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_FORK;
	record->reserved = 0;
	record->reserved2 = 0;
	record->parent_tid = parent->pid;
	record->child_tid = child->pid;
	record->child_pid = child->tgid;
	bpf_probe_read_kernel(record->comm, sizeof(record->comm), child->comm);
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_tid, struct linux_binprm *binprm)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_exec *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
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
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_exit(u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	_Bool is_group_dead = exit_has_group_dead ? (_Bool)ctx[1] : !task->signal->live.counter;
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_exit *record;
	u64 now_ns;

	if (is_group_dead)
		ww_target_forget(task->tgid);
	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_EXIT;
	record->group_dead = is_group_dead;
	record->reserved = 0;
	record->tid = task->pid;
	record->pid = task->tgid;
	record->reserved2 = 0;
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_rename *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_RENAME;
	record->reserved = 0;
	record->reserved2 = 0;
	record->tid = task->pid;
	__builtin_memset(record->comm, 0, sizeof(record->comm));
	bpf_probe_read_kernel_str(record->comm, sizeof(record->comm), comm);
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup, struct cgroup *cgroup, const char *path, struct task_struct *task,
	     _Bool is_process)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_cgroup *record;
	u64 now_ns;

	if (!ring || cgroup->root->hierarchy_id != cgroup_hierarchy)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_cgroup){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_CGROUP,
		.is_process = is_process,
		.tid = task->pid,
		.cgroup = cgroup->kn->id,
	};
	ww_ring_leave(ring);
	return 0;
}

/* A longer path loses its end here; the recorder looks names up once more. */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgroup, const char *path)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_cgroup_name *record;
	u64 now_ns;

	if (!ring || cgroup->root->hierarchy_id != cgroup_hierarchy)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	__builtin_memset(record, 0, sizeof(*record));
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_CGROUP_NAME;
	record->cgroup = cgroup->kn->id;
	bpf_probe_read_kernel_str(record->path, sizeof(record->path), path);
	ww_ring_leave(ring);
	return 0;
}

#define ROOT_CGROUP 1 /* the inode number of every hierarchy's top */

/* The groups that the scheduler makes by itself, one for a terminal, belong to no control group:
 * their threads are all at the top. */
static __always_inline u64 cgroup_of(struct task_struct *task)
{
	struct cgroup *cgroup;

	if (!cgroup_hierarchy)
		return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	if (!bpf_core_field_exists(task->sched_task_group))
		return 0;
	cgroup = BPF_CORE_READ(task, sched_task_group, css.cgroup);
	return cgroup ? BPF_CORE_READ(cgroup, kn, id) : ROOT_CGROUP;
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
	record.cgroup = cgroup_of(task);
	record.allowed_cpus = task->cpus_mask.bits[0];
	if (call.regs) {
		record.instruction = call.regs->ip;
		record.stack_pointer = call.regs->sp;
		record.frame_pointer = call.regs->bp;
	}
	bpf_probe_read_kernel(record.comm, sizeof(record.comm), task->comm);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	ww_affinity_is_told(task, record.timestamp);
	return 0;
}

#endif

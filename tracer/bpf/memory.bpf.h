/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* Page faults of the target, and what threads do when memory is short. */
#ifndef WW_TRACER_BPF_MEMORY_BPF_H
#define WW_TRACER_BPF_MEMORY_BPF_H

#include "tracer/bpf/clock.bpf.h"
#include "tracer/bpf/targets.bpf.h"

#include <bpf/bpf_tracing.h>

/* Filter first: every process of the machine comes along here. */
static __always_inline int record_fault(u64 address, u64 error)
{
	struct ww_wire_page_fault *record;
	struct ww_ring *ring;
	u64 now_ns;

	if (!ww_target_is_current())
		return 0;
	ring = ww_ring_of_cpu();
	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_page_fault){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_PAGE_FAULT,
		.error = error,
		.tid = (u32)bpf_get_current_pid_tgid(),
		.address = address,
	};
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/page_fault_user")
int BPF_PROG(on_page_fault_user, unsigned long address, struct pt_regs *regs, unsigned long error)
{
	return record_fault(address, error);
}

/* Whoever reads a program's memory in passing, as the walk along its stack does, lets no fault be
 * served: nobody waits for that page. */
SEC("tp_btf/page_fault_kernel")
int BPF_PROG(on_page_fault_kernel, unsigned long address, struct pt_regs *regs, unsigned long error)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->pagefault_disabled)
		return 0;
	return record_fault(address, error);
}

static __always_inline int reclaim_begin(u8 kind, int order)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_reclaim_begin *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_reclaim_begin){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_RECLAIM_BEGIN,
		.kind = kind,
		.order = order,
		.tid = (u32)bpf_get_current_pid_tgid(),
	};
	ww_ring_leave(ring);
	return 0;
}

static __always_inline int reclaim_end(u8 kind, u64 n_pages, int status)
{
	struct ww_ring *ring = ww_ring_of_cpu();
	struct ww_wire_reclaim_end *record;
	u64 now_ns;

	if (!ring)
		return 0;
	now_ns = ww_clock_read(ring);
	record = ww_ring_enter(ring, sizeof(*record));
	if (!record)
		return 0;
	*record = (struct ww_wire_reclaim_end){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_RECLAIM_END,
		.kind = kind,
		.status = status,
		.tid = (u32)bpf_get_current_pid_tgid(),
		.n_pages = n_pages,
	};
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/mm_vmscan_direct_reclaim_begin")
int BPF_PROG(on_direct_begin, int order)
{
	return reclaim_begin(WW_WIRE_RECLAIM_DIRECT, order);
}

SEC("tp_btf/mm_vmscan_direct_reclaim_end")
int BPF_PROG(on_direct_end, unsigned long n_pages)
{
	return reclaim_end(WW_WIRE_RECLAIM_DIRECT, n_pages, 0);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_begin")
int BPF_PROG(on_memcg_begin, int order)
{
	return reclaim_begin(WW_WIRE_RECLAIM_CGROUP, order);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_end")
int BPF_PROG(on_memcg_end, unsigned long n_pages)
{
	return reclaim_end(WW_WIRE_RECLAIM_CGROUP, n_pages, 0);
}

SEC("tp_btf/mm_vmscan_node_reclaim_begin")
int BPF_PROG(on_node_begin, int node, int order)
{
	return reclaim_begin(WW_WIRE_RECLAIM_NODE, order);
}

SEC("tp_btf/mm_vmscan_node_reclaim_end")
int BPF_PROG(on_node_end, unsigned long n_pages)
{
	return reclaim_end(WW_WIRE_RECLAIM_NODE, n_pages, 0);
}

SEC("tp_btf/mm_compaction_begin")
int BPF_PROG(on_compaction_begin, struct compact_control *control)
{
	return reclaim_begin(WW_WIRE_RECLAIM_COMPACTION, -1);
}

SEC("tp_btf/mm_compaction_end")
int BPF_PROG(on_compaction_end, struct compact_control *control, unsigned long begin,
	     unsigned long end, _Bool is_sync, int status)
{
	return reclaim_end(WW_WIRE_RECLAIM_COMPACTION, 0, status);
}

#endif

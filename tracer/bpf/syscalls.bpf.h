/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* Every system call of the target, for those who ask: these hooks cost every process of the machine
 * its fast way in. */
#ifndef WW_TRACER_BPF_SYSCALLS_BPF_H
#define WW_TRACER_BPF_SYSCALLS_BPF_H

#include "tracer/bpf/clock.bpf.h"
#include "tracer/bpf/targets.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("tp_btf/sys_enter")
int BPF_PROG(on_syscall_enter, struct pt_regs *regs, long number)
{
	struct ww_wire_syscall_enter *record;
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
	*record = (struct ww_wire_syscall_enter){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_SYSCALL_ENTER,
		.syscall = number,
		.tid = (u32)bpf_get_current_pid_tgid(),
		.arg0 = regs->di,
		.arg1 = regs->si,
		.arg2 = regs->dx,
	};
	ww_ring_leave(ring);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_syscall_exit, struct pt_regs *regs, long result)
{
	struct ww_wire_syscall_exit *record;
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
	*record = (struct ww_wire_syscall_exit){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_SYSCALL_EXIT,
		.syscall = regs->orig_ax,
		.tid = (u32)bpf_get_current_pid_tgid(),
		.result = result,
	};
	ww_ring_leave(ring);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Which processes the recording is about: what somebody named, and all that these start.
 *
 * Switches and wake-ups are recorded of everybody, because whoever waits may wait for anybody. What
 * costs more than that and tells about one thread only (stacks, faults, system calls) is recorded
 * of the target's.
 */
#ifndef WW_TRACER_BPF_TARGETS_BPF_H
#define WW_TRACER_BPF_TARGETS_BPF_H

#include "tracer/bpf/kernel-types.h"

#include <bpf/bpf_helpers.h>

/* Set before loading. */
const volatile _Bool is_everybody_target = 0;

#define MAX_TARGETS 32768

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_TARGETS);
	__type(key, u32);  /* process */
	__type(value, u8); /* 1 */
} targets SEC(".maps");

static __always_inline _Bool ww_target_has(u32 pid)
{
	return is_everybody_target || bpf_map_lookup_elem(&targets, &pid);
}

static __always_inline _Bool ww_target_is_current(void)
{
	return ww_target_has(bpf_get_current_pid_tgid() >> 32);
}

static __always_inline void ww_target_follow_fork(u32 parent_pid, u32 child_pid)
{
	static const u8 one = 1;

	if (!is_everybody_target && parent_pid != child_pid &&
	    bpf_map_lookup_elem(&targets, &parent_pid))
		bpf_map_update_elem(&targets, &child_pid, &one, BPF_ANY);
}

static __always_inline void ww_target_forget(u32 pid)
{
	if (!is_everybody_target)
		bpf_map_delete_elem(&targets, &pid);
}

#endif

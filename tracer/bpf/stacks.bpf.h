/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Where a thread is, as return addresses.
 *
 * A stack is told once, in records of eight frames, and then only its number. The number is a hash
 * of its addresses; a table remembers which numbers were told, one word each, and another stack in
 * the same place is told again. Whoever reads the trace must not mind that: the same number always
 * has the same frames.
 */
#ifndef WW_TRACER_BPF_STACKS_BPF_H
#define WW_TRACER_BPF_STACKS_BPF_H

#include "tracer/bpf/ring.bpf.h"
#include "tracer/bpf/stack-number.h"

/* Set before loading. */
const volatile _Bool has_user_stacks = 0;
const volatile _Bool has_kernel_stacks = 0;

#define MAX_FRAMES 32
#define MAX_STACKS 65536

struct stack {
	u64 frames[MAX_FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct stack);
} stack_room SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_STACKS);
	__type(key, u32);
	__type(value, u64);
} told_stacks SEC(".maps");

static const u32 stack_zero;

/*
 * The user's frames by the frame pointers of its code, which compilers leave out unless they are
 * told not to: where the chain breaks the stack ends. The innermost frame is the C library's and
 * has none; what lies on top of the stack is its return address as often as not, and is told as the
 * second.
 */
static __always_inline u32 walk_user(struct pt_regs *regs, struct stack *stack, u64 *hash)
{
	u64 frame[2], pointer = regs->bp, below = regs->sp;
	u32 n_frames = 2;

	stack->frames[0] = regs->ip;
	stack->frames[1] = 0;
	bpf_probe_read_user(&stack->frames[1], sizeof(u64), (void *)regs->sp);
	*hash = ww_stack_number_add(ww_stack_number_add(*hash, stack->frames[0]), stack->frames[1]);
	for (u32 i = 2; i < MAX_FRAMES; i++) {
		if (!ww_stack_is_frame(pointer, below) ||
		    bpf_probe_read_user(frame, sizeof(frame), (void *)pointer) || !frame[1])
			break;
		stack->frames[i] = frame[1];
		*hash = ww_stack_number_add(*hash, frame[1]);
		n_frames = i + 1;
		below = pointer;
		pointer = frame[0];
	}
	return n_frames;
}

static __always_inline _Bool write_frames(struct ww_ring *ring, u64 now_ns, u32 pid, u8 kind,
					  u64 number, const struct stack *stack, u32 n_frames,
					  u32 first)
{
	struct ww_wire_frames *record;
	u64 *frames;

	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return 0;
	record->timestamp = now_ns;
	record->id = WW_WIRE_ID_FRAMES;
	record->kind = kind;
	record->first = first;
	record->pid = pid;
	record->stack = number;
	frames = &record->frame0;
	for (u32 i = 0; i < WW_WIRE_FRAMES; i++)
		frames[i] =
			first + i < n_frames ? stack->frames[(first + i) & (MAX_FRAMES - 1)] : 0;
	ww_ring_end(ring);
	return 1;
}

static __always_inline void record_stack(struct ww_ring *ring, u64 now_ns, struct task_struct *task,
					 u8 kind, u64 number, const struct stack *stack,
					 u32 n_frames)
{
	struct ww_wire_stack *record;
	u32 slot = number >> WW_RING_STACK_SHIFT;
	u64 *told = bpf_map_lookup_elem(&told_stacks, &slot);
	_Bool is_told = 1;

	if (!told)
		return;
	/* What finds no room counts as lost, each for itself; the frames then come with the next
	 * one. */
	if (*told != number) {
		for (u32 first = 0; first < MAX_FRAMES; first += WW_WIRE_FRAMES) {
			if (first >= n_frames)
				break;
			is_told &= write_frames(ring, now_ns, task->tgid, kind, number, stack,
						n_frames, first);
		}
	}
	record = ww_ring_begin(ring, sizeof(*record));
	if (!record)
		return;
	*record = (struct ww_wire_stack){
		.timestamp = now_ns,
		.id = WW_WIRE_ID_STACK,
		.kind = kind,
		.n_frames = n_frames,
		.tid = task->pid,
		.stack = number,
	};
	ww_ring_end(ring);
	if (is_told)
		*told = number;
}

/* @task is the current one. The process is part of a user stack's number: the same address is
 * another function elsewhere. */
static __always_inline void record_user_stack(struct ww_ring *ring, u64 now_ns,
					      struct task_struct *task, struct pt_regs *regs)
{
	struct stack *stack = bpf_map_lookup_elem(&stack_room, &stack_zero);
	u64 number = task->tgid;
	u32 n_frames;

	if (!stack)
		return;
	n_frames = walk_user(regs, stack, &number);
	record_stack(ring, now_ns, task, WW_WIRE_STACK_USER, number, stack, n_frames);
}

static __always_inline void record_kernel_stack(struct ww_ring *ring, u64 now_ns, void *ctx,
						struct task_struct *task)
{
	struct stack *stack = bpf_map_lookup_elem(&stack_room, &stack_zero);
	u64 number = 0;
	long n_bytes;
	u32 n_frames;

	if (!stack)
		return;
	n_bytes = bpf_get_stack(ctx, stack->frames, sizeof(stack->frames), 0);
	if (n_bytes <= 0)
		return;
	n_frames = n_bytes / sizeof(u64);
	for (u32 i = 0; i < MAX_FRAMES; i++) {
		if (i >= n_frames)
			break;
		number = ww_stack_number_add(number, stack->frames[i]);
	}
	record_stack(ring, now_ns, task, WW_WIRE_STACK_KERNEL, number, stack, n_frames);
}

#endif

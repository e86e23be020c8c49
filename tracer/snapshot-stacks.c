// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/snapshot-stacks.h"

#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include "base/units.h"
#include "tracer/bpf/stack-number.h"

static bool read_words(int32_t pid, uint64_t address, uint64_t *words, size_t n_words)
{
	const size_t n_bytes = n_words * sizeof(*words);
	const struct iovec here = { .iov_base = words, .iov_len = n_bytes };
	const struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = n_bytes };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)n_bytes;
}

/* The registers of one that runs are those of its last entry into the kernel. */
static bool is_asleep(const struct ww_wire_task *task)
{
	return !task->is_kernel && !task->on_cpu && task->stack_pointer &&
	       task->state != WW_WIRE_STATE_RUNNING && task->state != WW_WIRE_STATE_DEAD &&
	       task->state != WW_WIRE_STATE_ZOMBIE;
}

/* As the BPF programs do at a switch, so that the same place has the same number. */
unsigned int ww_snapshot_walk(const struct ww_wire_task *task,
			      uint64_t frames[WW_SNAPSHOT_MAX_FRAMES])
{
	uint64_t frame[2], pointer = task->frame_pointer, below = task->stack_pointer;
	unsigned int n_frames = 2;

	if (!is_asleep(task) || !read_words(task->pid, below, &frames[1], 1))
		return 0;
	frames[0] = task->instruction;
	while (n_frames < WW_SNAPSHOT_MAX_FRAMES && ww_stack_is_frame(pointer, below) &&
	       read_words(task->pid, pointer, frame, 2) && frame[1]) {
		frames[n_frames++] = frame[1];
		below = pointer;
		pointer = frame[0];
	}
	return n_frames;
}

static uint64_t number_of(int32_t pid, const uint64_t *frames, unsigned int n_frames)
{
	uint64_t number = (uint32_t)pid;

	for (unsigned int i = 0; i < n_frames; i++)
		number = ww_stack_number_add(number, frames[i]);
	return number;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec * WW_NS_PER_S + now.tv_nsec);
}

static bool give_frames(const struct ww_wire_stack *stack, int32_t pid, const uint64_t *frames,
			ww_record_func func, void *user_data)
{
	for (unsigned int first = 0; first < stack->n_frames; first += WW_WIRE_FRAMES) {
		struct ww_wire_frames record = {
			.timestamp = stack->timestamp,
			.id = WW_WIRE_ID_FRAMES,
			.kind = stack->kind,
			.first = (__u16)first,
			.pid = (__u32)pid,
			.stack = stack->stack,
		};
		const unsigned int n_here = MIN(stack->n_frames - first, WW_WIRE_FRAMES);

		memcpy(&record.frame0, frames + first, n_here * sizeof(*frames));
		if (!func(UINT32_MAX, &record, sizeof(record), user_data))
			return false;
	}
	return true;
}

bool ww_snapshot_give_stack(const struct ww_wire_task *task, ww_record_func func, void *user_data)
{
	uint64_t frames[WW_SNAPSHOT_MAX_FRAMES];
	const unsigned int n_frames = ww_snapshot_walk(task, frames);
	const struct ww_wire_stack stack = {
		.timestamp = now_ns(),
		.id = WW_WIRE_ID_STACK,
		.kind = WW_WIRE_STACK_USER,
		.n_frames = (__u16)n_frames,
		.tid = task->tid,
		.stack = number_of(task->pid, frames, n_frames),
	};

	if (!n_frames)
		return true;
	return give_frames(&stack, task->pid, frames, func, user_data) &&
	       func(UINT32_MAX, &stack, sizeof(stack), user_data);
}

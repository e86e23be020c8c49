// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/protocol.h"

#include <stdlib.h>
#include <string.h>

#define BARE offsetof(struct ww_event, switched)
#define UP_TO(member)                                                                              \
	(offsetof(struct ww_event, member) + sizeof(((struct ww_event *)NULL)->member))

static const uint16_t bare_bytes[WW_PROTOCOL_N] = {
	[WW_EVENT_SWITCH] = UP_TO(switched),
	[WW_EVENT_WAKING] = UP_TO(woken),
	[WW_EVENT_WAKEUP] = UP_TO(woken),
	[WW_EVENT_WAKEUP_NEW] = UP_TO(woken),
	[WW_EVENT_MIGRATE] = UP_TO(migrated),
	[WW_EVENT_FORK] = UP_TO(forked),
	[WW_EVENT_EXEC] = UP_TO(execed),
	[WW_EVENT_EXIT] = UP_TO(exited),
	[WW_EVENT_RENAME] = BARE,
	[WW_EVENT_TASK] = UP_TO(task),
	[WW_EVENT_SYSCALL_ENTER] = UP_TO(syscall),
	[WW_EVENT_SYSCALL_EXIT] = UP_TO(syscall),
	[WW_EVENT_LOCK_WAIT_BEGIN] = UP_TO(lock),
	[WW_EVENT_LOCK_WAIT_END] = UP_TO(lock),
	[WW_EVENT_ALLOC_PAUSE] = UP_TO(alloc),
	[WW_EVENT_MODULE] = UP_TO(module),
	[WW_EVENT_INTERRUPT] = UP_TO(interrupt),
	[WW_EVENT_INTERRUPT_ENTRY] = UP_TO(interrupt),
	[WW_EVENT_INTERRUPT_EXIT] = UP_TO(interrupt),
	[WW_EVENT_IRQ_NAME] = UP_TO(irq_name),
	[WW_EVENT_CPU_IDLE] = UP_TO(idle),
	[WW_EVENT_CPU_IDLE_STATE] = UP_TO(idle),
	[WW_EVENT_CPU_HOTPLUG] = UP_TO(hotplug),
	[WW_EVENT_CPU_FREQUENCY] = UP_TO(frequency),
	[WW_EVENT_SETPRIO] = UP_TO(setprio),
	[WW_EVENT_KERNEL_LOCK_BEGIN] = UP_TO(kernel_lock),
	[WW_EVENT_KERNEL_LOCK_END] = UP_TO(kernel_lock),
	[WW_EVENT_BLOCKED_ON] = UP_TO(kernel_lock),
	[WW_EVENT_TIMEOUT] = UP_TO(timeout),
	[WW_EVENT_STACK] = UP_TO(stack),
	[WW_EVENT_FRAMES] = UP_TO(stack),
	[WW_EVENT_PAGE_FAULT] = UP_TO(page_fault),
	[WW_EVENT_RECLAIM_BEGIN] = UP_TO(reclaim),
	[WW_EVENT_RECLAIM_END] = UP_TO(reclaim),
	[WW_EVENT_DISK_START] = UP_TO(disk),
	[WW_EVENT_DISK_ISSUE] = UP_TO(disk),
	[WW_EVENT_DISK_COMPLETE] = UP_TO(disk),
	[WW_EVENT_WORK_QUEUE] = UP_TO(work),
	[WW_EVENT_WORK_BEGIN] = UP_TO(work),
	[WW_EVENT_WORK_END] = UP_TO(work),
	[WW_EVENT_AFFINITY] = UP_TO(affinity),
	[WW_EVENT_CGROUP] = UP_TO(cgroup),
	[WW_EVENT_CGROUP_NAME] = UP_TO(cgroup),
	[WW_EVENT_DESCRIPTOR] = UP_TO(file),
	[WW_EVENT_FILE_NAME] = UP_TO(file),
	[WW_EVENT_THROTTLE_TOTAL] = UP_TO(cgroup),
	[WW_EVENT_STEAL] = UP_TO(steal),
	[WW_EVENT_TASK_BEGIN] = UP_TO(user),
	[WW_EVENT_TASK_END] = UP_TO(user),
	[WW_EVENT_REGION_BEGIN] = UP_TO(user),
	[WW_EVENT_REGION_END] = UP_TO(user),
	[WW_EVENT_LOG] = UP_TO(user),
	[WW_EVENT_COUNTER] = UP_TO(user),
	[WW_EVENT_LOST] = UP_TO(lost),
	[WW_EVENT_GAP] = UP_TO(gap),
	[WW_EVENT_OTHER] = BARE,
	[WW_PROTOCOL_HELLO] = UP_TO(lost),
	[WW_PROTOCOL_PROGRESS] = UP_TO(lost),
	[WW_PROTOCOL_FAILED] = UP_TO(gap),
	[WW_PROTOCOL_DONE] = BARE,
};

static void init_switch(struct ww_event *event)
{
	event->switched.next_tid = WW_TID_UNKNOWN;
	event->switched.syscall = WW_SYSCALL_UNKNOWN;
	event->switched.next_prio = -1;
	event->switched.prev_state = WW_WIRE_STATE_UNKNOWN;
}

static void init_woken(struct ww_event *event)
{
	event->woken.waker_tid = WW_TID_UNKNOWN;
	event->woken.target_cpu = WW_CPU_UNKNOWN;
	event->woken.context = WW_WIRE_CONTEXT_N;
	event->woken.prio = -1;
}

static void init_task(struct ww_event *event)
{
	event->task.parent_pid = WW_TID_UNKNOWN;
	event->task.cpu = WW_CPU_UNKNOWN;
	event->task.syscall = WW_SYSCALL_UNKNOWN;
	event->task.prio = -1;
	event->task.state = WW_WIRE_STATE_UNKNOWN;
}

/* What is not 0 when a trace does not say it. */
static void init_rest(struct ww_event *event)
{
	switch (event->kind) {
	case WW_EVENT_ALLOC_PAUSE:
		event->alloc.minor_faults = event->alloc.major_faults = -1;
		break;
	case WW_EVENT_INTERRUPT:
	case WW_EVENT_INTERRUPT_ENTRY:
	case WW_EVENT_INTERRUPT_EXIT:
		event->interrupt.context = WW_WIRE_CONTEXT_N;
		break;
	case WW_EVENT_CPU_IDLE:
	case WW_EVENT_CPU_IDLE_STATE:
		event->idle.cpu = WW_CPU_UNKNOWN;
		break;
	case WW_EVENT_CPU_HOTPLUG:
		event->hotplug.cpu = WW_CPU_UNKNOWN;
		break;
	case WW_EVENT_CPU_FREQUENCY:
		event->frequency.cpu = WW_CPU_UNKNOWN;
		break;
	case WW_EVENT_SETPRIO:
		event->setprio.donor_tid = WW_TID_UNKNOWN;
		event->setprio.old_prio = event->setprio.new_prio = -1;
		break;
	case WW_EVENT_KERNEL_LOCK_BEGIN:
	case WW_EVENT_BLOCKED_ON:
		event->kernel_lock.owner_tid = WW_TID_UNKNOWN;
		break;
	case WW_EVENT_TIMEOUT:
		event->timeout.syscall = WW_SYSCALL_UNKNOWN;
		break;
	case WW_EVENT_RECLAIM_BEGIN:
		event->reclaim.order = -1;
		break;
	case WW_EVENT_DISK_START:
	case WW_EVENT_DISK_ISSUE:
	case WW_EVENT_DISK_COMPLETE:
		event->disk.operation = UINT8_MAX;
		break;
	case WW_EVENT_STEAL:
		event->steal.cpu = WW_CPU_UNKNOWN;
		break;
	case WW_EVENT_DESCRIPTOR:
	case WW_EVENT_FILE_NAME:
		event->file.descriptor = -1;
		break;
	default:
		break;
	}
}

void ww_event_init(struct ww_event *event, enum ww_event_kind kind)
{
	*event = (struct ww_event){
		.kind = (uint8_t)kind,
		.cpu = WW_CPU_UNKNOWN,
		.tid = WW_TID_UNKNOWN,
		.pid = WW_TID_UNKNOWN,
	};
	switch (kind) {
	case WW_EVENT_SWITCH:
		init_switch(event);
		break;
	case WW_EVENT_WAKING:
	case WW_EVENT_WAKEUP:
	case WW_EVENT_WAKEUP_NEW:
		init_woken(event);
		break;
	case WW_EVENT_MIGRATE:
		event->migrated.from_cpu = event->migrated.to_cpu = WW_CPU_UNKNOWN;
		break;
	case WW_EVENT_FORK:
		event->forked.parent_tid = WW_TID_UNKNOWN;
		break;
	case WW_EVENT_EXEC:
		event->execed.old_tid = WW_TID_UNKNOWN;
		break;
	case WW_EVENT_TASK:
		init_task(event);
		break;
	case WW_EVENT_SYSCALL_ENTER:
	case WW_EVENT_SYSCALL_EXIT:
		event->syscall.nr = WW_SYSCALL_UNKNOWN;
		break;
	case WW_EVENT_LOCK_WAIT_BEGIN:
	case WW_EVENT_LOCK_WAIT_END:
		event->lock.owner_tid = WW_TID_UNKNOWN;
		event->lock.duration_ns = -1;
		break;
	default:
		init_rest(event);
	}
}

unsigned int ww_event_frames(const struct ww_event *event, uint64_t frames[WW_WIRE_FRAMES])
{
	const char *at = event->text ? event->text : "";
	unsigned int n = 0;
	char *end;

	for (; n < WW_WIRE_FRAMES; n++, at = end) {
		frames[n] = strtoull(at, &end, 16);
		if (end == at)
			break;
	}
	return n;
}

static void clamp(uint8_t *value, unsigned int n, unsigned int otherwise)
{
	if (*value >= n)
		*value = (uint8_t)otherwise;
}

/* A bool that holds anything but 0 or 1 is undefined to read, so it is looked at as a byte. */
static void clamp_flag(bool *flag)
{
	uint8_t byte;

	memcpy(&byte, flag, 1);
	*flag = byte != 0;
}

static void accept_switch(struct ww_event *event)
{
	clamp(&event->switched.prev_state, WW_WIRE_STATE_N, WW_WIRE_STATE_UNKNOWN);
	clamp_flag(&event->switched.throttled);
	clamp_flag(&event->switched.in_iowait);
	clamp_flag(&event->switched.preempted);
	clamp_flag(&event->switched.in_fault);
}

static void accept_task(struct ww_event *event)
{
	clamp(&event->task.state, WW_WIRE_STATE_N, WW_WIRE_STATE_UNKNOWN);
	clamp_flag(&event->task.throttled);
	clamp_flag(&event->task.in_iowait);
	clamp_flag(&event->task.on_cpu);
	clamp_flag(&event->task.is_kernel);
}

void ww_event_clamp(struct ww_event *event)
{
	event->source = event->source != 0;
	switch (event->kind) {
	case WW_EVENT_SWITCH:
		accept_switch(event);
		break;
	case WW_EVENT_WAKING:
	case WW_EVENT_WAKEUP:
	case WW_EVENT_WAKEUP_NEW:
		clamp(&event->woken.context, WW_WIRE_CONTEXT_N, WW_WIRE_CONTEXT_N);
		clamp_flag(&event->woken.is_enqueued);
		break;
	case WW_EVENT_TASK:
		accept_task(event);
		break;
	case WW_EVENT_EXIT:
		clamp_flag(&event->exited.group_dead);
		break;
	case WW_EVENT_LOCK_WAIT_BEGIN:
	case WW_EVENT_LOCK_WAIT_END:
		clamp(&event->lock.kind, WW_LOCK_N, WW_LOCK_MUTEX);
		break;
	case WW_EVENT_ALLOC_PAUSE:
		clamp(&event->alloc.call, WW_ALLOC_N, WW_ALLOC_MALLOC);
		break;
	case WW_EVENT_INTERRUPT:
	case WW_EVENT_INTERRUPT_ENTRY:
	case WW_EVENT_INTERRUPT_EXIT:
		clamp(&event->interrupt.context, WW_WIRE_CONTEXT_N, WW_WIRE_CONTEXT_N);
		break;
	case WW_EVENT_KERNEL_LOCK_BEGIN:
	case WW_EVENT_KERNEL_LOCK_END:
	case WW_EVENT_BLOCKED_ON:
		clamp_flag(&event->kernel_lock.has_failed);
		break;
	case WW_EVENT_TIMEOUT:
		clamp(&event->timeout.kind, WW_WIRE_TIMEOUT_N, WW_WIRE_TIMEOUT_OTHER);
		break;
	case WW_EVENT_STACK:
	case WW_EVENT_FRAMES:
		clamp(&event->stack.kind, WW_WIRE_STACK_N, WW_WIRE_STACK_USER);
		break;
	case WW_EVENT_RECLAIM_BEGIN:
	case WW_EVENT_RECLAIM_END:
		clamp(&event->reclaim.kind, WW_WIRE_RECLAIM_N, WW_WIRE_RECLAIM_DIRECT);
		break;
	case WW_EVENT_CGROUP:
		clamp_flag(&event->cgroup.is_process);
		break;
	case WW_EVENT_DESCRIPTOR:
	case WW_EVENT_FILE_NAME:
		clamp(&event->file.kind, WW_WIRE_FILE_N, WW_WIRE_FILE_UNKNOWN);
		break;
	case WW_EVENT_SYSCALL_ENTER:
	case WW_EVENT_SYSCALL_EXIT:
		clamp(&event->syscall.n_args, 4, 0);
		break;
	case WW_EVENT_GAP:
	case WW_PROTOCOL_FAILED:
		clamp_flag(&event->gap.is_out_of_order);
		break;
	default:
		break;
	}
}

static size_t rounded(size_t n_bytes)
{
	return (n_bytes + 7U) & ~(size_t)7U;
}

/* Returns the bytes of @text with its end, 0: there is none. */
static size_t put_text(const char *text, size_t room_bytes, uint8_t *to)
{
	const size_t n_bytes = text ? strnlen(text, room_bytes - 1) + 1 : 0;

	if (n_bytes > 0) {
		memcpy(to, text, n_bytes - 1);
		to[n_bytes - 1] = '\0';
	}
	return n_bytes;
}

/* In the channel the members that point to texts hold how long these are. */
size_t ww_protocol_put(const struct ww_event *event, uint8_t *to)
{
	const size_t bare = bare_bytes[event->kind];
	const uintptr_t name_bytes = put_text(event->name, WW_TEXT_BYTES, to + bare);
	const uintptr_t text_bytes = put_text(event->text, WW_TEXT_BYTES, to + bare + name_bytes);

	memcpy(to, event, bare);
	memcpy(to + offsetof(struct ww_event, name), &name_bytes, sizeof(name_bytes));
	memcpy(to + offsetof(struct ww_event, text), &text_bytes, sizeof(text_bytes));
	return rounded(bare + name_bytes + text_bytes);
}

/* False when no text of that many bytes can be there. */
static bool take_text(const char **member, size_t room_bytes, const uint8_t *from)
{
	const size_t n_bytes = (uintptr_t)*member;

	if (n_bytes > room_bytes || (n_bytes > 0 && from[n_bytes - 1] != '\0'))
		return false;
	*member = n_bytes > 0 ? (const char *)from : NULL;
	return true;
}

size_t ww_protocol_take(const uint8_t *from, size_t n_bytes, struct ww_event *event)
{
	uintptr_t name_bytes, text_bytes;
	unsigned int kind;
	size_t bare, whole;

	if (n_bytes < BARE)
		return 0;
	kind = from[offsetof(struct ww_event, kind)];
	if (kind >= WW_PROTOCOL_N)
		return WW_PROTOCOL_NONSENSE;
	bare = bare_bytes[kind];
	memcpy(&name_bytes, from + offsetof(struct ww_event, name), sizeof(name_bytes));
	memcpy(&text_bytes, from + offsetof(struct ww_event, text), sizeof(text_bytes));
	if (name_bytes > WW_TEXT_BYTES || text_bytes > WW_TEXT_BYTES)
		return WW_PROTOCOL_NONSENSE;
	whole = rounded(bare + name_bytes + text_bytes);
	if (n_bytes < whole)
		return 0;
	memcpy(event, from, bare);
	if (!take_text(&event->name, WW_TEXT_BYTES, from + bare) ||
	    !take_text(&event->text, WW_TEXT_BYTES, from + bare + name_bytes))
		return WW_PROTOCOL_NONSENSE;
	ww_event_clamp(event);
	return whole;
}

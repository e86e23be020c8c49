// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fuzz/events.h"

#include <glib.h>
#include <string.h>

#define HEAD_BYTES 8
#define N_CPUS 9
#define N_SMALL_TIDS 40
#define MAX_EXPONENT 40
#define FIRST_NS INT64_C(1600000000000000000)
#define LAST_NS (INT64_C(1) << 62) /* what a reader lets through */

static const int32_t odd_tids[] = { WW_TID_UNKNOWN, INT32_MIN, INT32_MAX, -2, 4194304 };
static const char *const names[] = { NULL, "", "worker", "fifteen letters" };

static int32_t tid_of(uint8_t byte)
{
	return byte < 200 ? byte % N_SMALL_TIDS : odd_tids[byte % G_N_ELEMENTS(odd_tids)];
}

static uint16_t cpu_of(uint8_t byte)
{
	static const uint16_t odd_cpus[] = { 63, 64, 1023, WW_CPU_UNKNOWN };

	if (byte < 250)
		return byte % N_CPUS;
	return odd_cpus[byte % G_N_ELEMENTS(odd_cpus)];
}

static bool as_bool(const bool *value)
{
	uint8_t byte;

	memcpy(&byte, value, sizeof(byte));
	return byte & 1;
}

/* A small tid where any bytes were, so that threads meet again. */
static int32_t small(int32_t tid)
{
	return tid_of((uint8_t)tid);
}

static void tame(struct ww_event *event)
{
	switch (event->kind) {
	case WW_EVENT_SWITCH:
		event->switched.next_tid = small(event->switched.next_tid);
		event->switched.throttled = as_bool(&event->switched.throttled);
		event->switched.in_iowait = as_bool(&event->switched.in_iowait);
		event->switched.preempted = as_bool(&event->switched.preempted);
		event->switched.in_fault = as_bool(&event->switched.in_fault);
		break;
	case WW_EVENT_WAKING:
	case WW_EVENT_WAKEUP:
	case WW_EVENT_WAKEUP_NEW:
		event->woken.waker_tid = small(event->woken.waker_tid);
		event->woken.is_enqueued = as_bool(&event->woken.is_enqueued);
		break;
	case WW_EVENT_EXIT:
		event->exited.group_dead = as_bool(&event->exited.group_dead);
		break;
	case WW_EVENT_TASK:
		event->task.throttled = as_bool(&event->task.throttled);
		event->task.in_iowait = as_bool(&event->task.in_iowait);
		event->task.on_cpu = as_bool(&event->task.on_cpu);
		event->task.is_kernel = as_bool(&event->task.is_kernel);
		break;
	case WW_EVENT_KERNEL_LOCK_BEGIN:
	case WW_EVENT_KERNEL_LOCK_END:
		event->kernel_lock.has_failed = as_bool(&event->kernel_lock.has_failed);
		break;
	case WW_EVENT_CGROUP:
		event->cgroup.is_process = as_bool(&event->cgroup.is_process);
		break;
	case WW_EVENT_GAP:
		event->gap.is_out_of_order = as_bool(&event->gap.is_out_of_order);
		event->text = event->text ? event->text : "stream 'x' is damaged at byte 0";
		break;
	default:
		break;
	}
}

/* Returns how many bytes it took. */
static size_t take_event(const uint8_t *bytes, size_t n_bytes, int64_t *now_ns,
			 struct ww_event *event)
{
	const size_t own_at = offsetof(struct ww_event, switched);
	const size_t wanted = MIN(bytes[7], sizeof(*event) - own_at);
	const size_t n_own = MIN(wanted, n_bytes - HEAD_BYTES);

	memset(event, 0, sizeof(*event));
	memcpy((uint8_t *)event + own_at, bytes + HEAD_BYTES, n_own);
	*now_ns = MIN(*now_ns + ((int64_t)bytes[6] << bytes[5] % MAX_EXPONENT), LAST_NS);
	event->time_ns = *now_ns;
	event->kind = bytes[0] % WW_EVENT_N;
	event->source = bytes[1] & 1;
	event->name = names[bytes[1] >> 1 & 3];
	event->text = names[bytes[1] >> 3 & 3];
	event->cpu = cpu_of(bytes[2]);
	event->tid = tid_of(bytes[3]);
	event->pid = tid_of(bytes[4]);
	tame(event);
	return HEAD_BYTES + n_own;
}

void ww_fuzz_replay(struct ww_replay *replay, const uint8_t *bytes, size_t n_bytes)
{
	int64_t now_ns = FIRST_NS;
	struct ww_event event;

	while (n_bytes >= HEAD_BYTES) {
		const size_t n_taken = take_event(bytes, n_bytes, &now_ns, &event);

		bytes += n_taken;
		n_bytes -= n_taken;
		ww_replay_event(replay, &event);
	}
}

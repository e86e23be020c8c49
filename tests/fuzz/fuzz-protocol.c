// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as what a reader's child writes, which may have gone wild: every event taken out of them is
 * one that the parent can work with.
 */
#include <glib.h>
#include <string.h>

#include "analysis/read/protocol.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *text, size_t room_bytes, const uint64_t *begin, size_t n_bytes)
{
	if (!text)
		return;
	g_assert_true(text >= (const char *)begin && text < (const char *)begin + n_bytes);
	g_assert_cmpuint(strlen(text), <, room_bytes);
}

static void check_bool(const bool *value)
{
	uint8_t byte;

	memcpy(&byte, value, sizeof(byte));
	g_assert_cmpuint(byte, <=, 1);
}

static void check_switch(const struct ww_event *event)
{
	g_assert_cmpuint(event->switched.prev_state, <=, WW_WIRE_STATE_UNKNOWN);
	check_bool(&event->switched.throttled);
	check_bool(&event->switched.in_iowait);
	check_bool(&event->switched.preempted);
	check_bool(&event->switched.in_fault);
}

static void check_task(const struct ww_event *event)
{
	g_assert_cmpuint(event->task.state, <=, WW_WIRE_STATE_UNKNOWN);
	check_bool(&event->task.throttled);
	check_bool(&event->task.in_iowait);
	check_bool(&event->task.on_cpu);
	check_bool(&event->task.is_kernel);
}

static void check_event(const struct ww_event *event)
{
	g_assert_cmpuint(event->source, <=, 1);
	switch (event->kind) {
	case WW_EVENT_SWITCH:
		check_switch(event);
		break;
	case WW_EVENT_TASK:
		check_task(event);
		break;
	case WW_EVENT_WAKING:
	case WW_EVENT_WAKEUP:
	case WW_EVENT_WAKEUP_NEW:
		g_assert_cmpuint(event->woken.context, <=, WW_WIRE_CONTEXT_N);
		check_bool(&event->woken.is_enqueued);
		break;
	case WW_EVENT_EXIT:
		check_bool(&event->exited.group_dead);
		break;
	case WW_EVENT_GAP:
		check_bool(&event->gap.is_out_of_order);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autofree uint64_t *aligned = g_malloc(n_bytes + 1);
	const uint8_t *at = n_bytes > 0 ? memcpy(aligned, bytes, n_bytes) : (uint8_t *)aligned;
	size_t n_left = n_bytes, n_taken;
	struct ww_event event;

	while ((n_taken = ww_protocol_take(at, n_left, &event)) != 0 &&
	       n_taken != WW_PROTOCOL_NONSENSE) {
		g_assert_cmpuint(n_taken, <=, n_left);
		g_assert_cmpuint(event.kind, <, WW_PROTOCOL_N);
		/* A log of a program has its category there, which may be as long as any text. */
		check_text(event.name, WW_TEXT_BYTES, aligned, n_bytes);
		check_text(event.text, WW_TEXT_BYTES, aligned, n_bytes);
		check_event(&event);
		at += n_taken;
		n_left -= n_taken;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records that make up nearly all of our own kernel streams, decoded without steps.
 *
 * They say nothing that the dialect's tables do not say: tests/unit/test-readers.c compares both
 * over all of their bits. They are used only where the metadata lays a record out as base/wire.h
 * does.
 */
#include <string.h>

#include "analysis/read/layout.h"
#include "analysis/read/protocol.h"

/* As WW_AS_TID of a whole integer. */
static int32_t tid_of(int32_t tid)
{
	return tid < 0 ? WW_TID_UNKNOWN : tid;
}

static void begin(struct ww_event *event, enum ww_event_kind kind, uint16_t cpu, int32_t tid)
{
	event->kind = (uint8_t)kind;
	event->source = 0;
	event->cpu = cpu;
	event->tid = tid;
	event->pid = WW_TID_UNKNOWN;
	event->name = NULL;
	event->text = NULL;
}

static void decode_switch(const void *record, uint16_t cpu, struct ww_event *event)
{
	struct ww_wire_switch from;

	memcpy(&from, record, sizeof(from));
	begin(event, WW_EVENT_SWITCH, cpu, (int32_t)from.prev_tid);
	event->switched.next_tid = from.next_tid;
	event->switched.run_delay_ns = from.run_delay_ns;
	event->switched.syscall_arg0 = from.syscall_arg0;
	event->switched.syscall = from.syscall;
	event->switched.next_prio = from.next_prio;
	event->switched.syscall_arg1 = from.syscall_arg1;
	event->switched.prev_state =
		from.prev_state < WW_WIRE_STATE_N ? from.prev_state : WW_WIRE_STATE_UNKNOWN;
	event->switched.throttled = from.throttled;
	event->switched.in_iowait = from.in_iowait;
	event->switched.preempted = from.preempted;
	event->switched.in_fault = from.in_fault;
}

static void decode_woken(const struct ww_wire_waking *from, enum ww_event_kind kind, uint16_t cpu,
			 struct ww_event *event)
{
	begin(event, kind, cpu, tid_of(from->tid));
	event->woken.waker_tid = tid_of(from->waker_tid);
	event->woken.target_cpu = ww_dialect_cpu(from->target_cpu);
	event->woken.vector = from->vector;
	event->woken.context = MIN(from->context, WW_WIRE_CONTEXT_N);
	event->woken.is_enqueued = from->is_enqueued != 0;
	event->woken.prio = from->prio;
}

static void decode_waking(const void *record, uint16_t cpu, struct ww_event *event)
{
	struct ww_wire_waking from;

	memcpy(&from, record, sizeof(from));
	decode_woken(&from, WW_EVENT_WAKING, cpu, event);
}

static void decode_wakeup_new(const void *record, uint16_t cpu, struct ww_event *event)
{
	struct ww_wire_wakeup_new from;
	struct ww_wire_waking same;

	memcpy(&from, record, sizeof(from));
	memcpy(&same, &from, sizeof(same));
	decode_woken(&same, WW_EVENT_WAKEUP_NEW, cpu, event);
}

static void decode_wakeup(const void *record, uint16_t cpu, struct ww_event *event)
{
	struct ww_wire_wakeup from;

	memcpy(&from, record, sizeof(from));
	begin(event, WW_EVENT_WAKEUP, cpu, tid_of(from.tid));
	event->woken.waker_tid = WW_TID_UNKNOWN;
	event->woken.target_cpu = ww_dialect_cpu(from.target_cpu);
	event->woken.vector = 0;
	event->woken.context = WW_WIRE_CONTEXT_N;
	event->woken.is_enqueued = false;
	event->woken.prio = from.prio;
}

static void decode_migrate(const void *record, uint16_t cpu, struct ww_event *event)
{
	struct ww_wire_migrate from;

	memcpy(&from, record, sizeof(from));
	begin(event, WW_EVENT_MIGRATE, cpu, tid_of(from.tid));
	event->migrated.from_cpu = ww_dialect_cpu(from.from_cpu);
	event->migrated.to_cpu = ww_dialect_cpu(from.to_cpu);
}

static void decode_interrupt(const void *record, uint16_t cpu, struct ww_event *event)
{
	struct ww_wire_interrupt from;

	memcpy(&from, record, sizeof(from));
	begin(event, WW_EVENT_INTERRUPT, cpu, WW_TID_UNKNOWN);
	event->interrupt.function = from.function;
	event->interrupt.duration_ns = from.duration_ns;
	event->interrupt.vector = from.vector;
	event->interrupt.context = MIN(from.context, WW_WIRE_CONTEXT_N);
}

static const struct {
	enum ww_wire_id id;
	ww_direct_decode *decode;
} decoders[] = {
	{ WW_WIRE_ID_SWITCH, decode_switch },   { WW_WIRE_ID_WAKING, decode_waking },
	{ WW_WIRE_ID_WAKEUP, decode_wakeup },   { WW_WIRE_ID_WAKEUP_NEW, decode_wakeup_new },
	{ WW_WIRE_ID_MIGRATE, decode_migrate }, { WW_WIRE_ID_INTERRUPT, decode_interrupt },
};

static bool is_same_field(const struct ww_tsdl_field *field, const struct ww_wire_field *wire)
{
	const struct ww_tsdl_type *type = &field->type;
	const uint32_t align_bits = wire->kind == WW_WIRE_FIELD_BITS ? 1 : 8;

	return wire->kind != WW_WIRE_FIELD_TEXT && type->class == WW_TSDL_INT &&
	       field->n_dimensions == 0 && type->n_bits == wire->size &&
	       type->align_bits == align_bits && type->is_signed == wire->is_signed &&
	       type->order != WW_TSDL_BIG && field->name[0] == '_' &&
	       strcmp(field->name + 1, wire->name) == 0;
}

static bool is_same_record(const struct ww_tsdl_event *event, const struct ww_wire_record *wire)
{
	const GArray *fields = event->payload ? event->payload->fields : NULL;

	if (event->context || !fields || fields->len != wire->n_fields ||
	    event->payload->align_bits != 8 || strcmp(event->name, wire->name) != 0)
		return false;
	for (guint i = 0; i < fields->len; i++) {
		if (!is_same_field(&g_array_index(fields, struct ww_tsdl_field, i),
				   &wire->fields[i]))
			return false;
	}
	return true;
}

ww_direct_decode *ww_direct_find(const struct ww_tsdl_event *event)
{
	for (size_t i = 0; i < G_N_ELEMENTS(decoders); i++) {
		const struct ww_wire_record *wire = &ww_wire_records[decoders[i].id];

		if (is_same_record(event, wire))
			return decoders[i].decode;
	}
	return NULL;
}

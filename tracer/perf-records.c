// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/perf-records.h"

#include <string.h>

#include "base/wire.h"

/* The layouts of perf_event_open(2); the header has none for C. */
struct sample_id {
	uint32_t pid, tid;
	uint64_t time;
	uint64_t event;
	uint32_t cpu, reserved;
};

struct task_record { /* fork and exit */
	struct perf_event_header header;
	uint32_t pid, ppid;
	uint32_t tid, ptid;
	uint64_t time;
};

struct comm_record {
	struct perf_event_header header;
	uint32_t pid, tid;
	char comm[];
};

struct lost_record {
	struct perf_event_header header;
	uint64_t id;
	uint64_t n_lost;
};

/* One record on its way. */
struct decoding {
	const struct perf_event_header *record;
	struct sample_id id;
	struct ww_perf_decoder *decoder;
};

static bool give(const struct decoding *at, const void *record, size_t size_bytes)
{
	return at->decoder->func(at->id.cpu, record, size_bytes, at->decoder->user_data);
}

static bool give_out(const struct decoding *at, int32_t tid, enum ww_wire_left left)
{
	const struct ww_wire_sched_out out = {
		.timestamp = at->id.time,
		.id = WW_WIRE_ID_SCHED_OUT,
		.left = (__u8)left,
		.tid = tid,
	};

	return give(at, &out, sizeof(out));
}

static bool decode_switch(const struct decoding *at)
{
	const struct ww_wire_sched_in in = {
		.timestamp = at->id.time,
		.id = WW_WIRE_ID_SCHED_IN,
		.tid = (int32_t)at->id.tid,
	};

	if (!(at->record->misc & PERF_RECORD_MISC_SWITCH_OUT))
		return give(at, &in, sizeof(in));
	return give_out(at, (int32_t)at->id.tid,
			at->record->misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT
				? WW_WIRE_LEFT_PREEMPTED
				: WW_WIRE_LEFT_BLOCKED);
}

static bool decode_fork(const struct decoding *at)
{
	const struct task_record *task = (const void *)at->record;
	const struct ww_wire_fork fork = {
		.timestamp = at->id.time,
		.id = WW_WIRE_ID_FORK,
		.parent_tid = (int32_t)task->ptid,
		.child_tid = (int32_t)task->tid,
		.child_pid = (int32_t)task->pid,
	};

	return give(at, &fork, sizeof(fork));
}

/* The kernel takes the events off a thread before its last switch, so this is the last of it. */
static bool decode_exit(const struct decoding *at)
{
	const struct task_record *task = (const void *)at->record;
	const struct ww_wire_exit record = {
		.timestamp = at->id.time,
		.id = WW_WIRE_ID_EXIT,
		.group_dead = WW_WIRE_GROUP_DEAD_UNKNOWN,
		.tid = (int32_t)task->tid,
		.pid = (int32_t)task->pid,
	};

	return give(at, &record, sizeof(record)) &&
	       give_out(at, (int32_t)task->tid, WW_WIRE_LEFT_ENDED);
}

static bool decode_comm(const struct decoding *at)
{
	const struct comm_record *comm = (const void *)at->record;
	const size_t room = at->record->size - sizeof(*comm) - sizeof(at->id);
	struct ww_wire_exec exec = {
		.timestamp = at->id.time,
		.id = WW_WIRE_ID_EXEC,
		.tid = (int32_t)comm->tid,
		.old_tid = -1,
		.pid = (int32_t)comm->pid,
	};
	struct ww_wire_rename named = {
		.timestamp = at->id.time,
		.id = WW_WIRE_ID_RENAME,
		.tid = (int32_t)comm->tid,
	};
	const size_t length = strnlen(comm->comm, MIN(room, WW_WIRE_COMM_BYTES - 1));

	memcpy(exec.comm, comm->comm, length);
	memcpy(named.comm, comm->comm, length);
	return at->record->misc & PERF_RECORD_MISC_COMM_EXEC ? give(at, &exec, sizeof(exec))
							     : give(at, &named, sizeof(named));
}

static bool decode_lost(const struct decoding *at)
{
	const struct lost_record *lost = (const void *)at->record;

	at->decoder->n_lost += lost->n_lost;
	return true;
}

static const struct {
	size_t size_bytes; /* without the sample id */
	bool (*decode)(const struct decoding *at);
} kinds[PERF_RECORD_MAX] = {
	[PERF_RECORD_SWITCH] = { sizeof(struct perf_event_header), decode_switch },
	[PERF_RECORD_FORK] = { sizeof(struct task_record), decode_fork },
	[PERF_RECORD_EXIT] = { sizeof(struct task_record), decode_exit },
	[PERF_RECORD_COMM] = { sizeof(struct comm_record), decode_comm },
	[PERF_RECORD_LOST] = { sizeof(struct lost_record), decode_lost },
};

static struct ww_perf_fact fact_of(const struct decoding *at)
{
	const struct task_record *task = (const void *)at->record;
	const bool is_task =
		at->record->type == PERF_RECORD_FORK || at->record->type == PERF_RECORD_EXIT;

	return (struct ww_perf_fact){
		.type = at->record->type,
		.misc = at->record->misc,
		.tid = at->id.tid,
		.subject = is_task ? task->tid : 0,
		.event = at->id.event,
	};
}

/* Two renames in a row by one event are two renames. */
static bool is_told_twice(const struct ww_perf_fact *last, const struct ww_perf_fact *fact)
{
	return fact->type == last->type && fact->misc == last->misc && fact->tid == last->tid &&
	       fact->subject == last->subject && fact->event != last->event;
}

bool ww_perf_decode(struct ww_perf_decoder *decoder, const struct perf_event_header *record)
{
	struct decoding at = { .record = record, .decoder = decoder };
	struct ww_perf_fact fact;

	if (record->type >= G_N_ELEMENTS(kinds) || !kinds[record->type].decode)
		return true;
	if (record->size < kinds[record->type].size_bytes + sizeof(at.id)) {
		decoder->n_lost++;
		return true;
	}
	memcpy(&at.id, (const uint8_t *)record + record->size - sizeof(at.id), sizeof(at.id));
	fact = fact_of(&at);
	if (record->type != PERF_RECORD_LOST && is_told_twice(&decoder->last, &fact))
		return true;
	decoder->last = fact;
	return kinds[record->type].decode(&at);
}

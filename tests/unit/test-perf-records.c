// SPDX-License-Identifier: GPL-2.0-or-later
/* Records as the kernel lays them out, and what they become. */
#include "tracer/perf-records.h"

#include <string.h>

#include "base/wire.h"

#define TIME 1234567890123
#define CPU 3
#define EVENT 11

/* What was given, in order. */
struct taken {
	unsigned int n;
	size_t n_bytes[8];
	uint64_t records[8][8];
};

struct raw {
	union {
		struct perf_event_header header;
		uint64_t words[64];
	};
};

static bool take(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	struct taken *taken = user_data;

	g_assert_cmpuint(cpu, ==, CPU);
	g_assert_cmpuint(taken->n, <, G_N_ELEMENTS(taken->records));
	memcpy(taken->records[taken->n], record, size_bytes);
	taken->n_bytes[taken->n++] = size_bytes;
	return true;
}

static bool refuse(uint32_t cpu, const void *record, size_t size_bytes, void *user_data)
{
	++*(unsigned int *)user_data;
	return false;
}

/* Header, @body, sample id: the same thread 42 of process 40 everywhere. */
static struct raw build(uint32_t type, uint16_t misc, const void *body, size_t body_bytes)
{
	const uint32_t tids[] = { 40, 42 }, cpu[] = { CPU, 0 };
	const uint64_t time = TIME, event = EVENT;
	struct raw raw = { .header = { .type = type, .misc = misc } };
	uint8_t *to = (uint8_t *)&raw + sizeof(raw.header);

	if (body_bytes)
		memcpy(to, body, body_bytes);
	memcpy(to + body_bytes, tids, sizeof(tids));
	memcpy(to + body_bytes + 8, &time, sizeof(time));
	memcpy(to + body_bytes + 16, &event, sizeof(event));
	memcpy(to + body_bytes + 24, cpu, sizeof(cpu));
	raw.header.size = (uint16_t)(sizeof(raw.header) + body_bytes + 32);
	return raw;
}

static struct taken decode(const struct raw *raw, uint64_t *n_lost)
{
	struct taken taken = { 0 };
	struct ww_perf_decoder decoder = { .func = take, .user_data = &taken, .n_lost = *n_lost };

	g_assert_true(ww_perf_decode(&decoder, &raw->header));
	*n_lost = decoder.n_lost;
	return taken;
}

static void test_switches(void)
{
	static const struct {
		uint16_t misc;
		enum ww_wire_left left;
	} outs[] = {
		{ PERF_RECORD_MISC_SWITCH_OUT, WW_WIRE_LEFT_BLOCKED },
		{ PERF_RECORD_MISC_SWITCH_OUT | PERF_RECORD_MISC_SWITCH_OUT_PREEMPT,
		  WW_WIRE_LEFT_PREEMPTED },
	};
	struct raw raw = build(PERF_RECORD_SWITCH, 0, NULL, 0);
	uint64_t n_lost = 0;
	struct taken taken = decode(&raw, &n_lost);
	const struct ww_wire_sched_in *in = (const void *)taken.records[0];

	g_assert_cmpuint(taken.n, ==, 1);
	g_assert_cmpuint(taken.n_bytes[0], ==, sizeof(*in));
	g_assert_cmpint(in->id, ==, WW_WIRE_ID_SCHED_IN);
	g_assert_cmpuint(in->timestamp, ==, TIME);
	g_assert_cmpint(in->tid, ==, 42);
	for (size_t i = 0; i < G_N_ELEMENTS(outs); i++) {
		const struct ww_wire_sched_out *out = (const void *)taken.records[0];

		raw = build(PERF_RECORD_SWITCH, outs[i].misc, NULL, 0);
		taken = decode(&raw, &n_lost);
		g_assert_cmpuint(taken.n, ==, 1);
		g_assert_cmpint(out->id, ==, WW_WIRE_ID_SCHED_OUT);
		g_assert_cmpint(out->tid, ==, 42);
		g_assert_cmpint(out->left, ==, outs[i].left);
	}
	g_assert_cmpuint(n_lost, ==, 0);
}

static void test_tasks(void)
{
	const struct {
		uint32_t pid, ppid, tid, ptid;
		uint64_t time;
	} task = { 50, 40, 51, 42, TIME };
	struct raw raw = build(PERF_RECORD_FORK, 0, &task, sizeof(task));
	uint64_t n_lost = 0;
	struct taken taken = decode(&raw, &n_lost);
	const struct ww_wire_fork *fork = (const void *)taken.records[0];
	const struct ww_wire_exit *end = (const void *)taken.records[0];
	const struct ww_wire_sched_out *out = (const void *)taken.records[1];

	g_assert_cmpuint(taken.n, ==, 1);
	g_assert_cmpint(fork->id, ==, WW_WIRE_ID_FORK);
	g_assert_cmpint(fork->parent_tid, ==, 42);
	g_assert_cmpint(fork->child_tid, ==, 51);
	g_assert_cmpint(fork->child_pid, ==, 50);
	g_assert_cmpstr(fork->comm, ==, "");

	raw = build(PERF_RECORD_EXIT, 0, &task, sizeof(task));
	taken = decode(&raw, &n_lost);
	g_assert_cmpuint(taken.n, ==, 2);
	g_assert_cmpint(end->id, ==, WW_WIRE_ID_EXIT);
	g_assert_cmpint(end->tid, ==, 51);
	g_assert_cmpint(end->pid, ==, 50);
	g_assert_cmpint(end->group_dead, ==, WW_WIRE_GROUP_DEAD_UNKNOWN);
	g_assert_cmpint(out->id, ==, WW_WIRE_ID_SCHED_OUT);
	g_assert_cmpint(out->tid, ==, 51);
	g_assert_cmpint(out->left, ==, WW_WIRE_LEFT_ENDED);
	g_assert_cmpuint(out->timestamp, ==, end->timestamp);
}

static void test_names(void)
{
	const struct {
		uint32_t pid, tid;
		char comm[24];
	} named = { 40, 42, "longer than fifteen" };
	struct raw raw = build(PERF_RECORD_COMM, 0, &named, sizeof(named));
	uint64_t n_lost = 0;
	struct taken taken = decode(&raw, &n_lost);
	const struct ww_wire_rename *name = (const void *)taken.records[0];
	const struct ww_wire_exec *exec = (const void *)taken.records[0];

	g_assert_cmpint(name->id, ==, WW_WIRE_ID_RENAME);
	g_assert_cmpint(name->tid, ==, 42);
	g_assert_cmpstr(name->comm, ==, "longer than fif");
	/* The kernel pads names to 8 bytes only. */
	raw = build(PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC, &(const struct {
			    uint32_t pid, tid;
			    char comm[8];
		    }){ 40, 42, "seven.c" },
		    16);
	taken = decode(&raw, &n_lost);
	g_assert_cmpint(exec->id, ==, WW_WIRE_ID_EXEC);
	g_assert_cmpint(exec->tid, ==, 42);
	g_assert_cmpint(exec->old_tid, ==, -1);
	g_assert_cmpint(exec->pid, ==, 40);
	g_assert_cmpstr(exec->comm, ==, "seven.c");
}

static void test_losses(void)
{
	const uint64_t body[] = { 7, 1009 };
	struct raw raw = build(PERF_RECORD_LOST, 0, body, sizeof(body));
	uint64_t n_lost = 5;

	g_assert_cmpuint(decode(&raw, &n_lost).n, ==, 0);
	g_assert_cmpuint(n_lost, ==, 5 + 1009);
	/* too short for what it says it is: it was something, and is lost */
	raw = build(PERF_RECORD_FORK, 0, NULL, 0);
	g_assert_cmpuint(decode(&raw, &n_lost).n, ==, 0);
	g_assert_cmpuint(n_lost, ==, 5 + 1010);
	/* kinds that nobody asked for */
	raw = build(PERF_RECORD_THROTTLE, 0, body, sizeof(body));
	g_assert_cmpuint(decode(&raw, &n_lost).n, ==, 0);
	raw = build(4711, 0, NULL, 0);
	g_assert_cmpuint(decode(&raw, &n_lost).n, ==, 0);
	g_assert_cmpuint(n_lost, ==, 5 + 1010);
}

static void test_refusal(void)
{
	const uint64_t body[4] = { 0 };
	const struct raw raw = build(PERF_RECORD_EXIT, 0, body, sizeof(body));
	unsigned int n_given = 0;
	struct ww_perf_decoder decoder = { .func = refuse, .user_data = &n_given };

	g_assert_false(ww_perf_decode(&decoder, &raw.header));
	g_assert_cmpuint(n_given, ==, 1);
}

/* The same switch, told by two events of one thread: by its parent's, inherited, and by its own. */
static void test_told_twice(void)
{
	const struct {
		uint16_t misc;
		uint64_t event;
		unsigned int n_given;
	} rows[] = {
		{ PERF_RECORD_MISC_SWITCH_OUT, 11, 1 },
		{ PERF_RECORD_MISC_SWITCH_OUT, 12, 1 }, /* the same leaving again */
		{ PERF_RECORD_MISC_SWITCH_OUT, 13, 1 }, /* and again */
		{ 0, 11, 2 },
		{ 0, 12, 2 },
		{ PERF_RECORD_MISC_SWITCH_OUT, 12, 3 }, /* the order of the two does not matter */
		{ PERF_RECORD_MISC_SWITCH_OUT, 11, 3 },
		{ 0, 11, 4 },
	};
	const struct {
		uint32_t pid, tid;
		char comm[8];
	} named = { 40, 42, "again" };
	struct raw name = build(PERF_RECORD_COMM, 0, &named, sizeof(named));
	struct taken taken = { 0 };
	struct ww_perf_decoder decoder = { .func = take, .user_data = &taken };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct raw raw = build(PERF_RECORD_SWITCH, rows[i].misc, NULL, 0);

		memcpy((uint8_t *)&raw + raw.header.size - 16, &rows[i].event,
		       sizeof(rows[i].event));
		g_assert_true(ww_perf_decode(&decoder, &raw.header));
		g_assert_cmpuint(taken.n, ==, rows[i].n_given);
	}
	/* One event that says a thing twice means it twice. */
	g_assert_true(ww_perf_decode(&decoder, &name.header));
	g_assert_true(ww_perf_decode(&decoder, &name.header));
	g_assert_cmpuint(taken.n, ==, 6);
	g_assert_cmpuint(decoder.n_lost, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/perf-records/switches", test_switches);
	g_test_add_func("/perf-records/tasks", test_tasks);
	g_test_add_func("/perf-records/names", test_names);
	g_test_add_func("/perf-records/told-twice", test_told_twice);
	g_test_add_func("/perf-records/losses", test_losses);
	g_test_add_func("/perf-records/refusal", test_refusal);
	return g_test_run();
}

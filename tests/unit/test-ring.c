// SPDX-License-Identifier: GPL-2.0-or-later
/* A ring's snapshots: where they begin, what they say of threads then, what counts as lost. */
#include "tracer/ring.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/wire.h"
#include "tracer/ctf/packet.h"
#include "tracer/ctf/stream.h"
#include "tracer/ring-size.h"

#define MIB ((uint64_t)1024 * 1024)
#define N_CPUS 2
#define RING_BYTES (1024 * 1024)

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 7 };

struct fixture {
	char *directory;
	struct ww_ring *ring;
	struct ww_ctf_stream *streams[N_CPUS];
	struct ww_ring_window window;
};

static void set_up(struct fixture *fixture, gconstpointer time_ns)
{
	g_autoptr(GError) error = NULL;

	fixture->directory = g_dir_make_tmp("whywait-test-XXXXXX", &error);
	fixture->ring = ww_ring_new(RING_BYTES, GPOINTER_TO_INT(time_ns), N_CPUS, &error);
	g_assert_no_error(error);
	for (uint32_t cpu = 0; cpu < N_CPUS; cpu++)
		fixture->streams[cpu] = ww_ctf_stream_new_in(ww_ring_memory(fixture->ring), uuid,
							     WW_CTF_CLASS_CPU, cpu);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	static const char *const names[] = { "cpu_0", "cpu_1", "snapshot" };

	for (uint32_t cpu = 0; cpu < N_CPUS; cpu++)
		ww_ctf_stream_free(fixture->streams[cpu]);
	ww_ring_free(fixture->ring);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(fixture->directory, names[i], NULL);

		g_remove(path);
	}
	g_rmdir(fixture->directory);
	g_free(fixture->directory);
}

/* @tid gives @cpu back, going to sleep in a futex, or takes it. */
static void put_switch(struct fixture *fixture, uint32_t cpu, uint64_t time, int32_t prev,
		       int32_t next)
{
	const struct ww_wire_switch record = { .timestamp = time,
					       .id = WW_WIRE_ID_SWITCH,
					       .prev_tid = (uint32_t)prev & 0x3fffff,
					       .prev_state = prev ? WW_WIRE_STATE_SLEEPING : 0,
					       .syscall = 202,
					       .syscall_arg0 = 0xabc,
					       .next_tid = (uint32_t)next & 0x3fffff };

	g_assert_true(ww_ctf_stream_append(fixture->streams[cpu], &record, sizeof(record), NULL));
}

static void flush(struct fixture *fixture)
{
	for (uint32_t cpu = 0; cpu < N_CPUS; cpu++)
		g_assert_true(ww_ctf_stream_flush(fixture->streams[cpu], NULL));
}

static void snapshot(struct fixture *fixture, uint64_t now)
{
	g_autoptr(GError) error = NULL;

	flush(fixture);
	ww_ring_freeze(fixture->ring, now);
	g_assert_true(
		ww_ring_write(fixture->ring, fixture->directory, uuid, &fixture->window, &error));
	g_assert_no_error(error);
}

/* Walks a stream's file: packets in sequence, records in order and inside the window. */
struct stream_check {
	uint64_t n_records, n_discarded, n_packets, first_end, last_time;
	struct ww_wire_task task; /* the one of @wanted_tid */
	int32_t wanted_tid;
};

static void check_records(const struct fixture *fixture, struct stream_check *check,
			  const uint8_t *at, const uint8_t *end)
{
	while (at < end) {
		uint64_t time;

		memcpy(&time, at, sizeof(time));
		g_assert_cmpuint(time, >=, fixture->window.begin_ns);
		g_assert_cmpuint(time, >=, check->last_time);
		if (at[8] == WW_WIRE_ID_TASK &&
		    ((const struct ww_wire_task *)(const void *)at)->tid == check->wanted_tid)
			memcpy(&check->task, at, sizeof(check->task));
		check->last_time = time;
		check->n_records++;
		at += ww_wire_records[at[8]].size_bytes;
	}
}

static struct stream_check check_stream(const struct fixture *fixture, const char *name,
					int32_t tid)
{
	struct stream_check check = { .wanted_tid = tid };
	g_autofree char *path = g_build_filename(fixture->directory, name, NULL);
	g_autofree char *text = NULL;
	size_t length, at = 0;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	while (at < length) {
		struct ww_ctf_packet_head head;

		memcpy(&head, text + at, sizeof(head));
		g_assert_cmpuint(head.sequence, ==, check.n_packets);
		if (check.n_packets == 0)
			check.first_end = head.timestamp_end;
		check_records(fixture, &check, (const uint8_t *)text + at + sizeof(head),
			      (const uint8_t *)text + at + head.content_bits / 8);
		check.n_discarded = head.n_discarded;
		check.n_packets++;
		at += head.packet_bits / 8;
	}
	return check;
}

/* Thread 7 fell asleep long ago on CPU 0, 8 runs on CPU 1 ever since; 9 fills the ring. */
static uint64_t overflow(struct fixture *fixture)
{
	uint64_t time = 1000;

	put_switch(fixture, 0, 100, 0, 7);
	put_switch(fixture, 0, 200, 7, 0);
	put_switch(fixture, 1, 300, 0, 8);
	flush(fixture);
	for (; time < 1000 + 3 * RING_BYTES / 32; time += 2) {
		put_switch(fixture, 0, time, 0, 9);
		put_switch(fixture, 0, time + 1, 9, 0);
		if (time % 1000 == 0)
			flush(fixture);
	}
	return time;
}

static void test_begin_is_known(struct fixture *fixture, gconstpointer data)
{
	const uint64_t end = overflow(fixture);
	struct stream_check cpu_0, cpu_1, tasks;

	snapshot(fixture, end);
	cpu_0 = check_stream(fixture, "cpu_0", 0);
	cpu_1 = check_stream(fixture, "cpu_1", 0);
	tasks = check_stream(fixture, "snapshot", 7);
	g_assert_cmpuint(cpu_0.n_records, ==, end - fixture->window.begin_ns);
	g_assert_cmpuint(cpu_0.n_records, >, RING_BYTES / 32 * 8 / 10);
	g_assert_cmpuint(cpu_0.last_time, ==, end - 1);
	g_assert_cmpuint(cpu_1.n_records, ==, 0);
	g_assert_cmpuint(cpu_1.first_end, ==, fixture->window.begin_ns);
	g_assert_cmpuint(tasks.n_records, ==, 3);
	g_assert_cmpuint(tasks.task.timestamp, ==, fixture->window.begin_ns);
	g_assert_cmpuint(tasks.task.state, ==, WW_WIRE_STATE_SLEEPING);
	g_assert_cmpint(tasks.task.syscall, ==, 202);
	g_assert_cmphex(tasks.task.syscall_arg0, ==, 0xabc);
	tasks = check_stream(fixture, "snapshot", 8);
	g_assert_true(tasks.task.on_cpu);
	g_assert_cmpuint(tasks.task.cpu, ==, 1);
	g_assert_cmpuint(fixture->window.n_events, ==, cpu_0.n_records + 3);
	g_assert_cmpuint(fixture->window.n_lost, ==, 0);
}

/* What was dropped on purpose, and lost before, is no loss of the snapshot. */
static void test_losses_before_do_not_count(struct fixture *fixture, gconstpointer data)
{
	uint64_t end;

	put_switch(fixture, 0, 50, 0, 6);
	ww_ctf_stream_set_lost(fixture->streams[0], 1234, 60);
	flush(fixture);
	end = overflow(fixture);
	ww_ctf_stream_set_lost(fixture->streams[0], 1240, end);
	snapshot(fixture, end);
	g_assert_cmpuint(fixture->window.n_lost, ==, 6);
	g_assert_cmpuint(check_stream(fixture, "cpu_0", 0).n_discarded, ==, 6);
}

/* Thread 6 was last seen before records were lost. */
static void test_losses_leave_unknown(struct fixture *fixture, gconstpointer data)
{
	struct stream_check tasks;
	uint64_t end;

	put_switch(fixture, 0, 50, 0, 6);
	put_switch(fixture, 0, 55, 6, 0);
	ww_ctf_stream_set_lost(fixture->streams[0], 10, 60);
	flush(fixture);
	end = overflow(fixture);
	snapshot(fixture, end);
	tasks = check_stream(fixture, "snapshot", 6);
	g_assert_cmpint(tasks.task.tid, ==, 6);
	g_assert_cmpuint(tasks.task.state, ==, WW_WIRE_STATE_UNKNOWN);
	g_assert_cmpint(tasks.task.syscall, ==, WW_WIRE_SYSCALL_NONE);
	g_assert_cmpuint(check_stream(fixture, "snapshot", 7).task.state, ==,
			 WW_WIRE_STATE_SLEEPING);
}

static void test_time_limit(struct fixture *fixture, gconstpointer time_ns)
{
	for (uint64_t time = 1000; time < 5000; time += 10) {
		put_switch(fixture, 0, time, 0, 9);
		put_switch(fixture, 0, time + 5, 9, 0);
		flush(fixture);
		ww_ring_tick(fixture->ring, time + 6, 0);
	}
	snapshot(fixture, 5000);
	g_assert_cmpuint(fixture->window.begin_ns, ==, 5000 - GPOINTER_TO_UINT(time_ns));
	g_assert_cmpuint(check_stream(fixture, "cpu_0", 0).n_records, ==, 40);
}

/* A ring that has not lived so long yet does not claim it. */
static void test_young_ring(struct fixture *fixture, gconstpointer time_ns)
{
	put_switch(fixture, 0, 4990, 0, 9);
	snapshot(fixture, 5000);
	g_assert_cmpuint(fixture->window.begin_ns, ==, 4990);
	g_assert_cmpuint(check_stream(fixture, "cpu_0", 0).n_records, ==, 1);
}

/* Nothing is dropped while it is written, and all goes on afterwards. */
static void test_again(struct fixture *fixture, gconstpointer data)
{
	uint64_t end = overflow(fixture), first_begin;

	ww_ring_freeze(fixture->ring, end);
	ww_ring_thaw(fixture->ring);
	snapshot(fixture, end);
	first_begin = fixture->window.begin_ns;
	tear_down(fixture, NULL);
	set_up(fixture, NULL);
	end = overflow(fixture);
	snapshot(fixture, end);
	g_assert_cmpuint(fixture->window.begin_ns, ==, first_begin);
}

/* Names are told once; a snapshot has those that were told before its window, each once. */
static void test_names_stay(struct fixture *fixture, gconstpointer data)
{
	ww_auto(ctf_stream) aside = ww_ctf_stream_new_in(ww_ring_memory(fixture->ring), uuid,
							 WW_CTF_CLASS_SNAPSHOT, WW_CTF_NO_CPU);
	struct ww_wire_cgroup_name name = {
		.timestamp = 400, .id = WW_WIRE_ID_CGROUP_NAME, .cgroup = 77, .path = "/a"
	};
	const uint64_t n_threads = 3;
	struct stream_check aside_file;

	for (; name.timestamp < 403; name.timestamp++)
		g_assert_true(ww_ctf_stream_append(aside, &name, sizeof(name), NULL));
	name.cgroup = 78;
	g_assert_true(ww_ctf_stream_append(aside, &name, sizeof(name), NULL));
	g_assert_true(ww_ctf_stream_flush(aside, NULL));
	snapshot(fixture, overflow(fixture));
	aside_file = check_stream(fixture, "snapshot", 0);
	g_assert_cmpuint(aside_file.n_records, ==, 2 + n_threads);
	g_assert_cmpuint(aside_file.last_time, ==, fixture->window.begin_ns);
}

/* Names and frames of which there are too many: whoever tells a stack once hears which ones had to
 * go. */
static void test_forgotten(struct fixture *fixture, gconstpointer data)
{
	const uint64_t n_stacks = 200000;
	const GArray *forgotten;

	for (uint64_t i = 1; i <= n_stacks; i++) {
		const struct ww_wire_frames record = { .timestamp = i,
						       .id = WW_WIRE_ID_FRAMES,
						       .stack = i };

		g_assert_true(
			ww_ctf_stream_append(fixture->streams[0], &record, sizeof(record), NULL));
	}
	flush(fixture);
	forgotten = ww_ring_take_forgotten(fixture->ring);
	g_assert_cmpuint(forgotten->len, >, 0);
	g_assert_cmpuint(forgotten->len, <, n_stacks);
	for (guint i = 0; i < forgotten->len; i++)
		g_assert_cmpuint(g_array_index(forgotten, uint64_t, i), ==, i + 1);
	g_assert_cmpuint(ww_ring_take_forgotten(fixture->ring)->len, ==, 0);
}

static void test_shares(void)
{
	static const uint64_t sizes[] = { 16, 17, 100, 256, 1024, 4096 };
	const struct ww_ring_limit second = { .time_ns = 1000000000 };
	struct ww_ring_shares shares;

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		const struct ww_ring_limit limit = { .size_bytes = sizes[i] * MIB };

		shares = ww_ring_share(&limit, true, 2, 8192 * MIB);
		g_assert_cmpuint(shares.packet_bytes + 2 * shares.source_bytes +
					 18 * (uint64_t)shares.subbuffer_bytes,
				 ==, limit.size_bytes);
		g_assert_cmpuint(shares.packet_bytes, >=, limit.size_bytes * 5 / 8);
		g_assert_cmpuint(shares.subbuffer_bytes & (shares.subbuffer_bytes - 1), ==, 0);
		g_assert_cmpuint(shares.source_bytes & (shares.source_bytes - 1), ==, 0);
		shares = ww_ring_share(&limit, false, 2, 8192 * MIB);
		g_assert_cmpuint(shares.subbuffer_bytes, ==, 0);
		g_assert_cmpuint(shares.packet_bytes + 2 * shares.source_bytes, ==,
				 limit.size_bytes);
	}
	shares = ww_ring_share(&second, true, 2, 8192 * MIB);
	g_assert_cmpuint(shares.packet_bytes, ==, 2048 * MIB);
	g_assert_cmpuint(shares.subbuffer_bytes * 18, <=, 32 * MIB);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		int time_ns;
		void (*test)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/ring/begin-is-known", 0, test_begin_is_known },
		{ "/ring/losses-before-do-not-count", 0, test_losses_before_do_not_count },
		{ "/ring/losses-leave-unknown", 0, test_losses_leave_unknown },
		{ "/ring/time-limit", 200, test_time_limit },
		{ "/ring/young-ring", 200, test_young_ring },
		{ "/ring/again", 0, test_again },
		{ "/ring/names-stay", 0, test_names_stay },
		{ "/ring/forgotten", 0, test_forgotten },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, struct fixture, GINT_TO_POINTER(tests[i].time_ns), set_up,
			   tests[i].test, tear_down);
	g_test_add_func("/ring/shares", test_shares);
	return g_test_run();
}

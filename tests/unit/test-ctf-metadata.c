// SPDX-License-Identifier: GPL-2.0-or-later
/* The metadata as Babeltrace 2 understands it: one record of each kind, written by us and read by
 * it. */
#include "tracer/ctf/metadata.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/wire.h"
#include "tracer/ctf/stream.h"

static const struct ww_wire_switch switched = {
	.timestamp = 1000,
	.id = WW_WIRE_ID_SWITCH,
	.prev_state = WW_WIRE_STATE_DISK_SLEEP,
	.in_iowait = 1,
	.in_fault = 1,
	.syscall = -1,
	.prev_tid = 4194303,
	.syscall_arg1 = 0x89,
	.next_tid = 70000,
	.next_class = 2,
	.next_prio = 120,
	.run_delay_ns = 4294967295,
	.syscall_arg0 = 140223513885072,
};
static const struct ww_wire_waking waking = {
	.timestamp = 1001,
	.id = WW_WIRE_ID_WAKING,
	.context = WW_WIRE_CONTEXT_SOFTIRQ,
	.vector = 3,
	.tid = 70000,
	.waker_tid = 42,
	.target_cpu = 513,
	.prio = 89,
	.is_enqueued = 1,
};
static const struct ww_wire_wakeup wakeup = {
	.timestamp = 1002,
	.id = WW_WIRE_ID_WAKEUP,
	.prio = 120,
	.target_cpu = 1,
	.tid = 70000,
};
static const struct ww_wire_wakeup_new wakeup_new = {
	.timestamp = 1003,
	.id = WW_WIRE_ID_WAKEUP_NEW,
	.context = WW_WIRE_CONTEXT_TASK,
	.tid = 70001,
	.waker_tid = 70000,
	.target_cpu = 0,
	.prio = 120,
};
static const struct ww_wire_migrate migrate = {
	.timestamp = 1004,
	.id = WW_WIRE_ID_MIGRATE,
	.prio = 120,
	.from_cpu = 0,
	.tid = 70001,
	.to_cpu = 1,
};
static const struct ww_wire_fork fork_record = {
	.timestamp = 1005,
	.id = WW_WIRE_ID_FORK,
	.parent_tid = 1,
	.child_tid = 2,
	.child_pid = 2,
	.comm = "child",
};
static const struct ww_wire_exec exec = {
	.timestamp = 1006,
	.id = WW_WIRE_ID_EXEC,
	.tid = 2,
	.old_tid = 3,
	.pid = 2,
	.comm = "program",
};
static const struct ww_wire_exit exit_record = {
	.timestamp = 1007,
	.id = WW_WIRE_ID_EXIT,
	.group_dead = 1,
	.tid = 2,
	.pid = 2,
};
static const struct ww_wire_rename rename_record = {
	.timestamp = 1008,
	.id = WW_WIRE_ID_RENAME,
	.tid = 2,
	.comm = "fifteen letters",
};
static const struct ww_wire_task task = {
	.timestamp = 1009,
	.id = WW_WIRE_ID_TASK,
	.state = WW_WIRE_STATE_SLEEPING,
	.is_kernel = 1,
	.syscall = 202,
	.tid = 9,
	.pid = 8,
	.parent_pid = 7,
	.cpu = 6,
	.prio = 5,
	.syscall_arg1 = 4,
	.start_time = 3,
	.syscall_arg0 = 2,
	.comm = "name",
	.cgroup = 18446744073709551615u,
	.allowed_cpus = 3,
	.frame_pointer = 1,
};
static const struct ww_wire_sched_in sched_in = {
	.timestamp = 1010,
	.id = WW_WIRE_ID_SCHED_IN,
	.tid = 70000,
};
static const struct ww_wire_sched_out sched_out = {
	.timestamp = 1011,
	.id = WW_WIRE_ID_SCHED_OUT,
	.left = WW_WIRE_LEFT_PREEMPTED,
	.tid = 70000,
};

/* Written by hand: these show every way of laying a field out. The others are invented from the
 * table. */
static const struct {
	const void *record;
	size_t size_bytes;
	const char *line;
} rows[WW_WIRE_ID_N] = {
	[WW_WIRE_ID_SWITCH] = { &switched, sizeof(switched),
				"switch: { prev_state = ( \"disk_sleep\" : container = 2 ), throttled = 0, in_iowait = 1, preempted = 0,"
				" in_fault = 1, syscall = -1, prev_tid = 4194303, syscall_arg1 = 137, next_tid = 70000, next_class = 2, next_prio = 120,"
				" run_delay_ns = 4294967295, syscall_arg0 = 140223513885072 }" },
	[WW_WIRE_ID_WAKING] = { &waking, sizeof(waking),
				"waking: { context = ( \"softirq\" : container = 1 ), vector = 3, tid = 70000, waker_tid = 42,"
				" target_cpu = 513, prio = 89, is_enqueued = 1 }" },
	[WW_WIRE_ID_WAKEUP] = { &wakeup, sizeof(wakeup),
				"wakeup: { prio = 120, target_cpu = 1, tid = 70000 }" },
	[WW_WIRE_ID_WAKEUP_NEW] = { &wakeup_new, sizeof(wakeup_new),
				    "wakeup_new: { context = ( \"task\" : container = 0 ), vector = 0, tid = 70001, waker_tid = 70000,"
				    " target_cpu = 0, prio = 120, is_enqueued = 0 }" },
	[WW_WIRE_ID_MIGRATE] = { &migrate, sizeof(migrate),
				 "migrate: { prio = 120, from_cpu = 0, tid = 70001, to_cpu = 1, reserved = 0, reserved2 = 0 }" },
	[WW_WIRE_ID_FORK] = { &fork_record, sizeof(fork_record),
			      "fork: { reserved = 0, reserved2 = 0, parent_tid = 1, child_tid = 2, child_pid = 2, comm = \"child\" }" },
	[WW_WIRE_ID_EXEC] = { &exec, sizeof(exec),
			      "exec: { reserved = 0, reserved2 = 0, tid = 2, old_tid = 3, pid = 2, comm = \"program\" }" },
	[WW_WIRE_ID_EXIT] = { &exit_record, sizeof(exit_record),
			      "exit: { group_dead = 1, reserved = 0, tid = 2, pid = 2, reserved2 = 0 }" },
	[WW_WIRE_ID_RENAME] = { &rename_record, sizeof(rename_record),
				"rename: { reserved = 0, reserved2 = 0, tid = 2, comm = \"fifteen letters\" }" },
	[WW_WIRE_ID_TASK] = { &task, sizeof(task),
			      "task: { state = ( \"sleeping\" : container = 1 ), throttled = 0, in_iowait = 0, on_cpu = 0, is_kernel = 1,"
			      " syscall = 202, tid = 9, pid = 8, parent_pid = 7, cpu = 6, prio = 5, syscall_arg1 = 4, reserved = 0,"
			      " start_time = 3, syscall_arg0 = 2, comm = \"name\", cgroup = 18446744073709551615, allowed_cpus = 3,"
			      " instruction = 0, stack_pointer = 0, frame_pointer = 1 }" },
	[WW_WIRE_ID_SCHED_IN] = { &sched_in, sizeof(sched_in),
				  "sched_in: { reserved = 0, reserved2 = 0, tid = 70000 }" },
	[WW_WIRE_ID_SCHED_OUT] = { &sched_out, sizeof(sched_out),
				   "sched_out: { left = ( \"preempted\" : container = 1 ), reserved = 0, tid = 70000 }" },
};

static const struct ww_ctf_description description = {
	.uuid = { 0xde, 0xad, 0xbe, 0xef, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
	.boot_id = "4273da07-65e0-41c2-aa02-1b8fe973707e",
	.hostname = "a \"quoted\" host",
	.kernel_release = "6.1",
	.kernel_version = "#1 SMP",
	.machine = "x86_64",
	.clock_offset_ns = 2000000000,
};

#define RECORD_BYTES 512

struct invention {
	uint8_t bytes[RECORD_BYTES];
	size_t n_bits;
	GString *line;
};

static void put(struct invention *invention, uint64_t value, unsigned int n_bits)
{
	for (unsigned int bit = 0; bit < n_bits; bit++, invention->n_bits++) {
		if (bit < 64 && value >> bit & 1)
			invention->bytes[invention->n_bits / 8] |=
				(uint8_t)(1u << invention->n_bits % 8);
	}
}

static void invent_field(struct invention *invention, const struct ww_wire_field *field,
			 unsigned int value)
{
	const char *comma = invention->line->str[invention->line->len - 1] == '{' ? "" : ",";

	if (field->kind == WW_WIRE_FIELD_TEXT) {
		memcpy(invention->bytes + invention->n_bits / 8, "text", strlen("text"));
		invention->n_bits += 8 * field->size;
		g_string_append_printf(invention->line, "%s %s = \"text\"", comma, field->name);
		return;
	}
	if (field->kind == WW_WIRE_FIELD_BITS)
		value = 1;
	put(invention, value, field->size);
	if (g_str_equal(field->name, "context"))
		g_string_append_printf(invention->line, "%s context = ( \"ipi\" : container = 4 )",
				       comma);
	else
		g_string_append_printf(invention->line, "%s %s = %u", comma, field->name, value);
}

static struct invention invent(size_t id)
{
	const struct ww_wire_record *record = &ww_wire_records[id];
	struct invention invention = { .line = g_string_new(record->name) };

	g_string_append(invention.line, ": {");
	put(&invention, 1000 + id, 64);
	put(&invention, id, 8);
	for (unsigned int i = 0; i < record->n_fields; i++)
		invent_field(&invention, &record->fields[i], i + 4);
	g_string_append(invention.line, " }");
	g_assert_cmpuint(invention.n_bits, ==, 8 * record->size_bytes);
	return invention;
}

static void append_record(struct ww_ctf_stream *stream, size_t id)
{
	struct invention invention;
	GError *error = NULL;

	if (rows[id].record) {
		ww_ctf_stream_append(stream, rows[id].record, rows[id].size_bytes, &error);
	} else {
		invention = invent(id);
		ww_ctf_stream_append(stream, invention.bytes, ww_wire_records[id].size_bytes,
				     &error);
		g_string_free(invention.line, TRUE);
	}
	g_assert_no_error(error);
}

static bool is_of_cpu(size_t id)
{
	return ww_wire_records[id].streams & WW_WIRE_STREAMS_CPU;
}

static void write_stream(const char *directory, const char *name, enum ww_ctf_class class_id)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autoptr(GError) error = NULL;
	ww_auto(ctf_stream) stream =
		ww_ctf_stream_open(path, description.uuid, class_id, 0, &error);

	g_assert_no_error(error);
	for (size_t id = 0; id < WW_WIRE_ID_N; id++) {
		if (is_of_cpu(id) == (class_id == WW_CTF_CLASS_CPU))
			append_record(stream, id);
	}
	g_assert_true(ww_ctf_stream_flush(stream, &error));
}

static char *read_by_babeltrace(char *directory)
{
	char *argv[] = { (char[]){ "babeltrace2" },
			 (char[]){ "--clock-cycles" },
			 (char[]){ "--no-delta" },
			 (char[]){ "--fields=loglevel" },
			 directory,
			 NULL };
	g_autoptr(GError) error = NULL;
	g_autofree char *errors = NULL;
	char *output;
	int status;

	g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors, &status,
		     &error);
	g_assert_no_error(error);
	g_assert_cmpstr(errors, ==, "");
	g_assert_cmpint(status, ==, 0);
	return output;
}

static void remove_directory(const char *directory)
{
	static const char *const names[] = { "metadata", "cpu_0", "snapshot" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(directory, names[i], NULL);

		g_assert_cmpint(g_remove(path), ==, 0);
	}
	g_rmdir(directory);
}

/* "[00000000000000001000] switch: { cpu_id = 0, reserved = 0 }, { prev_state ..." without the
 * packet's part. */
static void check_line(const char *line, size_t id)
{
	g_autofree char *time = g_strdup_printf("[%020u] ", 1000u + (unsigned int)id);
	g_autofree char *invented = rows[id].line ? NULL : g_string_free(invent(id).line, FALSE);
	const char *name_end = strchr(invented ? invented : rows[id].line, '{');
	const char *fields = strstr(line, "}, {");

	g_assert_true(g_str_has_prefix(line, time));
	g_assert_nonnull(fields);
	g_assert_cmpstr(fields + 3, ==, name_end);
	g_assert_nonnull(strstr(line, ww_wire_records[id].name));
}

static void test_babeltrace(void)
{
	g_autofree char *babeltrace = g_find_program_in_path("babeltrace2");
	g_autofree char *directory = NULL, *output = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;

	if (!babeltrace) {
		g_test_skip("babeltrace2 is not installed");
		return;
	}
	directory = g_dir_make_tmp("whywait-test-XXXXXX", &error);
	g_assert_no_error(error);
	g_assert_true(ww_ctf_metadata_write(&description, directory, &error));
	write_stream(directory, "cpu_0", WW_CTF_CLASS_CPU);
	write_stream(directory, "snapshot", WW_CTF_CLASS_SNAPSHOT);
	output = read_by_babeltrace(directory);
	lines = g_strsplit(g_strchomp(output), "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, WW_WIRE_ID_N);
	for (size_t id = 0; id < WW_WIRE_ID_N; id++)
		check_line(lines[id], id);
	remove_directory(directory);
}

static void test_text(void)
{
	g_autofree char *text = ww_ctf_metadata_text(&description);

	g_assert_true(g_str_has_prefix(text, "/* CTF 1.8 */\n"));
	g_assert_nonnull(strstr(text, "uuid = \"deadbeef-0506-0708-090a-0b0c0d0e0f10\""));
	g_assert_nonnull(strstr(text, "hostname = \"a \\\"quoted\\\" host\""));
	g_assert_nonnull(strstr(text, "offset = 2000000000;"));
	g_assert_nonnull(strstr(text, "absolute = TRUE;"));
}

static void test_uuid(void)
{
	uint8_t a[WW_CTF_UUID_BYTES], b[WW_CTF_UUID_BYTES];

	ww_ctf_uuid_random(a);
	ww_ctf_uuid_random(b);
	g_assert_true(memcmp(a, b, sizeof(a)) != 0);
	g_assert_cmphex(a[6] >> 4, ==, 4);
	g_assert_cmphex(a[8] >> 6, ==, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctf/metadata/text", test_text);
	g_test_add_func("/ctf/metadata/uuid", test_uuid);
	g_test_add_func("/ctf/metadata/babeltrace", test_babeltrace);
	return g_test_run();
}

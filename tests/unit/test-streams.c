// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Our own records, written by the recorder's writer, through the whole reader; then the damage that
 * a crash, a full disk or a stray file leaves behind.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/read/metadata.h"
#include "analysis/read/reader.h"
#include "analysis/read/tsdl.h"
#include "base/error.h"
#include "base/wire.h"
#include "tracer/ctf/metadata.h"
#include "tracer/ctf/stream.h"

#define OFFSET_NS INT64_C(1700000000000000000)
#define HEAD_BYTES 80 /* of one of our packets */

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6 };

struct fixture {
	char *directory;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	struct ww_ctf_description description = {
		.boot_id = "00000000-0000-4000-8000-000000000000",
		.hostname = "here",
		.kernel_release = "6.1.0",
		.kernel_version = "#1 SMP",
		.machine = "x86_64",
		.clock_offset_ns = OFFSET_NS,
	};
	g_autoptr(GError) error = NULL;

	memcpy(description.uuid, uuid, sizeof(uuid));
	fixture->directory = g_dir_make_tmp("whywait-streams-XXXXXX", &error);
	g_assert_no_error(error);
	g_assert_true(ww_ctf_metadata_write(&description, fixture->directory, &error));
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GDir) dir = g_dir_open(fixture->directory, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(fixture->directory, name, NULL);

		g_remove(path);
	}
	g_rmdir(fixture->directory);
	g_free(fixture->directory);
}

static char *path_of(const struct fixture *fixture, const char *name)
{
	return g_build_filename(fixture->directory, name, NULL);
}

static struct ww_ctf_stream *open_stream(const struct fixture *fixture, enum ww_ctf_class class,
					 uint32_t cpu)
{
	g_autofree char *name = g_strdup_printf("stream_%d", (int)cpu);
	g_autofree char *path = path_of(fixture, name);
	g_autoptr(GError) error = NULL;
	struct ww_ctf_stream *stream = ww_ctf_stream_open(path, uuid, class, cpu, &error);

	g_assert_no_error(error);
	return stream;
}

static void append(struct ww_ctf_stream *stream, const void *record, size_t n_bytes)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_ctf_stream_append(stream, record, n_bytes, &error));
	g_assert_no_error(error);
}

/* @n wake-ups at 1000, 1001, ... on @cpu, in packets of two. */
static void write_wakeups(const struct fixture *fixture, uint32_t cpu, unsigned int n)
{
	ww_auto(ctf_stream) stream = open_stream(fixture, WW_CTF_CLASS_CPU, cpu);

	for (unsigned int i = 0; i < n; i++) {
		const struct ww_wire_wakeup record = { .timestamp = 1000 + i,
						       .id = WW_WIRE_ID_WAKEUP,
						       .tid = (int32_t)i,
						       .target_cpu = 3 };

		append(stream, &record, sizeof(record));
		if (i % 2 == 1)
			g_assert_true(ww_ctf_stream_flush(stream, NULL));
	}
	g_assert_true(ww_ctf_stream_flush(stream, NULL));
}

/* Reads to the end: the events, and the gaps as one text. */
static GArray *read_all(const struct fixture *fixture, char **gaps, GError **error)
{
	ww_auto(reader) reader = ww_reader_open(fixture->directory, NULL, error);
	GArray *events = g_array_new(false, false, sizeof(struct ww_event));
	g_autoptr(GString) text = g_string_new(NULL);
	struct ww_event event;

	while (reader && ww_reader_next(reader, &event, error) == WW_READ_EVENT) {
		if (event.kind == WW_EVENT_GAP)
			g_string_append_printf(text, "%s\n", event.text);
		else {
			event.name = g_intern_string(event.name); /* beyond the batch */
			event.text = g_intern_string(event.text);
			g_array_append_val(events, event);
		}
	}
	*gaps = g_strdup(text->str);
	return events;
}

static void cut(const struct fixture *fixture, const char *name, off_t n_bytes)
{
	g_autofree char *path = path_of(fixture, name);

	g_assert_cmpint(truncate(path, n_bytes), ==, 0);
}

static void overwrite(const struct fixture *fixture, const char *name, const char *text)
{
	g_autofree char *path = path_of(fixture, name);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static const struct ww_event *at(const GArray *events, guint i)
{
	g_assert_cmpuint(i, <, events->len);
	return &g_array_index(events, struct ww_event, i);
}

static void write_every_record(const struct fixture *fixture)
{
	ww_auto(ctf_stream) stream = open_stream(fixture, WW_CTF_CLASS_CPU, 5);
	ww_auto(ctf_stream) snapshot = open_stream(fixture, WW_CTF_CLASS_SNAPSHOT, WW_CTF_NO_CPU);
	const struct ww_wire_task task = { .timestamp = 10,
					   .id = WW_WIRE_ID_TASK,
					   .state = WW_WIRE_STATE_IDLE,
					   .is_kernel = 1,
					   .syscall = WW_WIRE_SYSCALL_NONE,
					   .tid = 77,
					   .pid = 70,
					   .parent_pid = 2,
					   .cpu = 4,
					   .prio = 100,
					   .start_time = 9,
					   .comm = "kworker" };
	const struct ww_wire_switch left = { .timestamp = 20,
					     .id = WW_WIRE_ID_SWITCH,
					     .prev_state = WW_WIRE_STATE_SLEEPING,
					     .in_iowait = 1,
					     .in_fault = 1,
					     .syscall = 202,
					     .prev_tid = 0x3fffff,
					     .syscall_arg1 = 0x89,
					     .next_tid = 12,
					     .next_prio = 139,
					     .run_delay_ns = 4000000000U,
					     .syscall_arg0 = 0xffffffffff600000 };
	const struct ww_wire_waking waking = { .timestamp = 30,
					       .id = WW_WIRE_ID_WAKING,
					       .context = WW_WIRE_CONTEXT_HARDIRQ,
					       .vector = 35,
					       .tid = 12,
					       .waker_tid = 13,
					       .target_cpu = 1,
					       .prio = 120 };
	const struct ww_wire_fork fork = { .timestamp = 40,
					   .id = WW_WIRE_ID_FORK,
					   .parent_tid = 12,
					   .child_tid = 14,
					   .child_pid = 12,
					   .comm = "fifteen letters" };
	const struct ww_wire_exec exec = { .timestamp = 50,
					   .id = WW_WIRE_ID_EXEC,
					   .tid = 12,
					   .old_tid = 14,
					   .pid = 12,
					   .comm = "new" };
	const struct ww_wire_exit exit = {
		.timestamp = 60, .id = WW_WIRE_ID_EXIT, .group_dead = 1, .tid = 12, .pid = 12
	};
	const struct ww_wire_rename rename = {
		.timestamp = 70, .id = WW_WIRE_ID_RENAME, .tid = 12, .comm = "other"
	};
	const struct ww_wire_migrate migrate = {
		.timestamp = 80, .id = WW_WIRE_ID_MIGRATE, .from_cpu = 1, .to_cpu = 2, .tid = 12
	};

	append(snapshot, &task, sizeof(task));
	append(stream, &left, sizeof(left));
	append(stream, &waking, sizeof(waking));
	append(stream, &fork, sizeof(fork));
	append(stream, &exec, sizeof(exec));
	append(stream, &exit, sizeof(exit));
	append(stream, &rename, sizeof(rename));
	append(stream, &migrate, sizeof(migrate));
	g_assert_true(ww_ctf_stream_flush(snapshot, NULL));
	g_assert_true(ww_ctf_stream_flush(stream, NULL));
}

static void check_task(const struct ww_event *event)
{
	g_assert_cmpint(event->kind, ==, WW_EVENT_TASK);
	g_assert_cmpint(event->time_ns, ==, OFFSET_NS + 10);
	g_assert_cmpint(event->cpu, ==, WW_CPU_UNKNOWN);
	g_assert_cmpint(event->tid, ==, 77);
	g_assert_cmpint(event->pid, ==, 70);
	g_assert_cmpstr(event->name, ==, "kworker");
	g_assert_cmpint(event->task.state, ==, WW_WIRE_STATE_IDLE);
	g_assert_true(event->task.is_kernel);
	g_assert_false(event->task.on_cpu);
	g_assert_cmpint(event->task.syscall, ==, WW_SYSCALL_NONE);
	g_assert_cmpint(event->task.parent_pid, ==, 2);
	g_assert_cmpint(event->task.cpu, ==, 4);
	g_assert_cmpint(event->task.prio, ==, 100);
	g_assert_cmpuint(event->task.start_time_ns, ==, 9);
}

static void check_switch(const struct ww_event *event)
{
	g_assert_cmpint(event->kind, ==, WW_EVENT_SWITCH);
	g_assert_cmpint(event->source, ==, 0);
	g_assert_cmpint(event->cpu, ==, 5);
	g_assert_cmpint(event->tid, ==, 0x3fffff);
	g_assert_cmpint(event->switched.next_tid, ==, 12);
	g_assert_cmpint(event->switched.prev_state, ==, WW_WIRE_STATE_SLEEPING);
	g_assert_true(event->switched.in_iowait && event->switched.in_fault);
	g_assert_false(event->switched.throttled || event->switched.preempted);
	g_assert_cmpint(event->switched.syscall, ==, 202);
	g_assert_cmpint(event->switched.syscall_arg1, ==, 0x89);
	g_assert_cmphex(event->switched.syscall_arg0, ==, 0xffffffffff600000);
	g_assert_cmpint(event->switched.next_prio, ==, 139);
	g_assert_cmpuint(event->switched.run_delay_ns, ==, 4000000000U);
}

static void test_records(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *gaps = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) events = NULL;

	write_every_record(fixture);
	events = read_all(fixture, &gaps, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(gaps, ==, "");
	g_assert_cmpuint(events->len, ==, 8);
	check_task(at(events, 0));
	check_switch(at(events, 1));
	g_assert_cmpint(at(events, 2)->kind, ==, WW_EVENT_WAKING);
	g_assert_cmpint(at(events, 2)->woken.context, ==, WW_WIRE_CONTEXT_HARDIRQ);
	g_assert_cmpint(at(events, 2)->woken.vector, ==, 35);
	g_assert_cmpint(at(events, 2)->woken.waker_tid, ==, 13);
	g_assert_cmpint(at(events, 3)->kind, ==, WW_EVENT_FORK);
	g_assert_cmpint(at(events, 3)->tid, ==, 14);
	g_assert_cmpint(at(events, 3)->forked.parent_tid, ==, 12);
	g_assert_cmpstr(at(events, 3)->name, ==, "fifteen letters");
	g_assert_cmpint(at(events, 4)->kind, ==, WW_EVENT_EXEC);
	g_assert_cmpint(at(events, 4)->execed.old_tid, ==, 14);
	g_assert_cmpint(at(events, 5)->kind, ==, WW_EVENT_EXIT);
	g_assert_true(at(events, 5)->exited.group_dead);
	g_assert_cmpint(at(events, 6)->kind, ==, WW_EVENT_RENAME);
	g_assert_cmpstr(at(events, 6)->name, ==, "other");
	g_assert_cmpint(at(events, 7)->kind, ==, WW_EVENT_MIGRATE);
	g_assert_cmpint(at(events, 7)->migrated.to_cpu, ==, 2);
}

static void test_lost(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *gaps = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) events = NULL;
	ww_auto(ctf_stream) stream = open_stream(fixture, WW_CTF_CLASS_CPU, 2);
	struct ww_wire_wakeup record = { .timestamp = 1000, .id = WW_WIRE_ID_WAKEUP, .tid = 1 };

	append(stream, &record, sizeof(record));
	g_assert_true(ww_ctf_stream_flush(stream, NULL));
	ww_ctf_stream_set_lost(stream, 42, 1500);
	record.timestamp = 2000;
	append(stream, &record, sizeof(record));
	g_assert_true(ww_ctf_stream_flush(stream, NULL));
	events = read_all(fixture, &gaps, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(events->len, ==, 3);
	g_assert_cmpint(at(events, 1)->kind, ==, WW_EVENT_LOST);
	g_assert_cmpint(at(events, 1)->cpu, ==, 2);
	g_assert_cmpuint(at(events, 1)->lost.count, ==, 42);
	g_assert_cmpint(at(events, 1)->lost.begin_ns, ==, OFFSET_NS + 1000);
	g_assert_cmpint(at(events, 1)->lost.end_ns, ==, OFFSET_NS + 1500);
}

/* Cut anywhere, a stream is worth its whole packets, and the sentence names the first byte that is
 * not. */
static void test_torn(struct fixture *fixture, gconstpointer data)
{
	const off_t packet = HEAD_BYTES + 2 * sizeof(struct ww_wire_wakeup);
	const struct {
		off_t n_bytes;
		guint n_events;
	} cuts[] = {
		{ 3 * packet - 1, 4 }, { 2 * packet + 3, 4 }, { 2 * packet, 4 }, { packet + 60, 2 }
	};

	write_wakeups(fixture, 0, 6);
	write_wakeups(fixture, 1, 6);
	for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
		bool is_torn = cuts[i].n_bytes % packet != 0;
		g_autofree char *where = g_strdup_printf("stream_1' is damaged at byte %d",
							 (int)(cuts[i].n_bytes / packet * packet));
		g_autofree char *gaps = NULL;
		g_autoptr(GError) error = NULL;
		g_autoptr(GArray) events = NULL;

		cut(fixture, "stream_1", cuts[i].n_bytes);
		events = read_all(fixture, &gaps, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(events->len, ==, 6 + cuts[i].n_events);
		g_assert_cmpint(strstr(gaps, where) != NULL, ==, is_torn);
	}
}

static void test_stray(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *index = path_of(fixture, "index");
	g_autofree char *damaged_index = path_of(fixture, "index/stream_0.idx");
	g_autofree char *fifo = path_of(fixture, "fifo");
	g_autofree char *gaps = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) events = NULL;

	write_wakeups(fixture, 0, 4);
	overwrite(fixture, "notes.txt", "not a stream at all\n");
	overwrite(fixture, "empty", "");
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(g_mkdir(index, 0700), ==, 0);
	g_assert_true(g_file_set_contents(damaged_index, "\xc1\xf1\xdc\xc1 damaged", -1, NULL));
	events = read_all(fixture, &gaps, &error);
	g_remove(damaged_index);
	g_assert_no_error(error);
	g_assert_cmpuint(events->len, ==, 4);
	g_assert_nonnull(strstr(gaps, "notes.txt' is damaged at byte 0: no packet begins there"));
}

static void test_no_stream_is_sound(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *gaps = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) events = NULL;

	write_wakeups(fixture, 0, 4);
	cut(fixture, "stream_0", 70);
	events = read_all(fixture, &gaps, &error);
	g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
	g_assert_nonnull(strstr(error->message, "stream_0' is damaged at byte 0"));
}

static void test_bad_metadata(struct fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *text;
		enum ww_error code;
		const char *says;
	} bad[] = {
		{ "", WW_ERROR_DAMAGED, "is empty" },
		{ "/* CTF 1.8 */ trace { major = 1; minor = 8; byte_order = le; ", WW_ERROR_DAMAGED,
		  "metadata line 1" },
		{ "nothing of the kind", WW_ERROR_DAMAGED, "is damaged" },
		{ "\x1e{\"type\":\"preamble\",\"version\":2}", WW_ERROR_UNSUPPORTED, "CTF 2" },
	};

	write_wakeups(fixture, 0, 4);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *gaps = NULL;
		g_autoptr(GError) error = NULL;
		g_autoptr(GArray) events = NULL;

		overwrite(fixture, "metadata", bad[i].text);
		events = read_all(fixture, &gaps, &error);
		g_test_message("%s", error ? error->message : "no error");
		g_assert_error(error, WW_ERROR, (int)bad[i].code);
		g_assert_nonnull(strstr(error->message, bad[i].says));
		g_assert_nonnull(strstr(error->message, fixture->directory));
	}
}

/* @text as LTTng would pack it, @sizes as the header says them. */
static void write_packet(GString *packets, const char *text, uint32_t content_bytes,
			 uint32_t packet_bytes)
{
	struct {
		uint32_t magic;
		uint8_t uuid[16];
		uint32_t checksum, content_bits, packet_bits;
		uint8_t schemes[3], major, minor;
	} __attribute__((packed)) header = { .magic = 0x75d11d57,
					     .content_bits = 8 * content_bytes,
					     .packet_bits = 8 * packet_bytes,
					     .major = 1,
					     .minor = 8 };
	size_t end = packets->len + sizeof(header) + strlen(text) + 5;

	g_string_append_len(packets, (const char *)&header, sizeof(header));
	g_string_append(packets, text);
	while (packets->len < end)
		g_string_append_c(packets, '\0');
}

static GString *load_metadata(const struct fixture *fixture, const GString *packets,
			      char **complaint, GError **error)
{
	g_autofree char *path = path_of(fixture, "metadata");

	g_assert_true(g_file_set_contents(path, packets->str, (gssize)packets->len, NULL));
	return ww_metadata_load(fixture->directory, complaint, error);
}

static void test_metadata_packets(struct fixture *fixture, gconstpointer data)
{
	static const uint32_t wrong[][2] = {
		{ 37 + 4, UINT32_MAX / 8 }, { 36, 46 }, { 50, 46 }, { 0, 0 }
	};
	g_autoptr(GString) packets = g_string_new(NULL);
	g_autofree char *complaint = NULL;
	g_autoptr(GString) whole = NULL;
	g_autoptr(GError) error = NULL;
	size_t first;

	write_packet(packets, "one; ", 37 + 5, 37 + 10);
	first = packets->len;
	write_packet(packets, "two { x; };", 37 + 11, 37 + 16);
	whole = load_metadata(fixture, packets, &complaint, &error);
	g_assert_no_error(error);
	g_assert_null(complaint);
	g_assert_cmpstr(whole->str, ==, "/* CTF 1.8 */ one; two { x; };");
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *sentence = NULL;
		g_autoptr(GString) text = NULL;

		/* What began in the first packet and goes on in a broken one is left out. */
		g_string_truncate(packets, 0);
		write_packet(packets, "one; tw", 37 + 7, 37 + 12);
		first = packets->len;
		write_packet(packets, "rest", wrong[i][0], wrong[i][1]);
		text = load_metadata(fixture, packets, &sentence, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(text->str, ==, "/* CTF 1.8 */ one;");
		g_assert_nonnull(sentence);
		g_assert_nonnull(strstr(sentence, "cut short"));
		g_assert_cmpuint(first, ==, 37 + 12);
	}
	cut(fixture, "metadata", 20);
	g_assert_null(ww_metadata_load(fixture->directory, &complaint, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
}

static void check_int(const struct ww_tsdl_struct *structure, const char *name,
		      uint32_t offset_bits, uint32_t n_bits)
{
	const struct ww_tsdl_int *member = ww_tsdl_find(structure, name);

	g_assert_nonnull(member);
	g_assert_cmpuint(member->offset_bits, ==, offset_bits);
	g_assert_cmpuint(member->n_bits, ==, n_bits);
}

static void test_tsdl(void)
{
	static const char text[] =
		"/* CTF 1.8 */ // both comments\n"
		"typealias integer { size = 32; align = 32; signed = 0; } := unsigned int;\n"
		"typealias integer { size = 5; align = 1; } := uint5_t;\n"
		"typedef unsigned int word;\n"
		"struct named { uint5_t a; uint5_t b; enum kind : word { ONE, TWO = 3 } c; } align(64);\n"
		"struct header { enum : uint5_t { compact = 0 ... 30, extended = 31 } id; variant <id> {\n"
		"  struct { word t; } compact; struct { word id; } extended; } v; } align(8);\n"
		"trace { major = 1; minor = 8; byte_order = be;\n"
		"  packet.header := struct { word magic; integer { size = 8; } uuid[4][4]; uint5_t stream_id; }; };\n"
		"env { name = \"a \\\" } quote\"; };\n"
		"stream { id = 7; event.header := struct { string s; }; packet.context := struct named; };\n"
		"stream { id = 8; packet.context := struct { word before; string s; word after; }; };\n"
		"event { name = x; id = 0; fields := struct { variant <t> { string a; word b; } v; }; };\n";
	ww_auto(tsdl) tsdl = ww_tsdl_parse(text);
	const struct ww_tsdl_struct *context;
	uint64_t id = 7;

	g_assert_nonnull(tsdl);
	g_assert_cmpint(tsdl->order, ==, WW_TSDL_BIG);
	check_int(tsdl->header, "magic", 0, 32);
	check_int(tsdl->header, "stream_id", 160, 5);
	g_assert_null(ww_tsdl_find(tsdl->header, "uuid"));
	context = g_hash_table_lookup(tsdl->contexts, &id);
	check_int(context, "b", 5, 5);
	check_int(context, "c", 32, 32);
	g_assert_cmpuint(context->align_bits, ==, 64);
	id = 8;
	context = g_hash_table_lookup(tsdl->contexts, &id);
	check_int(context, "before", 0, 32);
	g_assert_null(ww_tsdl_find(context, "after"));
	g_assert_false(context->is_fixed);
}

static void test_tsdl_bad(void)
{
	static const char *const bad[] = {
		"",
		"trace {",
		"trace { packet.header := struct { unknown_t magic; }; byte_order = le; };",
		"trace { byte_order = le; packet.header := struct { integer { size = 65; } magic; }; };",
		"trace { byte_order = le; packet.header := struct { integer { size = 8; align = 3; } magic; }; };",
		"trace { byte_order = le; packet.header := string; };",
		"\"",
		"/*",
		"}}}}",
		"stream { id = 18446744073709551616; packet.context := struct { ]]] }; };",
	};
	g_autoptr(GString) deep = g_string_new("trace { byte_order = le; packet.header := ");

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_null(ww_tsdl_parse(bad[i]));
	for (int i = 0; i < 100000; i++)
		g_string_append(deep, "struct { ");
	g_assert_null(ww_tsdl_parse(deep->str));
}

static void test_not_a_trace(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *metadata = path_of(fixture, "metadata");
	g_autofree char *nowhere = path_of(fixture, "nowhere");
	const char *const paths[] = { fixture->directory, nowhere, "/dev/null" };

	g_remove(metadata);
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(ww_reader_open(paths[i], NULL, &error));
		g_assert_error(error, WW_ERROR, WW_ERROR_NOT_TRACE);
		g_assert_nonnull(strstr(error->message, paths[i]));
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/streams/records", test_records },
		{ "/streams/lost", test_lost },
		{ "/streams/torn", test_torn },
		{ "/streams/stray", test_stray },
		{ "/streams/no-stream-is-sound", test_no_stream_is_sound },
		{ "/streams/bad-metadata", test_bad_metadata },
		{ "/streams/metadata-packets", test_metadata_packets },
		{ "/streams/not-a-trace", test_not_a_trace },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
	g_test_add_func("/streams/tsdl", test_tsdl);
	g_test_add_func("/streams/tsdl-bad", test_tsdl_bad);
	return g_test_run();
}

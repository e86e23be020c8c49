// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fast reader against Babeltrace's, on traces made up for it: every record of base/wire.h with
 * random fields, streams whose times are equal, losses.
 */
#include <string.h>

#include "analysis/read/fast-reader.h"
#include "analysis/read/layout.h"
#include "analysis/read/packet-pool.h"
#include "base/error.h"
#include "base/wire.h"
#include "tests/directory.h"
#include "tests/golden/same-events.h"
#include "tests/no-threads.h"
#include "tracer/ctf/metadata.h"
#include "tracer/ctf/stream.h"

#define MAX_RECORD_BYTES 256

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 1, 2, 3 };

static char *make_directory(void)
{
	const struct ww_ctf_description description = {
		.uuid = { 1, 2, 3 },
		.boot_id = "00000000-0000-4000-8000-000000000000",
		.hostname = "here",
		.kernel_release = "6.1.0",
		.kernel_version = "#1 \"SMP\"",
		.machine = "x86_64",
		.clock_offset_ns = INT64_C(1700000000123456789),
	};
	g_autoptr(GError) error = NULL;
	char *directory = g_dir_make_tmp("whywait-readers-XXXXXX", &error);

	g_assert_no_error(error);
	g_assert_true(ww_ctf_metadata_write(&description, directory, &error));
	return directory;
}

static void check_same(const char *directory, uint64_t n_events)
{
	struct ww_same_events same;

	ww_same_events_compare(directory, &same);
	g_assert_true(same.is_fast);
	g_assert_cmpstr(same.difference->str, ==, "");
	g_assert_cmpuint(same.n_events, ==, n_events);
	g_string_free(same.difference, TRUE);
}

/* Random bytes everywhere; texts are letters up to a random end, so that names are looked at too.
 */
static void make_record(GRand *rand, unsigned int id, uint64_t time, uint8_t *bytes)
{
	const struct ww_wire_record *record = &ww_wire_records[id];
	const struct ww_wire_field *last = &record->fields[record->n_fields - 1];

	for (unsigned int i = 0; i < record->size_bytes; i++)
		bytes[i] = (uint8_t)g_rand_int_range(rand, 0, 256);
	memcpy(bytes, &time, sizeof(time));
	bytes[sizeof(time)] = (uint8_t)id;
	/* Texts are the last field of the records that have one, but for a task's. */
	if (last->kind == WW_WIRE_FIELD_TEXT && g_rand_boolean(rand)) {
		uint8_t *text = bytes + record->size_bytes - last->size;

		for (unsigned int i = 0; i < last->size; i++)
			text[i] = (uint8_t)g_rand_int_range(rand, 'a', 'z' + 1);
		text[g_rand_int_range(rand, 0, (gint32)last->size)] = '\0';
	}
}

/* @n_records of each kind that the streams of @class hold, at times that are often equal. */
static uint64_t write_random(const char *directory, GRand *rand, enum ww_ctf_class class,
			     uint32_t cpu, unsigned int n_records)
{
	const unsigned int streams =
		class == WW_CTF_CLASS_CPU ? WW_WIRE_STREAMS_CPU : WW_WIRE_STREAMS_ASIDE;
	g_autofree char *name = g_strdup_printf("stream_%u", cpu & 0xff);
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autoptr(GError) error = NULL;
	ww_auto(ctf_stream) stream = ww_ctf_stream_open(path, uuid, class, cpu, &error);
	uint64_t time = 1000, n_events = 0;

	g_assert_no_error(error);
	for (unsigned int i = 0; i < n_records * WW_WIRE_ID_N; i++) {
		_Alignas(8) uint8_t bytes[MAX_RECORD_BYTES];
		const unsigned int id = i % WW_WIRE_ID_N;

		if (!(ww_wire_records[id].streams & streams))
			continue;
		time += (uint64_t)g_rand_int_range(rand, 0, 3);
		make_record(rand, id, time, bytes);
		g_assert_true(ww_ctf_stream_append(stream, bytes, ww_wire_records[id].size_bytes,
						   &error));
		n_events++;
		if (g_rand_int_range(rand, 0, 20) == 0)
			g_assert_true(ww_ctf_stream_flush(stream, &error));
	}
	g_assert_true(ww_ctf_stream_flush(stream, &error));
	return n_events;
}

static void test_records(void)
{
	for (guint32 seed = 1; seed <= 4; seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
		char *directory = make_directory();
		uint64_t n_events = 0;

		for (uint32_t cpu = 0; cpu < 12; cpu += 3)
			n_events += write_random(directory, rand, WW_CTF_CLASS_CPU, cpu, 20);
		n_events += write_random(directory, rand, WW_CTF_CLASS_SNAPSHOT, WW_CTF_NO_CPU, 20);
		check_same(directory, n_events);
		ww_remove_directory(directory);
	}
}

/* So many events that they are several slices, and one stream that has much less to say. */
static void test_slices(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(5);
	char *directory = make_directory();
	uint64_t n_events = 0;

	for (uint32_t cpu = 0; cpu < 3; cpu++)
		n_events += write_random(directory, rand, WW_CTF_CLASS_CPU, cpu, 300);
	n_events += write_random(directory, rand, WW_CTF_CLASS_CPU, 3, 10);
	g_assert_cmpuint(n_events, >, 20000);
	check_same(directory, n_events);
	ww_remove_directory(directory);
}

static uint64_t read_some(struct ww_reader *reader, uint64_t n_wanted)
{
	struct ww_event event;
	uint64_t n = 0;

	while (n < n_wanted && ww_reader_next(reader, &event, NULL) == WW_READ_EVENT)
		n++;
	return n;
}

/* Where no thread can be started, and where somebody has seen enough before the end. */
static void test_threads(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(6);
	char *directory = make_directory();
	const uint64_t n_events = write_random(directory, rand, WW_CTF_CLASS_CPU, 0, 1000);
	bool is_for_us;

	for (uint64_t n_wanted = 1; n_wanted < 2 * n_events; n_wanted *= 2) {
		ww_auto(reader) reader =
			ww_fast_reader_new_with(directory, 3, NULL, &is_for_us, NULL);

		g_assert_cmpuint(read_some(reader, n_wanted), ==, MIN(n_wanted, n_events));
	}
	{
		ww_auto(reader) reader =
			ww_fast_reader_new_with(directory, 3, NULL, &is_for_us, NULL);

		ww_threads_forbid();
		g_assert_cmpuint(read_some(reader, 1), ==, 1);
		ww_threads_allow();
		g_assert_cmpuint(read_some(reader, n_events), ==, n_events - 1);
	}
	ww_remove_directory(directory);
}

/* Many traces at a time do not have many times as many threads. */
static void test_workers(void)
{
	static const struct {
		unsigned int n_cpus, n_traces, n_workers;
	} cases[] = { { 1, 1, 0 }, { 2, 1, 1 }, { 2, 2, 1 }, { 2, 3, 0 },
		      { 8, 1, 7 }, { 8, 2, 4 }, { 8, 8, 1 }, { 64, 256, 0 } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(ww_fast_reader_n_workers(cases[i].n_cpus, cases[i].n_traces), ==,
				 cases[i].n_workers);
}

/* Packets of all sizes, many at a time: what nobody has is bounded, and small ones hold little. */
static void test_pool(void)
{
	static const size_t sizes[] = { 8 << 20, 100, 3 << 20, 30 << 10 };
	struct ww_packet_bytes *held[40];
	struct ww_packet_pool pool = { 0 };

	ww_packet_pool_init(&pool);
	for (guint round = 0; round < 4; round++) {
		uint64_t n_spare = 0;

		for (guint i = 0; i < G_N_ELEMENTS(held); i++) {
			const size_t n_bytes = sizes[(i + round) % G_N_ELEMENTS(sizes)];

			held[i] = ww_packet_bytes_take(&pool, n_bytes);
			g_assert_cmpuint(held[i]->n_room, >=, n_bytes);
			g_assert_cmpuint(held[i]->n_room, <, 4 * n_bytes + (256 << 10));
		}
		for (guint i = 0; i < G_N_ELEMENTS(held); i++)
			ww_packet_bytes_release(&pool, held[i]);
		for (guint i = 0; i < pool.bytes->len; i++)
			n_spare += ((const struct ww_packet_bytes *)pool.bytes->pdata[i])->n_room;
		g_assert_cmpuint(n_spare, ==, pool.n_spare_bytes);
		g_assert_cmpuint(n_spare, >, 0);
		g_assert_cmpuint(n_spare, <=, 64 << 20);
	}
	ww_packet_pool_clear(&pool);
}

/* Losses in the first packet, between packets and without a record behind. */
static void test_losses(void)
{
	char *directory = make_directory();
	struct ww_wire_wakeup record = { .id = WW_WIRE_ID_WAKEUP, .tid = 1 };

	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		g_autofree char *name = g_strdup_printf("cpu_%u", cpu);
		g_autofree char *path = g_build_filename(directory, name, NULL);
		ww_auto(ctf_stream) stream =
			ww_ctf_stream_open(path, uuid, WW_CTF_CLASS_CPU, cpu, NULL);

		for (uint64_t i = 1; i < 9; i++) {
			ww_ctf_stream_set_lost(stream, (i + cpu) / 3 * 7, 100 * i - 50);
			record.timestamp = 100 * i;
			g_assert_true(ww_ctf_stream_append(stream, &record, sizeof(record), NULL));
			g_assert_true(ww_ctf_stream_flush(stream, NULL));
		}
	}
	check_same(directory, 16 + 2 + 3);
	ww_remove_directory(directory);
}

/* What the records' own decoders say must be what the tables say, whatever the bits are. */
static void test_direct(void)
{
	g_autofree char *directory = make_directory();
	g_autofree char *path = g_build_filename(directory, "metadata", NULL);
	g_autofree char *metadata = NULL;
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	const struct ww_stream_layout *stream;
	ww_auto(layout) layout = NULL;
	unsigned int n_direct = 0;

	g_assert_true(g_file_get_contents(path, &metadata, NULL, NULL));
	layout = ww_layout_new(metadata);
	g_assert_nonnull(layout);
	stream = ww_layout_stream(layout, WW_CTF_CLASS_CPU);
	for (unsigned int id = 0; id < stream->n_programs; id++) {
		const struct ww_program *program = stream->programs[id];

		n_direct += program && program->direct;
		for (int i = 0; program && program->direct && i < 1000; i++) {
			/* The packet's context is behind the record: nothing of it but the CPU
			 * matters. */
			_Alignas(8) uint8_t bytes[MAX_RECORD_BYTES + 128] = { 0 };
			const struct ww_source source = { bytes, bytes + sizeof(bytes),
							  8 * program->own_bytes,
							  8 * MAX_RECORD_BYTES };
			struct ww_event by_steps, direct;
			uint64_t at = 72;

			make_record(rand, id, 5, bytes);
			ww_program_run(program, &layout->env, &source, at, NULL, &by_steps);
			g_assert_true(ww_program_skip(program, &source, &at));
			g_assert_cmpuint(at, ==, 8 * program->own_bytes);
			memset(&direct, 0xa5, sizeof(direct));
			program->direct(bytes, 0, &direct);
			by_steps.time_ns = direct.time_ns = 5;
			g_assert_cmphex(ww_event_hash(&direct, 1), ==, ww_event_hash(&by_steps, 1));
		}
	}
	g_assert_cmpuint(n_direct, ==, 6);
	ww_remove_directory(g_steal_pointer(&directory));
}

static void check_name(const char *directory, const char *name, const char *expected)
{
	g_autoptr(GError) error = NULL;

	g_setenv("WHYWAIT_READER", name, TRUE);
	ww_reader_free(ww_reader_open(directory, NULL, &error));
	g_unsetenv("WHYWAIT_READER");
	if (!expected) {
		g_assert_no_error(error);
		return;
	}
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, expected));
}

static void test_force(void)
{
	char *directory = make_directory();
	g_autofree char *path = g_build_filename(directory, "metadata", NULL);

	check_name(directory, "fast", NULL);
	check_name(directory, "babeltrace", NULL);
	check_name(directory, "", NULL);
	check_name(directory, "slow", "WHYWAIT_READER is 'slow'");
	g_assert_true(g_file_set_contents(
		path, "/* CTF 1.8 */ trace { major = 1; minor = 8; byte_order = le; };", -1, NULL));
	check_name(directory, "fast", "does not understand the metadata of");
	ww_remove_directory(directory);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/readers/records", test_records);
	g_test_add_func("/readers/slices", test_slices);
	g_test_add_func("/readers/threads", test_threads);
	g_test_add_func("/readers/workers", test_workers);
	g_test_add_func("/readers/pool", test_pool);
	g_test_add_func("/readers/losses", test_losses);
	g_test_add_func("/readers/direct", test_direct);
	g_test_add_func("/readers/force", test_force);
	return g_test_run();
}

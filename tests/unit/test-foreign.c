// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader behind Babeltrace: how it merges the streams of one trace. */
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "analysis/read/reader.h"
#include "base/wire.h"
#include "tests/directory.h"
#include "tracer/ctf/metadata.h"
#include "tracer/ctf/packet.h"
#include "tracer/ctf/stream.h"

#define N_STREAMS 12
#define N_EVENTS 500 /* of each stream: many times what Babeltrace hands over at once */

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 3, 1, 4 };

static char *begin_trace(void)
{
	const struct ww_ctf_description description = {
		.uuid = { 3, 1, 4 },
		.boot_id = "00000000-0000-4000-8000-000000000000",
		.hostname = "here",
		.kernel_release = "6.1.0",
		.kernel_version = "",
		.machine = "x86_64",
	};
	g_autoptr(GError) error = NULL;
	char *directory = g_dir_make_tmp("whywait-foreign-XXXXXX", &error);

	ww_ctf_metadata_write(&description, directory, &error);
	g_assert_no_error(error);
	return directory;
}

/* Wake-ups on @cpu of threads 1, 2, ...; @step_ns apart from @begin_ns on. */
static void write_stream(const char *directory, const char *name, uint32_t cpu, uint64_t begin_ns,
			 uint64_t step_ns)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autoptr(GError) error = NULL;
	ww_auto(ctf_stream) stream = ww_ctf_stream_open(path, uuid, WW_CTF_CLASS_CPU, cpu, &error);

	for (int32_t i = 0; i < N_EVENTS; i++) {
		const struct ww_wire_wakeup record = {
			.timestamp = begin_ns + (uint64_t)i * step_ns,
			.id = WW_WIRE_ID_WAKEUP,
			.tid = i + 1,
		};

		ww_ctf_stream_append(stream, &record, sizeof(record), &error);
	}
	ww_ctf_stream_flush(stream, &error);
	g_assert_no_error(error);
}

/* Reads one event after the other, and a gap's text when one comes. */
static bool next(struct ww_reader *reader, struct ww_event *event)
{
	g_autoptr(GError) error = NULL;
	enum ww_read_status status = ww_reader_next(reader, event, &error);

	g_assert_no_error(error);
	return status == WW_READ_EVENT;
}

/* By time; of one time, in the order of the files' names; of one stream, as they are in it. */
static void test_order(void)
{
	char *directory = begin_trace();
	int32_t last_tid[N_STREAMS] = { 0 };
	g_autoptr(GError) error = NULL;
	ww_auto(reader) reader = NULL;
	struct ww_event event, last = { .time_ns = INT64_MIN };
	unsigned int n = 0;

	for (uint32_t cpu = 0; cpu < N_STREAMS; cpu++) {
		g_autofree char *name = g_strdup_printf("stream_%02u", N_STREAMS - cpu);

		write_stream(directory, name, cpu, 1000 + cpu % 3, 1 + cpu % 4);
	}
	reader = ww_babeltrace_reader_new(directory, NULL, &error);
	g_assert_no_error(error);
	for (; next(reader, &event); n++) {
		g_assert_cmpint(event.kind, ==, WW_EVENT_WAKEUP);
		g_assert_cmpint(event.time_ns, >=, last.time_ns);
		if (event.time_ns == last.time_ns)
			g_assert_cmpuint(event.cpu, <=, last.cpu);
		g_assert_cmpint(event.tid, ==, ++last_tid[event.cpu]);
		last = event;
	}
	g_assert_cmpuint(n, ==, N_STREAMS * N_EVENTS);
	ww_remove_directory(directory);
}

static void set_timestamp(const char *directory, const char *name, unsigned int record,
			  uint64_t timestamp)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	const long offset =
		(long)(sizeof(struct ww_ctf_packet_head) + record * sizeof(struct ww_wire_wakeup));
	FILE *file = fopen(path, "r+");

	g_assert_nonnull(file);
	g_assert_cmpint(fseek(file, offset, SEEK_SET), ==, 0);
	g_assert_cmpuint(fwrite(&timestamp, sizeof(timestamp), 1, file), ==, 1);
	fclose(file);
}

/* Where a stream's clock goes back the reading ends, with all that lies before and a sentence. */
static void test_clock_goes_back(void)
{
	char *directory = begin_trace();
	g_autoptr(GError) error = NULL;
	ww_auto(reader) reader = NULL;
	struct ww_event event;
	int n_of_cpu[2] = { 0 };

	write_stream(directory, "a", 0, 1000, 10);
	write_stream(directory, "b", 1, 1005, 10);
	set_timestamp(directory, "b", 300, 1005 + 299 * 10 - 7);
	reader = ww_babeltrace_reader_new(directory, NULL, &error);
	g_assert_no_error(error);
	while (next(reader, &event) && event.kind == WW_EVENT_WAKEUP)
		n_of_cpu[event.cpu]++;
	g_assert_cmpint(event.kind, ==, WW_EVENT_GAP);
	g_assert_nonnull(strstr(event.text, directory));
	g_assert_nonnull(strstr(event.text, "goes back, by 7 ns"));
	g_assert_cmpint(n_of_cpu[0], ==, 300);
	g_assert_cmpint(n_of_cpu[1], ==, 300);
	g_assert_false(next(reader, &event));
	ww_remove_directory(directory);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/foreign/order", test_order);
	g_test_add_func("/foreign/clock-goes-back", test_clock_goes_back);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ctf/stream.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/error.h"
#include "base/wire.h"

#define HEAD_BYTES 80
#define FULL_PACKET_RECORDS ((256 * 1024 - HEAD_BYTES) / sizeof(struct ww_wire_wakeup))

struct fixture {
	char *directory;
	char *path;
	struct ww_ctf_stream *stream;
};

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 1, 2,  3,  4,  5,  6,  7,  8,
						 9, 10, 11, 12, 13, 14, 15, 16 };

static void set_up(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	fixture->directory = g_dir_make_tmp("whywait-test-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->path = g_build_filename(fixture->directory, "cpu_3", NULL);
	fixture->stream = ww_ctf_stream_open(fixture->path, uuid, WW_CTF_CLASS_CPU, 3, &error);
	g_assert_no_error(error);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	ww_ctf_stream_free(fixture->stream);
	g_remove(fixture->path);
	g_rmdir(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->directory);
}

static void append(struct fixture *fixture, uint64_t timestamp)
{
	struct ww_wire_wakeup record = { .timestamp = timestamp,
					 .id = WW_WIRE_ID_WAKEUP,
					 .tid = 7 };
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_ctf_stream_append(fixture->stream, &record, sizeof(record), &error));
	g_assert_no_error(error);
}

static void flush(struct fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(ww_ctf_stream_flush(fixture->stream, &error));
	g_assert_no_error(error);
}

static char *contents(const struct fixture *fixture, size_t *size_bytes)
{
	g_autoptr(GError) error = NULL;
	char *text;

	g_assert_true(g_file_get_contents(fixture->path, &text, size_bytes, &error));
	g_assert_no_error(error);
	return text;
}

static uint64_t word(const char *packet, size_t offset)
{
	uint64_t value;

	memcpy(&value, packet + offset, sizeof(value));
	return value;
}

static uint64_t begin_of(const char *packet)
{
	return word(packet, 24);
}

static uint64_t end_of(const char *packet)
{
	return word(packet, 32);
}

static uint64_t bits_of(const char *packet)
{
	return word(packet, 40);
}

static uint64_t lost_of(const char *packet)
{
	return word(packet, 64);
}

static void test_packet(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *packet = NULL;
	size_t size_bytes;

	append(fixture, 100);
	append(fixture, 150);
	flush(fixture);
	packet = contents(fixture, &size_bytes);
	g_assert_cmpuint(size_bytes, ==, HEAD_BYTES + 2 * sizeof(struct ww_wire_wakeup));
	g_assert_cmphex(word(packet, 0) & 0xffffffff, ==, WW_CTF_MAGIC);
	g_assert_cmpmem(packet + 4, 16, uuid, 16);
	g_assert_cmpuint(word(packet, 20) & 0xffffffff, ==, WW_CTF_CLASS_CPU);
	g_assert_cmpuint(begin_of(packet), ==, 100);
	g_assert_cmpuint(end_of(packet), ==, 150);
	g_assert_cmpuint(bits_of(packet), ==, size_bytes * 8);
	g_assert_cmpuint(word(packet, 48), ==, size_bytes * 8);
	g_assert_cmpuint(word(packet, 56), ==, 0);
	g_assert_cmpuint(lost_of(packet), ==, 0);
	g_assert_cmpuint(word(packet, 72), ==, 3);
	g_assert_cmpuint(ww_ctf_stream_n_events(fixture->stream), ==, 2);
}

static void test_time_is_raised(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *packet = NULL;
	size_t size_bytes, record_bytes = sizeof(struct ww_wire_wakeup);

	append(fixture, 200);
	append(fixture, 190);
	append(fixture, 201);
	flush(fixture);
	append(fixture, 195);
	flush(fixture);
	packet = contents(fixture, &size_bytes);
	g_assert_cmpuint(word(packet, HEAD_BYTES), ==, 200);
	g_assert_cmpuint(word(packet, HEAD_BYTES + record_bytes), ==, 200);
	g_assert_cmpuint(word(packet, HEAD_BYTES + 2 * record_bytes), ==, 201);
	g_assert_cmpuint(begin_of(packet + bits_of(packet) / 8), ==, 201);
}

static void test_losses_are_told_once(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *packet = NULL;
	const char *first;
	size_t size_bytes;

	append(fixture, 100);
	ww_ctf_stream_set_lost(fixture->stream, 5, 120);
	flush(fixture);
	flush(fixture);
	ww_ctf_stream_set_lost(fixture->stream, 9, 130);
	flush(fixture);
	flush(fixture);
	packet = contents(fixture, &size_bytes);
	g_assert_cmpuint(lost_of(packet), ==, 0);
	g_assert_cmpuint(size_bytes, ==, bits_of(packet) / 8 + 2 * HEAD_BYTES);
	first = packet + bits_of(packet) / 8;
	g_assert_cmpuint(lost_of(first), ==, 5);
	g_assert_cmpuint(begin_of(first), ==, 120);
	g_assert_cmpuint(end_of(first), ==, 120);
	g_assert_cmpuint(lost_of(first + HEAD_BYTES), ==, 9);
	g_assert_cmpuint(begin_of(first + HEAD_BYTES), ==, 130);
}

/* What was in the ring before the loss stands before it, what came while it was read behind it. */
static void test_losses_lie_where_they_were(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *packet = NULL;
	const char *loss, *last;
	size_t size_bytes;

	ww_ctf_stream_set_lost(fixture->stream, 5, 120);
	append(fixture, 100);
	append(fixture, 110);
	append(fixture, 125);
	append(fixture, 140);
	flush(fixture);
	packet = contents(fixture, &size_bytes);
	g_assert_cmpuint(end_of(packet), ==, 110);
	g_assert_cmpuint(lost_of(packet), ==, 0);
	loss = packet + bits_of(packet) / 8;
	g_assert_cmpuint(begin_of(loss), ==, 120);
	g_assert_cmpuint(lost_of(loss), ==, 5);
	g_assert_cmpuint(bits_of(loss), ==, HEAD_BYTES * 8);
	last = loss + HEAD_BYTES;
	g_assert_cmpuint(begin_of(last), ==, 125);
	g_assert_cmpuint(end_of(last), ==, 140);
	g_assert_cmpuint(lost_of(last), ==, 5);
	g_assert_cmpuint(ww_ctf_stream_n_events(fixture->stream), ==, 4);
}

static void test_full_packet_goes_out(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *packet = NULL;
	size_t size_bytes;

	for (size_t i = 0; i <= FULL_PACKET_RECORDS; i++)
		append(fixture, i);
	packet = contents(fixture, &size_bytes);
	g_assert_cmpuint(ww_ctf_stream_n_events(fixture->stream), ==, FULL_PACKET_RECORDS);
	g_assert_cmpuint(size_bytes, ==,
			 HEAD_BYTES + FULL_PACKET_RECORDS * sizeof(struct ww_wire_wakeup));
}

/* The limit of a file's size tears a write the way a full disk does. */
static void limit_file(rlim_t size_bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size_bytes;
	setrlimit(RLIMIT_FSIZE, &limit);
}

static void test_torn_write(struct fixture *fixture, gconstpointer data)
{
	struct ww_wire_wakeup record = { .timestamp = 300, .id = WW_WIRE_ID_WAKEUP };
	g_autoptr(GError) error = NULL, again = NULL;
	g_autofree char *packet = NULL;
	size_t size_bytes;

	append(fixture, 100);
	flush(fixture);
	append(fixture, 200);
	limit_file(HEAD_BYTES + 30);
	g_assert_false(ww_ctf_stream_flush(fixture->stream, &error));
	limit_file(RLIM_INFINITY);
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
	g_assert_nonnull(strstr(error->message, fixture->path));
	g_assert_false(ww_ctf_stream_append(fixture->stream, &record, sizeof(record), &again));
	g_assert_cmpstr(again->message, ==, error->message);
	packet = contents(fixture, &size_bytes);
	g_assert_cmpuint(size_bytes, ==, HEAD_BYTES + sizeof(record));
	g_assert_cmpuint(bits_of(packet), ==, size_bytes * 8);
	g_assert_cmpuint(ww_ctf_stream_n_events(fixture->stream), ==, 1);
}

static void test_never_overwrites(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ww_ctf_stream_open(fixture->path, uuid, WW_CTF_CLASS_CPU, 3, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_FAILED);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/ctf/stream/packet", test_packet },
		{ "/ctf/stream/time-is-raised", test_time_is_raised },
		{ "/ctf/stream/losses-are-told-once", test_losses_are_told_once },
		{ "/ctf/stream/losses-lie-where-they-were", test_losses_lie_where_they_were },
		{ "/ctf/stream/full-packet-goes-out", test_full_packet_goes_out },
		{ "/ctf/stream/torn-write", test_torn_write },
		{ "/ctf/stream/never-overwrites", test_never_overwrites },
	};

	g_test_init(&argc, &argv, NULL);
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, struct fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}

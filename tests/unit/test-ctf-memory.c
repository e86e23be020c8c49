// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ctf/memory.h"

#include <string.h>

#include "base/wire.h"
#include "tracer/ctf/packet.h"
#include "tracer/ctf/stream.h"

#define HEAD_BYTES sizeof(struct ww_ctf_packet_head)
#define AREA_BYTES 65536
#define N_PACKETS 2000

static const uint8_t uuid[WW_CTF_UUID_BYTES] = { 1 };

/* Packets of all sizes: number @i ends at @i. */
static size_t size_of(uint64_t i)
{
	return HEAD_BYTES + i * 7919 % 3000 / 8 * 8;
}

static void put(struct ww_ctf_memory *memory, uint64_t i)
{
	struct ww_ctf_packet_head head = { .timestamp_begin = i, .timestamp_end = i };
	g_autofree uint8_t *packet = g_malloc(size_of(i));
	g_autoptr(GError) error = NULL;

	memset(packet, (int)(i & 0xff), size_of(i));
	memcpy(packet, &head, sizeof(head));
	g_assert_true(ww_ctf_memory_put(memory, packet, size_of(i), &error));
	g_assert_no_error(error);
}

/* Packets must come in order, without a gap and whole. */
struct expected {
	uint64_t next;
	size_t n_bytes;
};

static void check_packet(const void *packet, size_t size_bytes, void *user_data)
{
	struct expected *expected = user_data;
	struct ww_ctf_packet_head head;
	const uint8_t *body = (const uint8_t *)packet + HEAD_BYTES;

	memcpy(&head, packet, sizeof(head));
	g_assert_cmpuint(head.timestamp_end, ==, expected->next);
	g_assert_cmpuint(size_bytes, ==, size_of(expected->next));
	for (size_t i = 0; i < size_bytes - HEAD_BYTES; i++)
		g_assert_cmpuint(body[i], ==, expected->next & 0xff);
	expected->n_bytes += size_bytes;
	expected->next++;
}

static struct ww_ctf_memory *memory_new(struct expected *dropped)
{
	g_autoptr(GError) error = NULL;
	struct ww_ctf_memory *memory =
		ww_ctf_memory_new(AREA_BYTES, true, check_packet, dropped, &error);

	g_assert_no_error(error);
	return memory;
}

static void test_keeps_the_newest(void)
{
	struct expected dropped = { 0 }, kept;
	ww_auto(ctf_memory) memory = memory_new(&dropped);

	for (uint64_t i = 0; i < N_PACKETS; i++) {
		put(memory, i);
		g_assert_cmpuint(ww_ctf_memory_used_bytes(memory), <=, AREA_BYTES);
		kept = (struct expected){ .next = dropped.next };
		ww_ctf_memory_for_each(memory, check_packet, &kept);
		g_assert_cmpuint(kept.next, ==, i + 1);
	}
	/* No more is dropped than what makes room: less than two of the largest are missing. */
	g_assert_cmpuint(kept.n_bytes, >, AREA_BYTES - 2 * 3200 - 64 * 16);
}

static void test_expires_by_time(void)
{
	struct expected dropped = { 0 }, kept = { .next = 17 };
	ww_auto(ctf_memory) memory = memory_new(&dropped);

	for (uint64_t i = 0; i < 20; i++)
		put(memory, i);
	ww_ctf_memory_expire(memory, 17);
	g_assert_cmpuint(dropped.next, ==, 17);
	ww_ctf_memory_for_each(memory, check_packet, &kept);
	g_assert_cmpuint(kept.next, ==, 20);
	ww_ctf_memory_expire(memory, 100);
	g_assert_cmpuint(dropped.next, ==, 20);
	g_assert_cmpuint(ww_ctf_memory_used_bytes(memory), ==, 0);
	/* Given back, the pages serve again. */
	for (uint64_t i = 20; i < N_PACKETS; i++)
		put(memory, i);
}

static void *read_slowly(void *data)
{
	struct ww_ctf_memory *memory = data;
	struct expected *expected = g_new0(struct expected, 1);
	GBytes *packet;
	gsize size_bytes;

	while ((packet = ww_ctf_memory_read(memory))) {
		const void *bytes = g_bytes_get_data(packet, &size_bytes);

		if (!expected->n_bytes)
			expected->next = ((const struct ww_ctf_packet_head *)bytes)->timestamp_end;
		check_packet(bytes, size_bytes, expected);
		g_bytes_unref(packet);
		g_thread_yield();
	}
	ww_ctf_memory_end_read(memory);
	return expected;
}

static void test_reader_misses_nothing(void)
{
	struct expected dropped = { 0 };
	ww_auto(ctf_memory) memory = memory_new(&dropped);
	g_autofree struct expected *seen = NULL;
	uint64_t first;
	GThread *reader;

	for (uint64_t i = 0; i < N_PACKETS; i++)
		put(memory, i);
	first = dropped.next;
	ww_ctf_memory_begin_read(memory);
	reader = g_thread_new("reader", read_slowly, memory);
	for (uint64_t i = N_PACKETS; i < 2 * N_PACKETS; i++)
		put(memory, i);
	seen = g_thread_join(reader);
	g_assert_cmpuint(seen->next, ==, N_PACKETS);
	g_assert_cmpuint(seen->n_bytes, >, AREA_BYTES / 2);
	g_assert_cmpuint(first, <, N_PACKETS);
}

static void test_abandoned_reading_frees(void)
{
	struct expected dropped = { 0 };
	ww_auto(ctf_memory) memory = memory_new(&dropped);

	for (uint64_t i = 0; i < 100; i++)
		put(memory, i);
	ww_ctf_memory_begin_read(memory);
	g_bytes_unref(ww_ctf_memory_read(memory));
	ww_ctf_memory_end_read(memory);
	for (uint64_t i = 100; i < N_PACKETS; i++)
		put(memory, i);
	g_assert_cmpuint(dropped.next, >, N_PACKETS - 100);
}

static void test_refuses_what_exceeds_it(void)
{
	struct expected dropped = { 0 };
	ww_auto(ctf_memory) memory = memory_new(&dropped);
	g_autofree uint8_t *packet = g_malloc0(AREA_BYTES);
	g_autoptr(GError) error = NULL;

	g_assert_false(ww_ctf_memory_put(memory, packet, AREA_BYTES, &error));
	g_assert_nonnull(error);
}

static void count_packets(const void *packet, size_t size_bytes, void *user_data)
{
	const struct ww_ctf_packet_head *head = packet;
	struct ww_ctf_packet_head *last = user_data;

	g_assert_cmpuint(head->sequence, ==, last->sequence);
	g_assert_cmpuint(head->cpu, ==, 3);
	g_assert_cmpuint(head->packet_bits, ==, size_bytes * 8);
	last->sequence++;
	last->n_discarded = head->n_discarded;
	last->timestamp_end = head->timestamp_end;
}

/* A stream leaves young packets open, and tells its losses by packets of their own. */
static void test_takes_streams(void)
{
	struct expected dropped = { 0 };
	struct ww_ctf_packet_head seen = { 0 };
	ww_auto(ctf_memory) memory = memory_new(&dropped);
	ww_auto(ctf_stream) stream = ww_ctf_stream_new_in(memory, uuid, WW_CTF_CLASS_CPU, 3);
	struct ww_wire_wakeup record = { .timestamp = 100, .id = WW_WIRE_ID_WAKEUP };

	g_assert_true(ww_ctf_stream_append(stream, &record, sizeof(record), NULL));
	g_assert_true(ww_ctf_stream_flush_old(stream, 99, NULL));
	g_assert_cmpuint(ww_ctf_memory_used_bytes(memory), ==, 0);
	g_assert_true(ww_ctf_stream_flush_old(stream, 100, NULL));
	ww_ctf_stream_set_lost(stream, 5, 120);
	g_assert_true(ww_ctf_stream_flush_old(stream, 0, NULL));
	ww_ctf_memory_for_each(memory, count_packets, &seen);
	g_assert_cmpuint(seen.sequence, ==, 2);
	g_assert_cmpuint(seen.n_discarded, ==, 5);
	g_assert_cmpuint(seen.timestamp_end, ==, 120);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctf/memory/keeps-the-newest", test_keeps_the_newest);
	g_test_add_func("/ctf/memory/expires-by-time", test_expires_by_time);
	g_test_add_func("/ctf/memory/reader-misses-nothing", test_reader_misses_nothing);
	g_test_add_func("/ctf/memory/abandoned-reading-frees", test_abandoned_reading_frees);
	g_test_add_func("/ctf/memory/refuses-what-exceeds-it", test_refuses_what_exceeds_it);
	g_test_add_func("/ctf/memory/takes-streams", test_takes_streams);
	return g_test_run();
}

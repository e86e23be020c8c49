// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as the streams of a trace of ours or of LTTng-UST, with its metadata as it is or changed:
 * through the fast reader, whose events must come in order and be ones that replay can work with.
 *
 * An input is a byte that chooses the metadata, one that counts changes to it, the changes (offset,
 * two bytes, and the new byte), the length of the first stream (two bytes), it, and the second one.
 */
#include <glib.h>
#include <string.h>

#include "analysis/read/reader.h"
#include "tests/fuzz/fuzz.h"
#include "tracer/ctf/metadata.h"

#define MAX_CHANGES 16
#define CHANGE_BYTES 3
#define HEAD_BYTES 2

static char *metadatas[2]; /* kernel, user */

static char *kernel_metadata(void)
{
	return ww_ctf_metadata_text(&(struct ww_ctf_description){
		.uuid = { 1, 2, 3 },
		.boot_id = "00010203-0405-4607-8809-0a0b0c0d0e0f",
		.hostname = "here",
		.kernel_release = "6.1.0",
		.kernel_version = "",
		.machine = "x86_64",
		.clock_offset_ns = INT64_C(1700000000000000000),
	});
}

static void make_metadatas(void)
{
	if (metadatas[0])
		return;
	metadatas[0] = kernel_metadata();
	g_assert_true(g_file_get_contents(WW_FUZZ_CORPUS "/metadata/header-large", &metadatas[1],
					  NULL, NULL));
}

static uint16_t short_at(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/* Writes the metadata; returns how many bytes of the input it took. */
static size_t put_metadata(const uint8_t *bytes, size_t n_bytes)
{
	const char *metadata = metadatas[bytes[0] % G_N_ELEMENTS(metadatas)];
	const size_t length = strlen(metadata);
	const size_t n_room = (n_bytes - HEAD_BYTES) / CHANGE_BYTES;
	const size_t n_changes = MIN(bytes[1] % MAX_CHANGES, n_room);
	g_autofree char *changed = g_strdup(metadata);

	for (size_t i = 0; i < n_changes; i++) {
		const uint8_t *change = bytes + HEAD_BYTES + i * CHANGE_BYTES;

		changed[short_at(change) % length] = (char)change[2];
	}
	ww_scratch_put("metadata", changed, length);
	return HEAD_BYTES + n_changes * CHANGE_BYTES;
}

static void put_streams(const uint8_t *bytes, size_t n_bytes)
{
	size_t n_first = 0;

	if (n_bytes >= 2) {
		n_first = MIN(short_at(bytes), n_bytes - 2);
		bytes += 2;
		n_bytes -= 2;
	}
	ww_scratch_put("stream_0", bytes, n_first);
	ww_scratch_put("stream_1", bytes + n_first, n_bytes - n_first);
}

static void check_text(const char *text, size_t room_bytes)
{
	if (!text)
		return;
	g_assert_cmpuint(strlen(text), <, room_bytes);
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

static void check_event(const struct ww_event *event, int64_t *last_ns)
{
	g_assert_cmpint(event->time_ns, >=, *last_ns);
	*last_ns = event->time_ns;
	g_assert_cmpuint(event->kind, <, WW_EVENT_N);
	g_assert_cmpuint(event->source, <=, 1);
	check_text(event->name, WW_NAME_BYTES);
	check_text(event->text, WW_TEXT_BYTES);
	if (event->kind == WW_EVENT_GAP)
		g_assert_nonnull(event->text);
	if (event->kind == WW_EVENT_SWITCH)
		g_assert_cmpuint(event->switched.prev_state, <, WW_WIRE_STATE_N);
	if (event->kind == WW_EVENT_TASK)
		g_assert_cmpuint(event->task.state, <, WW_WIRE_STATE_N);
	if (event->kind == WW_EVENT_WAKING || event->kind == WW_EVENT_WAKEUP)
		g_assert_cmpuint(event->woken.context, <=, WW_WIRE_CONTEXT_N);
	if (event->kind == WW_EVENT_LOCK_WAIT_BEGIN || event->kind == WW_EVENT_LOCK_WAIT_END)
		g_assert_cmpuint(event->lock.kind, <, WW_LOCK_N);
	if (event->kind == WW_EVENT_ALLOC_PAUSE)
		g_assert_cmpuint(event->alloc.call, <, WW_ALLOC_N);
}

static void read_all(struct ww_reader *reader, size_t n_bytes)
{
	g_autoptr(GError) error = NULL;
	struct ww_event_batch batch;
	enum ww_read_status status;
	int64_t last_ns = INT64_MIN;
	size_t n_events = 0;

	while ((status = ww_reader_next_batch(reader, &batch, &error)) == WW_READ_EVENT) {
		g_assert_cmpuint(batch.n_events, >, 0);
		for (size_t i = 0; i < batch.n_events; i++)
			check_event(&batch.events[i], &last_ns);
		n_events += batch.n_events;
		/* An event has a byte at least, a packet and a stream some words of their own. */
		g_assert_cmpuint(n_events, <=, 64 + 2 * n_bytes);
	}
	g_assert_true((status == WW_READ_ERROR) == (error != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autoptr(GError) error = NULL;
	ww_auto(reader) reader = NULL;
	bool is_for_us = true;
	size_t n_taken;

	if (n_bytes < HEAD_BYTES)
		return 0;
	make_metadatas();
	n_taken = put_metadata(bytes, n_bytes);
	put_streams(bytes + n_taken, n_bytes - n_taken);
	reader = ww_fast_reader_new(ww_scratch_directory(), NULL, &is_for_us, &error);
	g_assert_true(!reader || !error);
	if (reader)
		read_all(reader, n_bytes);
	return 0;
}

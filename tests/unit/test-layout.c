// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Streams as LTTng writes them, made by hand: short timestamps that wrap, big-endian and signed
 * integers, bit fields, strings at the end of a packet, sequences that lie about their length. What
 * is sound must be what Babeltrace reads.
 */
#include <string.h>

#include "analysis/read/layout.h"
#include "analysis/read/reader.h"
#include "tests/directory.h"
#include "tests/golden/same-events.h"

#define HEAD_BYTES (4 + 4 + 8 * 6 + 4)
#define PAYLOAD "integer { size = 32; align = 8; signed = 1; } _tid;"

static const char prologue[] =
	"/* CTF 1.8 */\n"
	"typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
	"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; } := unsigned long;\n"
	"typealias integer { size = 5; align = 1; signed = false; } := uint5_t;\n"
	"trace { major = 1; minor = 8; byte_order = le;\n"
	"  packet.header := struct { uint32_t magic; uint32_t stream_id; }; };\n"
	"env { domain = \"kernel\"; tracer_name = \"lttng-modules\"; tracer_major = 2; tracer_minor = 13; };\n"
	"clock { name = \"monotonic\"; freq = 1000000000; offset = 1000; };\n"
	"typealias integer { size = 27; align = 1; signed = false; map = clock.monotonic.value; } := uint27_clock_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := uint64_clock_t;\n"
	"struct context { uint64_clock_t timestamp_begin; uint64_clock_t timestamp_end; unsigned long content_size;\n"
	"  unsigned long packet_size; unsigned long packet_seq_num; unsigned long events_discarded; uint32_t cpu_id; };\n"
	"struct compact_header { enum : uint5_t { compact = 0 ... 30, extended = 31 } id; variant <id> {\n"
	"  struct { uint27_clock_t timestamp; } compact; struct { uint32_t id; uint64_clock_t timestamp; } extended; } v;\n"
	"} align(8);\n"
	"stream { id = 0; event.header := struct compact_header; packet.context := struct context;\n"
	"  event.context := struct { integer { size = 32; align = 8; signed = 1; } _vtid; }; };\n";

static const char events[] =
	"event { name = \"sched_process_exit\"; id = 0; stream_id = 0; fields := struct {\n"
	"  integer { size = 3; align = 1; } _skip; integer { size = 13; align = 1; } _more;\n"
	"  integer { size = 32; align = 8; signed = 1; byte_order = be; } _tid; string _comm; }; };\n"
	"event { name = \"task_rename\"; id = 1; stream_id = 0; fields := struct {\n"
	"  uint8_t __n_length; integer { size = 32; align = 8; } _n[ __n_length ];\n"
	"  integer { size = 8; align = 8; encoding = UTF8; } _newcomm[4];\n"
	"  integer { size = 20; align = 4; signed = 1; } _tid; }; };\n";

static char *make_directory(const char *more)
{
	char *directory = g_dir_make_tmp("whywait-layout-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(directory, "metadata", NULL);
	g_autofree char *metadata = g_strconcat(prologue, more, NULL);

	g_assert_true(g_file_set_contents(path, metadata, -1, NULL));
	return directory;
}

static void put(GByteArray *bytes, uint64_t value, guint n_bytes)
{
	g_byte_array_append(bytes, (const guint8 *)&value, n_bytes);
}

static void put_text(GByteArray *bytes, const char *text)
{
	g_byte_array_append(bytes, (const guint8 *)text, (guint)strlen(text) + 1);
}

static void put_packet(GByteArray *to, uint64_t begin, uint64_t sequence, const GByteArray *content)
{
	const guint n_bytes = HEAD_BYTES + content->len;

	put(to, 0xc1fc1fc1, 4);
	put(to, 0, 4);
	put(to, begin, 8);
	put(to, begin + (UINT64_C(1) << 28), 8);
	put(to, 8 * n_bytes, 8);
	put(to, 8 * (n_bytes + 3), 8);
	put(to, sequence, 8);
	put(to, 0, 8);
	put(to, 6, 4);
	g_byte_array_append(to, content->data, content->len);
	put(to, 0, 3);
}

/* A compact header, or an extended one when @id needs it; then the event's context. */
static void put_head(GByteArray *to, unsigned int id, uint64_t time)
{
	put(to, id | (time & 0x7ffffff) << 5, 4);
	put(to, 77, 4);
}

static void put_extended(GByteArray *to, unsigned int id, uint64_t time)
{
	/* The tag has five bits of a byte; what follows is aligned to the next one. */
	put(to, 31, 1);
	put(to, id, 4);
	put(to, time, 8);
	put(to, 77, 4);
}

static void put_exit(GByteArray *to, int32_t tid, const char *name)
{
	put(to, 0xffff, 2);
	put(to, GUINT32_TO_BE((uint32_t)tid), 4);
	put_text(to, name);
}

static void put_rename(GByteArray *to, uint8_t length, unsigned int n_elements, int32_t tid)
{
	put(to, length, 1);
	for (unsigned int i = 0; i < n_elements; i++)
		put(to, i, 4);
	g_byte_array_append(to, (const guint8 *)"same", 4);
	put(to, (uint32_t)tid & 0xfffff, 3);
}

static void write_stream(const char *directory, const GByteArray *bytes)
{
	g_autofree char *path = g_build_filename(directory, "stream", NULL);

	g_assert_true(
		g_file_set_contents(path, (const char *)bytes->data, (gssize)bytes->len, NULL));
}

/* The events as lines of time, tid and name. */
static char *read_all(const char *directory)
{
	g_autoptr(GError) error = NULL;
	bool is_for_us;
	ww_auto(reader) reader = ww_fast_reader_new(directory, NULL, &is_for_us, &error);
	g_autoptr(GString) text = g_string_new(NULL);
	struct ww_event event;

	g_assert_no_error(error);
	g_assert_true(is_for_us);
	while (ww_reader_next(reader, &event, &error) == WW_READ_EVENT) {
		const char *words =
			event.kind == WW_EVENT_GAP ? strstr(event.text, "byte") : event.name;

		g_string_append_printf(text, "%" G_GINT64_FORMAT " %d %s\n", event.time_ns,
				       event.tid, words ? words : "-");
	}
	g_assert_no_error(error);
	return g_strdup(text->str);
}

static void check(const char *directory, const char *expected, bool is_sound)
{
	g_autofree char *text = read_all(directory);
	struct ww_same_events same;

	g_assert_cmpstr(text, ==, expected);
	if (!is_sound)
		return;
	ww_same_events_compare(directory, &same);
	g_assert_true(same.is_fast);
	g_assert_cmpstr(same.difference->str, ==, "");
	g_string_free(same.difference, TRUE);
}

static void test_sound(void)
{
	char *directory = make_directory(events);
	g_autoptr(GByteArray) stream = g_byte_array_new();
	g_autoptr(GByteArray) content = g_byte_array_new();
	const uint64_t begin = (UINT64_C(1) << 27) - 10;

	put_head(content, 0, begin + 1);
	put_exit(content, 1000000, "first");
	/* The short timestamp begins anew. */
	put_head(content, 1, begin + 20);
	put_rename(content, 3, 3, -5);
	put_head(content, 1, begin + 21);
	put_rename(content, 0, 0, 0x7ffff);
	put_extended(content, 0, begin + 30);
	put_exit(content, -7, "a name at the very end");
	put_packet(stream, begin, 0, content);
	write_stream(directory, stream);
	check(directory,
	      "134218719 1000000 first\n134218738 -1 same\n134218739 524287 same\n"
	      "134218748 -1 a name at the v\n",
	      true);
	ww_remove_directory(directory);
}

/* Damage in the first packet costs what follows in it; the second one is read. */
static void check_damage(const GByteArray *bad, const char *why)
{
	char *directory = make_directory(events);
	g_autoptr(GByteArray) stream = g_byte_array_new();
	g_autoptr(GByteArray) content = g_byte_array_new();
	g_autofree char *expected = NULL;
	guint at;

	put_head(content, 0, 10);
	put_exit(content, 1, "sound");
	at = HEAD_BYTES + content->len;
	g_byte_array_append(content, bad->data, bad->len);
	put_packet(stream, 5, 0, content);
	g_byte_array_set_size(content, 0);
	put_head(content, 0, 50);
	put_exit(content, 2, "next");
	put_packet(stream, 40, 1, content);
	write_stream(directory, stream);
	expected =
		g_strdup_printf("1010 1 sound\n%s %u: %s; reading goes on with the next packet\n"
				"1050 2 next\n",
				strstr(why, "number") ? "1010 -1 byte" : "1020 -1 byte", at, why);
	check(directory, expected, false);
	ww_remove_directory(directory);
}

static void test_damage(void)
{
	static const char outside[] = "the event does not end inside of its packet";
	g_autoptr(GByteArray) bad = g_byte_array_new();

	/* A sequence longer than the packet, though not than the file. */
	put_head(bad, 1, 20);
	put_rename(bad, 14, 1, 1);
	check_damage(bad, outside);
	g_byte_array_set_size(bad, 0);
	/* A string without an end. */
	put_head(bad, 0, 20);
	put_exit(bad, 1, "endless");
	g_byte_array_set_size(bad, bad->len - 1);
	check_damage(bad, outside);
	g_byte_array_set_size(bad, 0);
	put_head(bad, 9, 20);
	check_damage(bad, "no event of the trace has the number 9");
}

/* What the fast reader must leave to Babeltrace, each by one word. */
static void test_refused(void)
{
	static const char *const bad[] = {
		"event { name = \"a\"; id = 1; stream_id = 0; fields := struct { mystery_t x; }; };",
		"event { name = \"a\"; id = 1; stream_id = 1; fields := struct { " PAYLOAD " }; };",
		"event { name = \"a\"; id = 0; stream_id = 0; }; event { name = \"b\"; id = 0; stream_id = 0; };",
		"event { name = \"a\"; id = 1; stream_id = 0; colour = 3; };",
		"event { name = \"a\"; id = 1; stream_id = 0; fields := struct { uint27_clock_t x; }; };",
		"event { name = \"a\"; id = 1; stream_id = 0; fields := struct { uint32_t x[ y ]; }; };",
		"event { name = \"a\"; id = 1; stream_id = 0; fields := struct { struct { uint8_t x; } y[3]; }; };",
		"event { name = \"sched_process_exit\"; id = 1; stream_id = 0; fields := struct { integer { size = 63; align = 1; } _x; integer { size = 60; align = 1; } _tid; }; };",
		"clock { name = \"another\"; };",
		"typealias integer { size = 16; align = 8; } := uint32_t;",
		"event { name = \"a\"; id = 99999999; stream_id = 0; };",
	};
	g_autofree char *good = g_strconcat(prologue, events, NULL);
	ww_auto(layout) sound = ww_layout_new(good);

	g_assert_nonnull(sound);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *metadata = g_strconcat(prologue, bad[i], NULL);
		ww_auto(layout) layout = ww_layout_new(metadata);

		g_test_message("%s", bad[i]);
		g_assert_null(layout);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/layout/sound", test_sound);
	g_test_add_func("/layout/damage", test_damage);
	g_test_add_func("/layout/refused", test_refused);
	return g_test_run();
}

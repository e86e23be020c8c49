// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ctf/trim.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define PACKET_BYTES 128
#define MAX_BYTES (4 * PACKET_BYTES)

/* What is on disk, and how much of it stays. */
struct row {
	const char *what;
	enum ww_ctf_writer writer;
	const char *name; /* of the file */
	uint32_t magic;
	size_t size_at; /* where a packet of PACKET_BYTES says so */
	size_t n_bytes; /* of the file */
	size_t kept_bytes;
};

static const struct row rows[] = {
	{ "whole", WW_CTF_WRITER_OURS, "cpu_0", 0xc1fc1fc1, 48, 256, 256 },
	{ "torn in a body", WW_CTF_WRITER_OURS, "cpu_0", 0xc1fc1fc1, 48, 383, 256 },
	{ "torn in a head", WW_CTF_WRITER_OURS, "snapshot", 0xc1fc1fc1, 48, 257, 256 },
	{ "torn in the first", WW_CTF_WRITER_OURS, "cpu_0", 0xc1fc1fc1, 48, 100, 0 },
	{ "lttng, torn", WW_CTF_WRITER_LTTNG, "events_0", 0xc1fc1fc1, 56, 300, 256 },
	{ "metadata, torn", WW_CTF_WRITER_LTTNG, "metadata", 0x75d11d57, 28, 200, 128 },
	{ "metadata as text", WW_CTF_WRITER_OURS, "metadata", 0x5443202f, 28, 201, 201 },
	{ "no packets", WW_CTF_WRITER_OURS, "stray", 0x12345678, 48, 99, 99 },
};

static void fill(const struct row *row, uint8_t bytes[static MAX_BYTES])
{
	const uint32_t size_bits = PACKET_BYTES * 8;

	memset(bytes, 0, MAX_BYTES);
	for (size_t at = 0; at < MAX_BYTES; at += PACKET_BYTES) {
		memcpy(bytes + at, &row->magic, sizeof(row->magic));
		memcpy(bytes + at + row->size_at, &size_bits, sizeof(size_bits));
	}
}

static void test_row(gconstpointer data)
{
	const struct row *row = data;
	g_autofree char *top = g_dir_make_tmp("whywait-test-XXXXXX", NULL);
	g_autofree char *directory = g_build_filename(top, "inner", NULL);
	g_autofree char *path = g_build_filename(directory, row->name, NULL);
	g_autofree char *left = NULL;
	bool is_read = row->writer == WW_CTF_WRITER_OURS && !g_str_equal(row->name, "metadata");
	uint8_t bytes[MAX_BYTES];
	size_t n_left;

	fill(row, bytes);
	g_assert_cmpint(g_mkdir(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, (char *)bytes, (gssize)row->n_bytes, NULL));
	g_assert_cmpuint(ww_ctf_trim(top, row->writer), ==, is_read ? row->kept_bytes : 0);
	g_assert_true(g_file_get_contents(path, &left, &n_left, NULL));
	g_assert_cmpuint(n_left, ==, row->kept_bytes);
	g_assert_cmpint(memcmp(left, bytes, n_left), ==, 0);
	g_remove(path);
	g_rmdir(directory);
	g_rmdir(top);
}

static void test_empty_metadata(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-test-XXXXXX", NULL);
	g_autofree char *metadata = g_build_filename(directory, "metadata", NULL);

	g_assert_true(g_file_set_contents(metadata, "", 0, NULL));
	g_assert_cmpuint(ww_ctf_trim(directory, WW_CTF_WRITER_LTTNG), ==, 0);
	g_assert_false(g_file_test(metadata, G_FILE_TEST_EXISTS));
	g_rmdir(directory);
	g_assert_cmpuint(ww_ctf_trim(directory, WW_CTF_WRITER_LTTNG), ==, 0);
}

/* What LTTng's metadata says beside one packet of events, and whether it stays. */
struct description {
	const char *what;
	const char *text;
	bool is_kept;
};

static const struct description descriptions[] = {
	{ "trace only", "trace {\n};\n", false },
	{ "trace and stream", "trace {\n};\nstream {\n\tid = 0;\n};\n", false },
	{ "all", "stream {\n\tid = 0;\n};\nevent {\n\tid = 0;\n};\n", true },
};

static void write_metadata(const char *path, const char *text)
{
	const uint32_t magic = 0x75d11d57;
	const uint32_t content_bits = (uint32_t)(37 + strlen(text)) * 8;
	const uint32_t packet_bits = PACKET_BYTES * 8;
	uint8_t packet[PACKET_BYTES] = { 0 };

	memcpy(packet, &magic, sizeof(magic));
	memcpy(packet + 24, &content_bits, sizeof(content_bits));
	memcpy(packet + 28, &packet_bits, sizeof(packet_bits));
	memcpy(packet + 37, text, strlen(text));
	g_assert_true(g_file_set_contents(path, (char *)packet, sizeof(packet), NULL));
}

static void test_description(gconstpointer data)
{
	static const struct row events = { "", WW_CTF_WRITER_LTTNG, "", 0xc1fc1fc1, 56, 0, 0 };
	const struct description *description = data;
	g_autofree char *directory = g_dir_make_tmp("whywait-test-XXXXXX", NULL);
	g_autofree char *metadata = g_build_filename(directory, "metadata", NULL);
	g_autofree char *stream = g_build_filename(directory, "events_0", NULL);
	uint8_t bytes[MAX_BYTES];

	fill(&events, bytes);
	g_assert_true(g_file_set_contents(stream, (char *)bytes, PACKET_BYTES, NULL));
	write_metadata(metadata, description->text);
	g_assert_cmpuint(ww_ctf_trim(directory, WW_CTF_WRITER_LTTNG), ==,
			 description->is_kept ? PACKET_BYTES : 0);
	g_assert_cmpint(g_file_test(metadata, G_FILE_TEST_EXISTS), ==, description->is_kept);
	g_assert_true(g_file_test(stream, G_FILE_TEST_EXISTS));
	g_remove(metadata);
	g_remove(stream);
	g_rmdir(directory);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat("/ctf-trim/", rows[i].what, NULL);

		g_test_add_data_func(path, &rows[i], test_row);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(descriptions); i++) {
		g_autofree char *path =
			g_strconcat("/ctf-trim/described/", descriptions[i].what, NULL);

		g_test_add_data_func(path, &descriptions[i], test_description);
	}
	g_test_add_func("/ctf-trim/empty metadata", test_empty_metadata);
	return g_test_run();
}

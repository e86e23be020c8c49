// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as a metadata file: unwrapped, parsed, and what was understood of them used to measure
 * packets - of the same bytes, so that whoever writes a header may write the packet it fits.
 */
#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include "analysis/read/metadata.h"
#include "analysis/read/packets.h"
#include "analysis/read/tsdl.h"
#include "tests/fuzz/fuzz.h"

static void check_struct(const struct ww_tsdl_struct *structure)
{
	g_assert_cmpuint(structure->align_bits & (structure->align_bits - 1), ==, 0);
	g_assert_cmpuint(structure->align_bits, >, 0);
	for (guint i = 0; i < structure->ints->len; i++) {
		const struct ww_tsdl_int *member =
			&g_array_index(structure->ints, struct ww_tsdl_int, i);

		g_assert_cmpuint(member->n_bits, >, 0);
		g_assert_cmpuint(member->n_bits, <=, 64);
		g_assert_cmpuint(member->offset_bits + member->n_bits, <=, structure->size_bits);
		g_assert_nonnull(ww_tsdl_find(structure, member->name));
	}
}

/* One after the other, without a hole, as far as the file is sound. */
static void check_packets(const struct ww_packet_scan *scan)
{
	uint64_t at = 0;

	g_assert_cmpuint(scan->n_packets, ==, scan->packets->len);
	for (guint i = 0; i < scan->packets->len; i++) {
		const struct ww_packet *packet = &g_array_index(scan->packets, struct ww_packet, i);

		g_assert_cmpuint(packet->offset_bytes, ==, at);
		g_assert_cmpuint(packet->n_bytes, >, 0);
		g_assert_cmpuint(packet->content_bits, <=, 8 * packet->n_bytes);
		at += packet->n_bytes;
	}
	g_assert_cmpuint(at, ==, scan->sound_bytes);
}

static void scan(const struct ww_tsdl *tsdl, size_t n_bytes)
{
	g_autofree char *path = g_build_filename(ww_scratch_directory(), "metadata", NULL);
	g_autoptr(GArray) packets = g_array_new(false, false, sizeof(struct ww_packet));
	struct ww_packet_scan scan = { .packets = packets };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ww_packets_scan(tsdl, fd, n_bytes, &scan);
	g_assert_cmpuint(scan.sound_bytes, <=, n_bytes);
	g_assert_true(scan.fault || scan.sound_bytes == n_bytes);
	check_packets(&scan);
	close(fd);
}

static void use(const char *text, size_t n_bytes)
{
	ww_auto(tsdl) tsdl = ww_tsdl_parse(text);

	for (guint i = 0; tsdl && i < tsdl->structs->len; i++)
		check_struct(tsdl->structs->pdata[i]);
	if (tsdl && ww_packets_are_measurable(tsdl))
		scan(tsdl, n_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	g_autofree char *complaint = NULL;
	g_autoptr(GString) text = NULL;
	g_autoptr(GError) error = NULL;

	ww_scratch_put("metadata", bytes, n_bytes);
	text = ww_metadata_load(ww_scratch_directory(), &complaint, &error);
	g_assert_true((text != NULL) == (error == NULL));
	if (text)
		use(text->str, n_bytes);
	return 0;
}

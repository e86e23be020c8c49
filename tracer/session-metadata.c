// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/session-metadata.h"

#include <string.h>

#include "base/units.h"

#define PACKET_MAGIC 0x75D11D57u
#define PACKET_HEADER_BYTES                                                                        \
	37 /* magic, UUID, checksum, content and packet size, five single bytes */
#define CONTENT_BITS_AT 24
#define PACKET_BITS_AT 28
#define MAX_METADATA_BYTES (64 << 20)

static uint32_t word_at(const uint8_t *bytes, size_t offset)
{
	uint32_t word;

	memcpy(&word, bytes + offset, sizeof(word));
	return word;
}

char *ww_metadata_text(const uint8_t *bytes, size_t n_bytes)
{
	GString *text = g_string_new(NULL);

	while (n_bytes >= PACKET_HEADER_BYTES && word_at(bytes, 0) == PACKET_MAGIC) {
		size_t content = word_at(bytes, CONTENT_BITS_AT) / 8;
		size_t packet = word_at(bytes, PACKET_BITS_AT) / 8;

		if (content < PACKET_HEADER_BYTES || content > packet || packet > n_bytes)
			break;
		g_string_append_len(text, (const char *)bytes + PACKET_HEADER_BYTES,
				    (gssize)(content - PACKET_HEADER_BYTES));
		bytes += packet;
		n_bytes -= packet;
	}
	return g_string_free(text, false);
}

/* "NAME = NUMBER" behind @text. */
static bool number_of(const char *text, const char *name, int64_t *number)
{
	g_autofree char *pattern = g_strdup_printf("\\b%s\\s*=\\s*(\\d+)", name);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *digits = NULL;

	if (!g_regex_match(regex, text, 0, &match))
		return false;
	digits = g_match_info_fetch(match, 1);
	return g_ascii_string_to_signed(digits, 10, 0, INT64_MAX, number, NULL);
}

bool ww_metadata_clock_offset(const char *text, int64_t *offset_ns)
{
	const char *clock = strstr(text, "clock {");
	const char *end = clock ? strchr(clock, '}') : NULL;
	g_autofree char *block = end ? g_strndup(clock, (gsize)(end - clock)) : NULL;
	int64_t frequency_hz, offset;

	if (!block || !number_of(block, "freq", &frequency_hz) || frequency_hz != WW_NS_PER_S ||
	    !number_of(block, "offset", &offset))
		return false;
	*offset_ns = offset;
	return true;
}

static bool read_clock_offset(const char *path, int64_t *offset_ns)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, false, NULL);
	g_autofree char *text = NULL;

	if (!map || g_mapped_file_get_length(map) > MAX_METADATA_BYTES)
		return false;
	text = ww_metadata_text((const uint8_t *)g_mapped_file_get_contents(map),
				g_mapped_file_get_length(map));
	return ww_metadata_clock_offset(text, offset_ns);
}

/* ust/uid/UID/BITS-bit/metadata */
static bool search(const char *directory, int depth, int64_t *offset_ns)
{
	g_autofree char *metadata = g_build_filename(directory, "metadata", NULL);
	g_autoptr(GDir) opened = NULL;
	const char *name;

	if (read_clock_offset(metadata, offset_ns))
		return true;
	if (depth > 0)
		opened = g_dir_open(directory, 0, NULL);
	while (opened && (name = g_dir_read_name(opened))) {
		g_autofree char *inner = g_build_filename(directory, name, NULL);

		if (search(inner, depth - 1, offset_ns))
			return true;
	}
	return false;
}

bool ww_metadata_find_clock_offset(const char *directory, int64_t *offset_ns)
{
	g_autofree char *ust = g_build_filename(directory, "ust", NULL);

	return search(ust, 3, offset_ns);
}

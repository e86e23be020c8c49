// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/metadata.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"

#define MAGIC UINT32_C(0x75d11d57)
#define MAX_BYTES (64 * 1024 * 1024)

/* The packet header of CTF 1.8, section 7.1: packed, in the trace's byte order. */
enum {
	AT_CONTENT_BITS = 24,
	AT_PACKET_BITS = 28,
	AT_COMPRESSION = 32,
	AT_ENCRYPTION = 33,
	AT_MAJOR = 35,
	HEADER_BYTES = 37,
};

static uint32_t get_u32(const char *at, bool is_swapped)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return is_swapped ? GUINT32_SWAP_LE_BE(value) : value;
}

static bool is_packet(const char *at, size_t n_left, bool *is_swapped)
{
	if (n_left < sizeof(uint32_t))
		return false;
	*is_swapped = get_u32(at, false) == GUINT32_SWAP_LE_BE(MAGIC);
	return *is_swapped || get_u32(at, false) == MAGIC;
}

/* Appends the text of the packet at @at; returns its size, 0 when it is not whole. */
static size_t unwrap(const char *at, size_t n_left, GString *text)
{
	bool is_swapped;
	size_t content, packet;

	if (!is_packet(at, n_left, &is_swapped) || n_left < HEADER_BYTES)
		return 0;
	content = get_u32(at + AT_CONTENT_BITS, is_swapped) / 8;
	packet = get_u32(at + AT_PACKET_BITS, is_swapped) / 8;
	if (content < HEADER_BYTES || packet < content || packet > n_left || at[AT_COMPRESSION] ||
	    at[AT_ENCRYPTION])
		return 0;
	g_string_append_len(text, at + HEADER_BYTES, (gssize)(content - HEADER_BYTES));
	return packet;
}

/* Length of the declarations that are whole: behind the last semicolon outside of all braces,
 * comments and quotes. */
static size_t whole_length(const char *text, size_t n)
{
	size_t whole = 0;
	int depth = 0;

	for (size_t i = 0; i < n; i++) {
		const char *rest = text + i;

		if (g_str_has_prefix(rest, "/*") || *rest == '"') {
			const char *end =
				strstr(rest + 1 + (*rest == '/'), *rest == '/' ? "*/" : "\"");

			if (!end)
				break;
			i = (size_t)(end - text) + (*rest == '/');
		} else if (*rest == '{') {
			depth++;
		} else if (*rest == '}') {
			depth--;
		} else if (*rest == ';' && depth == 0) {
			whole = i + 1;
		}
	}
	return whole;
}

static bool is_ctf_2(const char *bytes, size_t n)
{
	bool is_swapped;

	/* JSON text sequences begin with a record separator, RFC 7464. */
	if (n > 0 && bytes[0] == '\x1e')
		return true;
	return is_packet(bytes, n, &is_swapped) && n >= HEADER_BYTES && bytes[AT_MAJOR] == 2;
}

static bool load_bytes(const char *path, char **bytes, size_t *n, GError **error)
{
	struct stat status;

	if (stat(path, &status) == 0 && status.st_size > MAX_BYTES)
		return ww_fail(error, WW_ERROR_DAMAGED,
			       "'%s' is larger than any metadata, %" PRId64 " bytes", path,
			       (int64_t)status.st_size);
	if (!g_file_get_contents(path, bytes, n, error))
		return false;
	if (*n == 0)
		return ww_fail(error, WW_ERROR_DAMAGED,
			       "'%s' is empty: the recording was cut off before it was written",
			       path);
	return true;
}

GString *ww_metadata_load(const char *directory, char **complaint, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "metadata", NULL);
	g_autofree char *bytes = NULL;
	g_autoptr(GString) text = NULL;
	bool is_swapped;
	size_t n, at = 0;

	if (!load_bytes(path, &bytes, &n, error))
		return NULL;
	if (is_ctf_2(bytes, n))
		return ww_fail(error, WW_ERROR_UNSUPPORTED,
			       "trace '%s' is CTF 2 (JSON metadata): only CTF 1.8 can be read",
			       directory),
		       NULL;
	if (!is_packet(bytes, n, &is_swapped)) {
		*complaint = NULL;
		return g_string_new_len(bytes, (gssize)n);
	}
	/* Only packets may do without it. No line of its own: errors name lines of what was
	 * recorded. */
	text = g_string_new("/* CTF 1.8 */ ");
	while (at < n) {
		size_t packet = unwrap(bytes + at, n - at, text);

		if (packet == 0)
			break;
		at += packet;
	}
	if (at == 0)
		return ww_fail(error, WW_ERROR_DAMAGED,
			       "'%s' is damaged: its first packet at byte 0 is cut short or not metadata",
			       path),
		       NULL;
	*complaint =
		at < n ? g_strdup_printf("'%s' is cut short: the packet at byte %zu is not whole",
					 path, at)
		       : NULL;
	/* A declaration may go on in the packet that is missing. */
	if (at < n)
		g_string_truncate(text, whole_length(text->str, text->len));
	return g_steal_pointer(&text);
}

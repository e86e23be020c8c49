// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ctf/trim.h"

#include <fcntl.h>
#include <glib.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/ctf/packet.h"
#include "tracer/session-metadata.h"

#define METADATA "metadata"
#define INDEX "index"
#define EVENT_DESCRIPTION "event {"
#define HEAD_BYTES 64
#define MAX_DEPTH 4 /* ust/uid/UID/64-bit */

/* Where a packet says how long it is: little-endian, in bits. */
struct layout {
	uint32_t magic;
	size_t size_at;
	size_t size_bytes;
};

/* LTTng's packet header has a number of the stream more than ours. */
static const struct layout stream_layouts[WW_CTF_WRITER_N] = {
	[WW_CTF_WRITER_OURS] = { WW_CTF_MAGIC, offsetof(struct ww_ctf_packet_head, packet_bits),
				 8 },
	[WW_CTF_WRITER_LTTNG] = { WW_CTF_MAGIC, 56, 8 },
};

/* Our own is plain text, which does not begin so. */
static const struct layout metadata_layout = { 0x75d11d57, 28, 4 };

/* Bytes of the packet at @at; 0: it is not whole, or none. */
static uint64_t packet_bytes(int fd, const struct layout *layout, uint64_t at, uint64_t n_bytes)
{
	uint8_t head[HEAD_BYTES];
	uint32_t magic;
	uint64_t size_bits = 0;

	if (n_bytes - at < sizeof(head) || pread(fd, head, sizeof(head), (off_t)at) != sizeof(head))
		return 0;
	memcpy(&magic, head, sizeof(magic));
	memcpy(&size_bits, head + layout->size_at, layout->size_bytes);
	return magic == layout->magic && size_bits / 8 <= n_bytes - at ? size_bits / 8 : 0;
}

static bool begins_as_packet(int fd, const struct layout *layout)
{
	uint32_t magic;

	return pread(fd, &magic, sizeof(magic), 0) == sizeof(magic) && magic == layout->magic;
}

/* Bytes that stay. */
static uint64_t trim_file(const char *path, const struct layout *layout)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	uint64_t n_bytes = 0, at = 0, packet;
	struct stat file;

	if (fd < 0)
		return 0;
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode))
		n_bytes = (uint64_t)file.st_size;
	if (begins_as_packet(fd, layout)) {
		while ((packet = packet_bytes(fd, layout, at, n_bytes)) > 0)
			at += packet;
		if (at < n_bytes && ftruncate(fd, (off_t)at) == 0)
			n_bytes = at;
	}
	close(fd);
	return n_bytes;
}

/*
 * LTTng's session daemon hands metadata to the consumer piece by piece: while a program registers,
 * events may be on disk and their description still in the daemon. The events' own comes last.
 */
static bool describes_events(const char *path)
{
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);
	g_autofree char *text = NULL;

	if (!map)
		return false;
	text = ww_metadata_text((const uint8_t *)g_mapped_file_get_contents(map),
				g_mapped_file_get_length(map));
	return strstr(text, EVENT_DESCRIPTION);
}

/* Readers pass over streams that have no metadata, but refuse the whole trace for those that their
 * metadata does not describe. Bytes that can be read. */
static uint64_t leave_out_undescribed(const char *directory, uint64_t n_bytes)
{
	g_autofree char *metadata = g_build_filename(directory, METADATA, NULL);

	if (n_bytes == 0 || describes_events(metadata))
		return n_bytes;
	unlink(metadata);
	return 0;
}

static uint64_t trim_below(const char *directory, enum ww_ctf_writer writer, int depth)
{
	g_autoptr(GDir) opened = g_dir_open(directory, 0, NULL);
	uint64_t n_bytes = 0, n_bytes_below = 0;
	const char *name;

	while (opened && (name = g_dir_read_name(opened))) {
		g_autofree char *path = g_build_filename(directory, name, NULL);

		if (g_str_equal(name, METADATA)) {
			if (trim_file(path, &metadata_layout) == 0)
				unlink(path);
		} else if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
			n_bytes += trim_file(path, &stream_layouts[writer]);
		} else if (depth > 1 && !g_str_equal(name, INDEX)) {
			n_bytes_below += trim_below(path, writer, depth - 1);
		}
	}
	if (writer == WW_CTF_WRITER_LTTNG)
		n_bytes = leave_out_undescribed(directory, n_bytes);
	return n_bytes + n_bytes_below;
}

uint64_t ww_ctf_trim(const char *directory, enum ww_ctf_writer writer)
{
	return trim_below(directory, writer, MAX_DEPTH);
}

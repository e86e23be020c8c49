// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ctf/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/wire.h"
#include "tracer/ctf/packet.h"

#define FILE_PACKET_BYTES (256 * 1024)
/* Small, so that little is dropped at once and every CPU has several. */
#define MEMORY_PACKET_BYTES (64 * 1024)

struct ww_ctf_stream {
	struct ww_ctf_memory *memory; /* where packets go, or NULL: to a file */
	char *path;                   /* NULL in memory */
	int fd;                       /* -1 in memory */
	GError *error;                /* the first one; nothing is written after it */
	uint64_t written_bytes;       /* whole packets of the file */
	uint64_t last_timestamp;      /* of the newest record */
	uint64_t n_events;            /* written out */
	uint64_t n_pending;           /* in the packet begun */
	uint64_t n_lost;              /* until @lost_until */
	uint64_t lost_until;
	size_t used_bytes;   /* of @packet, head included */
	size_t packet_bytes; /* room of @packet */
	struct ww_ctf_packet_head head;
	uint8_t *packet;
};

static struct ww_ctf_stream *stream_new(const uint8_t uuid[static WW_CTF_UUID_BYTES],
					enum ww_ctf_class class, uint32_t cpu, size_t packet_bytes)
{
	struct ww_ctf_stream *stream = g_new0(struct ww_ctf_stream, 1);

	stream->fd = -1;
	stream->packet_bytes = packet_bytes;
	stream->packet = g_malloc(packet_bytes);
	stream->used_bytes = sizeof(struct ww_ctf_packet_head);
	stream->head = (struct ww_ctf_packet_head){ .magic = WW_CTF_MAGIC,
						    .stream_id = class,
						    .cpu = cpu };
	memcpy(stream->head.uuid, uuid, WW_CTF_UUID_BYTES);
	return stream;
}

struct ww_ctf_stream *ww_ctf_stream_open(const char *path,
					 const uint8_t uuid[static WW_CTF_UUID_BYTES],
					 enum ww_ctf_class class, uint32_t cpu, GError **error)
{
	struct ww_ctf_stream *stream;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		return ww_fail(error, WW_ERROR_FAILED, "cannot create '%s': %s", path,
			       g_strerror(errno)),
		       NULL;
	stream = stream_new(uuid, class, cpu, FILE_PACKET_BYTES);
	stream->path = g_strdup(path);
	stream->fd = fd;
	return stream;
}

struct ww_ctf_stream *ww_ctf_stream_new_in(struct ww_ctf_memory *memory,
					   const uint8_t uuid[static WW_CTF_UUID_BYTES],
					   enum ww_ctf_class class, uint32_t cpu)
{
	struct ww_ctf_stream *stream = stream_new(uuid, class, cpu, MEMORY_PACKET_BYTES);

	stream->memory = memory;
	return stream;
}

void ww_ctf_stream_free(struct ww_ctf_stream *stream)
{
	if (!stream)
		return;
	if (stream->fd >= 0)
		close(stream->fd);
	g_clear_error(&stream->error);
	g_free(stream->packet);
	g_free(stream->path);
	g_free(stream);
}

static bool fail_again(const struct ww_ctf_stream *stream, GError **error)
{
	g_propagate_error(error, g_error_copy(stream->error));
	return false;
}

/* Cuts a torn packet off, so that the file ends with a whole one. */
static bool fail_write(struct ww_ctf_stream *stream, int code, GError **error)
{
	ww_fail(&stream->error, WW_ERROR_FAILED, "cannot write '%s': %s", stream->path,
		g_strerror(code));
	if (ftruncate(stream->fd, (off_t)stream->written_bytes) != 0)
		g_prefix_error(&stream->error, "the file ends in a torn packet: ");
	return fail_again(stream, error);
}

/* One write in all but the case of a full disk, where the second one asks why. */
static bool write_file(struct ww_ctf_stream *stream, GError **error)
{
	size_t n_written = 0;

	while (n_written < stream->used_bytes) {
		ssize_t n_bytes = write(stream->fd, stream->packet + n_written,
					stream->used_bytes - n_written);

		if (n_bytes < 0 && errno == EINTR)
			continue;
		if (n_bytes < 0)
			return fail_write(stream, errno, error);
		n_written += (size_t)n_bytes;
	}
	stream->written_bytes += stream->used_bytes;
	return true;
}

static bool write_memory(struct ww_ctf_stream *stream, GError **error)
{
	if (ww_ctf_memory_put(stream->memory, stream->packet, stream->used_bytes, &stream->error))
		return true;
	return fail_again(stream, error);
}

static bool write_packet(struct ww_ctf_stream *stream, GError **error)
{
	if (stream->memory ? !write_memory(stream, error) : !write_file(stream, error))
		return false;
	stream->n_events += stream->n_pending;
	stream->n_pending = 0;
	stream->used_bytes = sizeof(struct ww_ctf_packet_head);
	stream->head.sequence++;
	return true;
}

static bool end_packet(struct ww_ctf_stream *stream, GError **error)
{
	stream->head.timestamp_end = stream->last_timestamp;
	stream->head.content_bits = stream->used_bytes * 8;
	stream->head.packet_bits = stream->used_bytes * 8;
	memcpy(stream->packet, &stream->head, sizeof(stream->head));
	return write_packet(stream, error);
}

static bool has_loss(const struct ww_ctf_stream *stream)
{
	return stream->n_lost != stream->head.n_discarded;
}

static bool tell_loss(struct ww_ctf_stream *stream, GError **error)
{
	stream->last_timestamp = MAX(stream->last_timestamp, stream->lost_until);
	stream->head.timestamp_begin = stream->last_timestamp;
	stream->head.n_discarded = stream->n_lost;
	return end_packet(stream, error);
}

bool ww_ctf_stream_flush(struct ww_ctf_stream *stream, GError **error)
{
	if (stream->error)
		return fail_again(stream, error);
	if (stream->n_pending && !end_packet(stream, error))
		return false;
	return !has_loss(stream) || tell_loss(stream, error);
}

bool ww_ctf_stream_flush_old(struct ww_ctf_stream *stream, uint64_t timestamp, GError **error)
{
	if (!has_loss(stream) && (!stream->n_pending || stream->head.timestamp_begin > timestamp))
		return true;
	return ww_ctf_stream_flush(stream, error);
}

bool ww_ctf_stream_mark(struct ww_ctf_stream *stream, uint64_t timestamp, GError **error)
{
	if (!ww_ctf_stream_flush(stream, error))
		return false;
	stream->last_timestamp = MAX(stream->last_timestamp, timestamp);
	stream->head.timestamp_begin = stream->last_timestamp;
	return end_packet(stream, error);
}

bool ww_ctf_stream_append(struct ww_ctf_stream *stream, const void *record, size_t size_bytes,
			  GError **error)
{
	uint64_t timestamp;

	if (stream->error)
		return fail_again(stream, error);
	memcpy(&timestamp, record, sizeof(timestamp));
	if (stream->used_bytes + size_bytes > stream->packet_bytes && !end_packet(stream, error))
		return false;
	if (has_loss(stream) && timestamp >= stream->lost_until &&
	    !ww_ctf_stream_flush(stream, error))
		return false;
	timestamp = MAX(timestamp, stream->last_timestamp);
	memcpy(stream->packet + stream->used_bytes, record, size_bytes);
	memcpy(stream->packet + stream->used_bytes, &timestamp, sizeof(timestamp));
	if (!stream->n_pending)
		stream->head.timestamp_begin = timestamp;
	stream->last_timestamp = timestamp;
	stream->used_bytes += size_bytes;
	stream->n_pending++;
	return true;
}

void ww_ctf_stream_set_lost(struct ww_ctf_stream *stream, uint64_t n_lost, uint64_t until)
{
	stream->n_lost = n_lost;
	stream->lost_until = until;
}

uint64_t ww_ctf_stream_n_events(const struct ww_ctf_stream *stream)
{
	return stream->n_events;
}

uint64_t ww_ctf_stream_n_lost(const struct ww_ctf_stream *stream)
{
	return stream->n_lost;
}

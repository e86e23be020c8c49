// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/packets.h"

#include <unistd.h>

#define MAGIC UINT32_C(0xc1fc1fc1)
#define PROBE_BYTES 4096 /* of a packet: more than any header and context take */

#define WINDOW_BYTES (UINT64_C(64) << 10) /* of a file at a time, where packets are small */
#define SMALL_PACKET_BYTES (WINDOW_BYTES / 4)

/* The beginning of a packet, in a part of the file that is in memory. */
struct probe {
	const struct ww_tsdl *tsdl;
	const uint8_t *bytes;
	size_t n_bytes; /* PROBE_BYTES, or up to the end of the file */
	uint8_t *window;
	uint64_t window_offset;
	size_t n_window;
};

/* A size that may hide behind a field of varying length is as unknown as no size. */
bool ww_packets_are_measurable(const struct ww_tsdl *tsdl)
{
	GHashTableIter iter;
	gpointer value;

	if (g_hash_table_size(tsdl->contexts) == 0 || (tsdl->header && !tsdl->header->is_fixed))
		return false;
	g_hash_table_iter_init(&iter, tsdl->contexts);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct ww_tsdl_struct *context = value;

		if (context && !context->is_fixed && !ww_tsdl_find(context, "packet_size"))
			return false;
	}
	return true;
}

/* Bits count from the least significant of each byte on in little-endian integers, from the most
 * significant in others. */
static bool get(const struct probe *probe, uint64_t base_bits, const struct ww_tsdl_int *member,
		uint64_t *value)
{
	enum ww_tsdl_order order =
		member->order == WW_TSDL_NATIVE ? probe->tsdl->order : member->order;
	uint64_t begin = base_bits + member->offset_bits;

	if (begin + member->n_bits > 8 * probe->n_bytes)
		return false;
	*value = 0;
	for (uint32_t i = 0; i < member->n_bits; i++) {
		uint64_t at = begin + i;
		uint8_t byte = probe->bytes[at / 8];

		if (order == WW_TSDL_LITTLE)
			*value |= (uint64_t)(byte >> at % 8 & 1) << i;
		else
			*value = *value << 1 | (byte >> (7 - at % 8) & 1);
	}
	return true;
}

/* The context's structure and first bit; false when the stream id is not one of the trace's. */
static bool find_context(const struct probe *probe, const struct ww_tsdl_struct **context,
			 uint64_t *base_bits)
{
	const struct ww_tsdl_struct *header = probe->tsdl->header;
	const struct ww_tsdl_int *id_member = ww_tsdl_find(header, "stream_id");
	uint64_t id = 0;
	gpointer found;

	if (id_member && !get(probe, 0, id_member, &id))
		return false;
	if (!g_hash_table_lookup_extended(probe->tsdl->contexts, &id, NULL, &found))
		return false;
	*context = found;
	*base_bits = header ? header->size_bits : 0;
	if (*context)
		*base_bits = ww_tsdl_align_up(*base_bits, (*context)->align_bits);
	return true;
}

/* Size of the packet in @probe, of which @n_left bytes of file are left; NULL or what is wrong with
 * it. */
static const char *measure(const struct probe *probe, uint64_t n_left, struct ww_packet *packet)
{
	const struct ww_tsdl_int *magic = ww_tsdl_find(probe->tsdl->header, "magic");
	const struct ww_tsdl_struct *context;
	const struct ww_tsdl_int *packet_size, *content_size;
	uint64_t base_bits, value, content_bits = 0, packet_bits = 8 * n_left;

	if (magic && !get(probe, 0, magic, &value))
		return "the last packet is cut short";
	if (magic && value != MAGIC)
		return "no packet begins there";
	if (!find_context(probe, &context, &base_bits))
		return "the packet belongs to no stream of the trace";
	packet_size = ww_tsdl_find(context, "packet_size");
	content_size = ww_tsdl_find(context, "content_size");
	if ((packet_size && !get(probe, base_bits, packet_size, &packet_bits)) ||
	    (content_size && !get(probe, base_bits, content_size, &content_bits)))
		return "the last packet is cut short";
	if (content_size && !packet_size)
		packet_bits = content_bits;
	if (packet_bits == 0 || packet_bits % 8 != 0 ||
	    (content_size && content_bits > packet_bits) ||
	    packet_bits < base_bits + (context ? context->size_bits : 0))
		return "the packet's size makes no sense";
	if (packet_bits / 8 > n_left)
		return "the last packet is cut short";
	packet->n_bytes = packet_bits / 8;
	packet->content_bits = content_size ? content_bits : packet_bits;
	return NULL;
}

/* Puts the probe to byte @at, @n_left before the end. False when the file cannot be read. */
static bool probe_at(struct probe *probe, int fd, uint64_t at, uint64_t n_left, bool is_small)
{
	const uint64_t n_wanted = MIN(PROBE_BYTES, n_left);
	ssize_t n;

	if (at < probe->window_offset || at + n_wanted > probe->window_offset + probe->n_window) {
		n = pread(fd, probe->window, is_small ? WINDOW_BYTES : PROBE_BYTES, (off_t)at);
		probe->window_offset = at;
		probe->n_window = n > 0 ? (size_t)n : 0;
	}
	probe->bytes = probe->window + (at - probe->window_offset);
	probe->n_bytes = MIN(n_wanted, probe->n_window - (size_t)(at - probe->window_offset));
	return probe->n_bytes > 0;
}

void ww_packets_scan(const struct ww_tsdl *tsdl, int fd, uint64_t n_bytes,
		     struct ww_packet_scan *scan)
{
	g_autofree uint8_t *window = g_malloc(WINDOW_BYTES);
	struct probe probe = { .tsdl = tsdl, .window = window };
	bool is_small = false;
	uint64_t at = 0;

	*scan = (struct ww_packet_scan){ .packets = scan->packets };
	while (at < n_bytes && !scan->fault) {
		struct ww_packet packet = { .offset_bytes = at };

		scan->fault = probe_at(&probe, fd, at, n_bytes - at, is_small)
				      ? measure(&probe, n_bytes - at, &packet)
				      : "the file cannot be read";
		is_small = packet.n_bytes < SMALL_PACKET_BYTES;
		if (!scan->fault)
			scan->n_packets++;
		if (!scan->fault && scan->packets)
			g_array_append_val(scan->packets, packet);
		at += packet.n_bytes;
	}
	scan->sound_bytes = at;
}

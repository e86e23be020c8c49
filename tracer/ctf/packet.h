/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The head of a packet, as ctf/metadata.c describes it: packet header and packet context in one. A
 * multiple of 8 bytes, so that records lie aligned in a mapped file.
 */
#ifndef WW_TRACER_CTF_PACKET_H
#define WW_TRACER_CTF_PACKET_H

#include <assert.h>
#include <stdint.h>

#include "tracer/ctf/metadata.h"

struct ww_ctf_packet_head {
	uint32_t magic;
	uint8_t uuid[WW_CTF_UUID_BYTES];
	uint32_t stream_id; /* enum ww_ctf_class */
	uint64_t timestamp_begin;
	uint64_t timestamp_end;
	uint64_t content_bits;
	uint64_t packet_bits;
	uint64_t sequence;
	uint64_t n_discarded;
	uint32_t cpu;
	uint32_t reserved;
};
static_assert(sizeof(struct ww_ctf_packet_head) == 80, "the metadata says 80 bytes");

#endif

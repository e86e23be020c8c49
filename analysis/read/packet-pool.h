/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets that are in memory: each is shared by the cursor that walks through it and by the slices that have marks in it.
 *
 * Any thread may let go of a packet. Memory of packets that nobody has any more is used again: in the long run no packet costs
 * an allocation.
 */
#ifndef WW_ANALYSIS_READ_PACKET_POOL_H
#define WW_ANALYSIS_READ_PACKET_POOL_H

#include "analysis/read/layout.h"

struct ww_loaded_packet {
	struct ww_source source; /* its bytes are this packet's own */
	const struct ww_stream_layout *stream;
	uint16_t cpu;    /* as dialects see it */
	int n_users;     /* atomic */
	uint8_t *buffer; /* room_bytes */
	size_t room_bytes;
};

struct ww_packet_pool {
	GMutex mutex;
	GPtrArray *spare; /* struct ww_loaded_packet * that nobody has; under the mutex */
};

void ww_packet_pool_init(struct ww_packet_pool *pool);
void ww_packet_pool_clear(struct ww_packet_pool *pool); /* nobody has a packet of it any more */

/* One with room for @n_bytes, NULL when there is no memory for it. */
struct ww_loaded_packet *ww_packet_take(struct ww_packet_pool *pool, size_t n_bytes);
struct ww_loaded_packet *ww_packet_share(struct ww_loaded_packet *packet);
void ww_packet_release(struct ww_packet_pool *pool, struct ww_loaded_packet *packet); /* NULL is fine */

#endif

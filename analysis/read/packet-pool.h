/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets that are in memory: each is shared by the cursor that walks through it and by the slices that have marks in it.
 *
 * Any thread may let go of a packet. Memory of packets that nobody has any more is used again, up to a bound: in the long run no
 * packet costs an allocation where all are about as large.
 */
#ifndef WW_ANALYSIS_READ_PACKET_POOL_H
#define WW_ANALYSIS_READ_PACKET_POOL_H

#include "analysis/read/layout.h"

struct ww_loaded_packet {
	struct ww_source source;
	const struct ww_stream_layout *stream;
	uint16_t cpu; /* as dialects see it */
	int n_users;  /* atomic */
	struct ww_packet_bytes *bytes; /* where it lies, with others perhaps; shared */
};

/* A piece of a file. */
struct ww_packet_bytes {
	int n_users; /* atomic */
	size_t n_room;
	uint8_t *data;
};

struct ww_packet_pool {
	GMutex mutex;
	/* What nobody has; under the mutex. */
	GPtrArray *packets; /* struct ww_loaded_packet * */
	GPtrArray *bytes;   /* struct ww_packet_bytes * */
	uint64_t n_spare_bytes; /* that these have room for */
};

void ww_packet_pool_init(struct ww_packet_pool *pool);
void ww_packet_pool_clear(struct ww_packet_pool *pool); /* nobody has a packet of it any more */

/* Room for @n_bytes, NULL when there is no memory for it. */
struct ww_packet_bytes *ww_packet_bytes_take(struct ww_packet_pool *pool, size_t n_bytes);
void ww_packet_bytes_release(struct ww_packet_pool *pool, struct ww_packet_bytes *bytes); /* NULL is fine */

/* A packet that lies in @bytes, which it shares. */
struct ww_loaded_packet *ww_packet_take(struct ww_packet_pool *pool, struct ww_packet_bytes *bytes);
struct ww_loaded_packet *ww_packet_share(struct ww_loaded_packet *packet);
void ww_packet_release(struct ww_packet_pool *pool, struct ww_loaded_packet *packet); /* NULL is fine */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CTF packets in memory: the newest ones that a limit leaves room for.
 *
 * The packets of all streams share one circular area, in the order in which they came. Their
 * streams are flushed often, so that this is the order of time too; what makes room is always the
 * oldest packet of all. The area is all the memory there is: packets never move, and nothing is
 * allocated for them.
 *
 * One thread puts packets in, lets them expire and looks at them; another one may read meanwhile.
 */
#ifndef WW_TRACER_CTF_MEMORY_H
#define WW_TRACER_CTF_MEMORY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_ctf_memory;

/* Gets a packet, head and records, borrowed for the call. */
typedef void (*ww_ctf_packet_func)(const void *packet, size_t size_bytes, void *user_data);

/*
 * An area of @limit_bytes, of which no page is resident before it is used. @expires: packets will,
 * so that it may never be full; else it is taken in large pages. @drop gets every packet
 * that makes room, or expires, before it is gone.
 */
struct ww_ctf_memory *ww_ctf_memory_new(size_t limit_bytes, bool expires, ww_ctf_packet_func drop,
					void *user_data, GError **error);
void ww_ctf_memory_free(struct ww_ctf_memory *memory); /* NULL is fine */
WW_DEFINE_AUTO(ctf_memory)

/*
 * Copies a packet. Waits for the reader where only what it has not read yet could make room. Fails
 * for a packet larger than the area.
 */
bool ww_ctf_memory_put(struct ww_ctf_memory *memory, const void *packet, size_t size_bytes,
		       GError **error);

/* Drops the oldest packets as long as they end before @timestamp, and gives their pages back. */
void ww_ctf_memory_expire(struct ww_ctf_memory *memory, uint64_t timestamp);

/* Shows all packets, the oldest first. @func must not call anything of this header. */
void ww_ctf_memory_for_each(struct ww_ctf_memory *memory, ww_ctf_packet_func func, void *user_data);

/* What packets take now. */
size_t ww_ctf_memory_used_bytes(const struct ww_ctf_memory *memory);

/*
 * A reader sees the packets that are there at the beginning; none of them is dropped before it was
 * read or the reading ended. One reader at a time.
 */
void ww_ctf_memory_begin_read(struct ww_ctf_memory *memory);
void ww_ctf_memory_end_read(struct ww_ctf_memory *memory);

/* The next packet, as a copy; NULL at the end. */
GBytes *ww_ctf_memory_read(struct ww_ctf_memory *memory);

#endif

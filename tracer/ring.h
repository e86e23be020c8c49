/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel side's ring: packets in memory, and what their beginning needs to be understood.
 *
 * What is dropped is not forgotten as far as threads are concerned: names, processes and states are
 * carried on, so that a snapshot begins with a true picture of all threads at its first instant.
 * That instant is the same for all CPUs: from then on every record is there that was made.
 *
 * The thread that fills the streams freezes; another one may write meanwhile.
 */
#ifndef WW_TRACER_RING_H
#define WW_TRACER_RING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "tracer/conditions.h"
#include "tracer/ctf/memory.h"
#include "tracer/ctf/metadata.h"

struct ww_ring;

/* At most @limit_bytes of packets, and with @time_ns none that are older than that. */
struct ww_ring *ww_ring_new(size_t limit_bytes, int64_t time_ns, uint32_t n_cpus, GError **error);
void ww_ring_free(struct ww_ring *ring); /* NULL is fine */
WW_DEFINE_AUTO(ring)

/* Where the streams of kernel/ put their packets. Borrowed. */
struct ww_ctf_memory *ww_ring_memory(struct ww_ring *ring);

/*
 * After every drain, with the clock of the records: lets old packets go. @n_missed: records so far
 * that no CPU accounts for.
 */
void ww_ring_tick(struct ww_ring *ring, uint64_t now_ns, uint64_t n_missed);

/*
 * The numbers of stacks whose frames were dropped since the last call because others took their
 * room: whoever tells frames once must tell these again. uint64_t; borrowed until the next call.
 */
const GArray *ww_ring_take_forgotten(struct ww_ring *ring);

/* What a snapshot holds. */
struct ww_ring_window {
	uint64_t begin_ns; /* CLOCK_MONOTONIC */
	uint64_t end_ns;
	uint64_t n_events;
	uint64_t n_lost; /* between the two, not before */
};

/*
 * Takes what is there, all streams flushed, as the next snapshot. No packet of it is dropped until
 * it is written or thawed; the streams wait when they would have to.
 */
void ww_ring_freeze(struct ww_ring *ring, uint64_t now_ns);

/* Writes the streams of the frozen snapshot into @directory, which exists, and thaws. */
bool ww_ring_write(struct ww_ring *ring, const char *directory,
		   const uint8_t uuid[static WW_CTF_UUID_BYTES], struct ww_ring_window *window,
		   GError **error);

/* Gives a frozen snapshot up. */
void ww_ring_thaw(struct ww_ring *ring);

#endif

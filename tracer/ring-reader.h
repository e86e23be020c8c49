/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a ring that the BPF programs of a CPU write: tracer/bpf/ring-layout.h.
 *
 * The ring is mapped, so nothing is copied before the receiver does. One reader per ring.
 */
#ifndef WW_TRACER_RING_READER_H
#define WW_TRACER_RING_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/bpf/ring-layout.h"
#include "tracer/source.h"

/* Bytes of a ring with room for @ring_bytes of records, a power of two: whole pages. */
size_t ww_ring_bytes_mapped(uint32_t ring_bytes);

/* Whether no program is in the middle of a record. One that an interrupt made commit an older
 * position keeps it from being so until the next record. */
bool ww_ring_is_quiet(const struct ww_ring *ring);

/*
 * Gives the complete records to @func, as those of @cpu, and makes room for new ones. @is_over: no
 * program writes any more, so what was begun is complete. False when @func said so: that record
 * counts as read.
 */
bool ww_ring_read(struct ww_ring *ring, uint32_t ring_bytes, bool is_over, uint32_t cpu,
		  ww_record_func func, void *user_data);

#endif

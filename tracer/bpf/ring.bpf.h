/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Writing into this CPU's ring.
 *
 *     record = ww_ring_begin(ring, sizeof(*record));
 *     if (record) { fill; ww_ring_end(ring); }
 *
 * for programs that run with interrupts off, as all of the scheduler's inner ones; ww_ring_enter()
 * and ww_ring_leave() for those that an interrupt may find in the middle.
 */
#ifndef WW_TRACER_BPF_RING_BPF_H
#define WW_TRACER_BPF_RING_BPF_H

#include "tracer/bpf/kernel-types.h"

#include <bpf/bpf_helpers.h>

#include "base/wire.h"
#include "tracer/bpf/ring-layout.h"

/* Set before loading: bytes of records in a ring, a power of two; the value size says the same. */
const volatile __u32 ring_bytes = 65536;

/* Attaching and detaching all programs takes tens of milliseconds, in which only some of them would
 * record; this switches all of them at one instant. */
volatile _Bool is_recording = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__uint(value_size, WW_RING_HEAD_BYTES + 65536 + WW_RING_SLACK_BYTES);
} rings SEC(".maps");

/* Records of a CPU that came after the recorder counted them. */
volatile __u64 n_lost_elsewhere = 0;

/* NULL while nothing is to be recorded. The caller reads its clock afterwards at the earliest, so
 * nothing is older than the beginning; the end is checked again by the reader. */
static __always_inline struct ww_ring *ww_ring_of_cpu(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	struct ww_ring *ring;

	if (!is_recording)
		return 0;
	ring = bpf_map_lookup_elem(&rings, &cpu);
	if (!ring)
		__sync_fetch_and_add(&n_lost_elsewhere, 1);
	return ring;
}

static __always_inline _Bool ww_ring_has_room(const struct ww_ring *ring, u64 head, u32 size_bytes)
{
	return head + size_bytes - *(volatile u64 *)&ring->tail <=
	       ring_bytes - WW_RING_RESERVE_BYTES;
}

static __always_inline void *ww_ring_at(struct ww_ring *ring, u64 position)
{
	return (void *)ring + WW_RING_HEAD_BYTES + (position & (ring_bytes - 1));
}

static __always_inline void *ww_ring_begin(struct ww_ring *ring, u32 size_bytes)
{
	u64 head = ring->head;

	if (!ww_ring_has_room(ring, head, size_bytes)) {
		ring->n_lost++;
		return 0;
	}
	ring->head = head + size_bytes;
	return ww_ring_at(ring, head);
}

static __always_inline void ww_ring_end(struct ww_ring *ring)
{
	barrier();
	if (!ring->n_in_middle)
		*(volatile u64 *)&ring->committed = ring->head;
}

static __always_inline void *ww_ring_enter(struct ww_ring *ring, u32 size_bytes)
{
	u64 head;

	__sync_fetch_and_add(&ring->n_in_middle, 1);
	if (!ww_ring_has_room(ring, *(volatile u64 *)&ring->head, size_bytes)) {
		__sync_fetch_and_add(&ring->n_lost, 1);
		__sync_fetch_and_add(&ring->n_in_middle, -1);
		return 0;
	}
	head = __sync_fetch_and_add(&ring->head, size_bytes);
	return ww_ring_at(ring, head);
}

/* An interrupt between the two steps commits what it wrote, and this one's older position then
 * stands until the next record: the reader sees it no sooner, and loses nothing. */
static __always_inline void ww_ring_leave(struct ww_ring *ring)
{
	barrier();
	if (__sync_fetch_and_add(&ring->n_in_middle, -1) == 1)
		*(volatile u64 *)&ring->committed = *(volatile u64 *)&ring->head;
}

#endif

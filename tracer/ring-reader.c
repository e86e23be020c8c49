// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ring-reader.h"

#include "base/wire.h"

/* The programs wait for nobody, but room that is told to them often is used sooner. */
#define GIVE_BACK_BYTES (256 * 1024)

size_t ww_ring_bytes_mapped(uint32_t ring_bytes)
{
	return (size_t)WW_RING_HEAD_BYTES + ring_bytes + WW_RING_SLACK_BYTES;
}

static const uint8_t *record_at(const struct ww_ring *ring, uint32_t ring_bytes, uint64_t position)
{
	return (const uint8_t *)ring + WW_RING_HEAD_BYTES + (position & (ring_bytes - 1));
}

static uint64_t limit_of(const struct ww_ring *ring, bool is_over)
{
	return __atomic_load_n(is_over ? &ring->head : &ring->committed, __ATOMIC_ACQUIRE);
}

bool ww_ring_is_quiet(const struct ww_ring *ring)
{
	const uint64_t committed = __atomic_load_n(&ring->committed, __ATOMIC_ACQUIRE);

	/* Only those that an interrupt may find in the middle are counted. */
	return __atomic_load_n(&ring->n_in_middle, __ATOMIC_ACQUIRE) == 0 &&
	       __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) == committed;
}

static void give_back(struct ww_ring *ring, uint64_t position)
{
	__atomic_store_n(&ring->tail, position, __ATOMIC_RELEASE);
}

bool ww_ring_read(struct ww_ring *ring, uint32_t ring_bytes, bool is_over, uint32_t cpu,
		  ww_record_func func, void *user_data)
{
	uint64_t given = ring->tail, position = ring->tail;
	const uint64_t limit = limit_of(ring, is_over);
	bool is_welcome = true;

	/* Signed: the limit may have been committed before an interrupt's later one. */
	while (is_welcome && (int64_t)(limit - position) > 0) {
		const uint8_t *record = record_at(ring, ring_bytes, position);
		const unsigned int id = ww_wire_id_of(record);
		size_t size_bytes = id < WW_WIRE_ID_N ? ww_wire_records[id].size_bytes : 0;

		g_assert(size_bytes);
		is_welcome = func(cpu, record, size_bytes, user_data);
		position += size_bytes;
		if (position - given >= GIVE_BACK_BYTES) {
			give_back(ring, position);
			given = position;
		}
	}
	give_back(ring, position);
	return is_welcome;
}

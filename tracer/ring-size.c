// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/ring-size.h"

#include <glib.h>

#define MIB (1024u * 1024)

/* 0.86 M records a second lost nothing in this much. */
#define MOST_BYTES (8 * MIB)
/* 50 ms of 300,000 switches a second on one CPU. */
#define LEAST_BYTES (MIB / 2)
#define TOTAL_BYTES ((uint64_t)256 * MIB)
#define MEMORY_SHARE 16

uint32_t ww_ring_size(uint32_t n_cpus, uint64_t memory_bytes)
{
	uint64_t limit_bytes = MIN(TOTAL_BYTES, memory_bytes / MEMORY_SHARE);
	uint32_t size_bytes = MOST_BYTES;

	while (size_bytes > LEAST_BYTES && (uint64_t)size_bytes * n_cpus > limit_bytes)
		size_bytes /= 2;
	return size_bytes;
}

#define LEAST_SUBBUFFER_BYTES 4096u
#define USER_SHARE 4
#define SOURCE_SHARE 8
#define TIMED_USER_BYTES ((uint64_t)32 * MIB)
#define TIMED_PACKET_SHARE 4

/* The largest power of two from @least_bytes on that is not more than @limit_bytes. */
static uint32_t power_below(uint64_t limit_bytes, uint32_t least_bytes)
{
	uint32_t size_bytes = least_bytes;

	while ((uint64_t)size_bytes * 2 <= limit_bytes && size_bytes < MIB * 1024)
		size_bytes *= 2;
	return size_bytes;
}

static uint64_t user_bytes(const struct ww_ring_shares *shares, uint32_t n_cpus)
{
	return (uint64_t)shares->subbuffer_bytes * (WW_RING_SUBBUFFERS + 1) * n_cpus;
}

struct ww_ring_shares ww_ring_share(const struct ww_ring_limit *limit, bool has_user_side,
				    uint32_t n_cpus, uint64_t memory_bytes)
{
	struct ww_ring_shares shares = { .source_bytes = ww_ring_size(n_cpus, memory_bytes) };
	uint64_t for_user_bytes =
		limit->size_bytes ? limit->size_bytes / USER_SHARE : TIMED_USER_BYTES;

	if (has_user_side)
		shares.subbuffer_bytes = power_below(
			for_user_bytes / (WW_RING_SUBBUFFERS + 1) / n_cpus, LEAST_SUBBUFFER_BYTES);
	if (!limit->size_bytes) {
		shares.packet_bytes = memory_bytes / TIMED_PACKET_SHARE;
		return shares;
	}
	shares.source_bytes = MIN(shares.source_bytes,
				  power_below(limit->size_bytes / SOURCE_SHARE / n_cpus, 65536));
	shares.packet_bytes = limit->size_bytes - user_bytes(&shares, n_cpus) -
			      (uint64_t)shares.source_bytes * n_cpus;
	return shares;
}

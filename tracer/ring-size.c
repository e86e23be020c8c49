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

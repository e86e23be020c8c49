/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory the rings of a recording may take: the kernel holds every page of them from the
 * first moment on. */
#ifndef WW_TRACER_RING_SIZE_H
#define WW_TRACER_RING_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/conditions.h"

/*
 * For each of @n_cpus online CPUs of a machine with @memory_bytes: a power of two from 512 KiB to
 * 8 MiB. All together stay below 256 MiB and a sixteenth of the memory as long as that leaves each
 * the least.
 */
uint32_t ww_ring_size(uint32_t n_cpus, uint64_t memory_bytes);

/* Who gets what of a flight recorder's limit; all of it together never exceeds a size limit. */
struct ww_ring_shares {
	uint32_t source_bytes;    /* of each CPU's ring in the kernel, a power of two */
	uint32_t subbuffer_bytes; /* of LTTng's, a power of two; 0: no user records */
	size_t packet_bytes;      /* of the newest kernel records, all CPUs together */
};

/* LTTng keeps so many for each possible CPU, and one more that it reads from. */
#define WW_RING_SUBBUFFERS 8

/*
 * Of a size, up to a quarter is the user side's and an eighth the kernel's own rings; the newest
 * kernel records have the rest. With a time limit the user side has 32 MiB for all CPUs, and kernel
 * records at most a quarter of the machine's memory, however long the time.
 */
struct ww_ring_shares ww_ring_share(const struct ww_ring_limit *limit, bool has_user_side,
				    uint32_t n_cpus, uint64_t memory_bytes);

#endif

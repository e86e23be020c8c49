/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory the rings of a recording may take: the kernel holds every page of them from the
 * first moment on. */
#ifndef WW_TRACER_RING_SIZE_H
#define WW_TRACER_RING_SIZE_H

#include <stdint.h>

/*
 * For each of @n_cpus online CPUs of a machine with @memory_bytes: a power of two from 512 KiB to
 * 8 MiB. All together stay below 256 MiB and a sixteenth of the memory as long as that leaves each
 * the least.
 */
uint32_t ww_ring_size(uint32_t n_cpus, uint64_t memory_bytes);

#endif

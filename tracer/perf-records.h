/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What perf_event_open(2) writes about a process's own threads, turned into records of base/wire.h.
 *
 * Records carry sample_type TID, TIME and CPU (sample_id_all). What they do not say is unknown in
 * the wire's terms: who else is on the CPU, why a thread sleeps, who wakes it. Pure: no I/O.
 */
#ifndef WW_TRACER_PERF_RECORDS_H
#define WW_TRACER_PERF_RECORDS_H

#include <linux/perf_event.h>

#include "tracer/source.h"

#define WW_PERF_SAMPLE_TYPE (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU)

/* The kernel writes no record longer than its size field can say. */
#define WW_PERF_RECORD_MAX_BYTES UINT16_MAX

/*
 * Gives @func what the record says, nothing for kinds that say nothing to us, and adds to @n_lost
 * what the kernel had no room for. False when @func did.
 *
 * @record is aligned to 8 bytes and as long as its header says; a record that is too short for its
 * kind counts as lost.
 */
bool ww_perf_decode(const struct perf_event_header *record, ww_record_func func, void *user_data,
		    uint64_t *n_lost);

#endif

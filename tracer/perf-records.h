/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What perf_event_open(2) writes about a user's own threads, turned into records of base/wire.h.
 *
 * Records carry sample_type TID, TIME, ID and CPU (sample_id_all). What they do not say is unknown
 * in the wire's terms: who else is on the CPU, why a thread sleeps, who wakes it. Pure: no I/O.
 */
#ifndef WW_TRACER_PERF_RECORDS_H
#define WW_TRACER_PERF_RECORDS_H

#include <linux/perf_event.h>

#include "tracer/source.h"

#define WW_PERF_SAMPLE_TYPE (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ID | PERF_SAMPLE_CPU)

/* The kernel writes no record longer than its size field can say. */
#define WW_PERF_RECORD_MAX_BYTES UINT16_MAX

/* What makes two records of one CPU the same fact told by two events. */
struct ww_perf_fact {
	uint32_t type, misc;
	uint32_t tid;     /* current thread */
	uint32_t subject; /* thread that began or ended, else 0 */
	uint64_t event;   /* id of the event that told it */
};

/*
 * Of one CPU. A thread that was attached to after it had inherited its parent's event has two,
 * which write their records one right behind the other; the second is dropped.
 */
struct ww_perf_decoder {
	ww_record_func func;
	void *user_data;
	uint64_t n_lost; /* what the kernel had no room for, or was too short for its kind */
	struct ww_perf_fact last;
};

/*
 * Gives what the record says, nothing for kinds that say nothing to us, and adds to the losses.
 * False when the receiver said so. @record is aligned to 8 bytes and as long as its header says.
 */
bool ww_perf_decode(struct ww_perf_decoder *decoder, const struct perf_event_header *record);

#endif

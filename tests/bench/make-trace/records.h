/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of a made-up trace, on their way into its streams.
 *
 * Every record is stamped a little later than the one before it, on whatever CPU, so that the
 * order of the streams never decides anything. The first error is kept and everything after it
 * dropped. One thread.
 */
#ifndef WW_TESTS_BENCH_MAKE_TRACE_RECORDS_H
#define WW_TESTS_BENCH_MAKE_TRACE_RECORDS_H

#include "base/wire.h"
#include "tests/bench/make-trace/truth.h"
#include "tracer/ctf/stream.h"

#define ORIGIN_NS UINT64_C(1000000000000) /* CLOCK_MONOTONIC of the first record */

struct recording {
	char *directory;
	uint8_t uuid[WW_CTF_UUID_BYTES];
	struct ww_ctf_stream **streams; /* one per CPU */
	struct ww_ctf_stream *snapshot;
	uint32_t n_cpus;
	struct truth *truth; /* borrowed; records are counted there */
	uint64_t now_ns;     /* of the newest record, since the origin */
	uint64_t step_ns;    /* between two records of one cause */
	GError *error;
};

/* Makes DIRECTORY/kernel; false when there is something already. */
bool recording_begin(struct recording *recording, const char *directory, uint32_t n_cpus,
		     GError **error);

/* Writes out what is pending, and whywait.json. */
bool recording_end(struct recording *recording, GError **error);
void recording_clear(struct recording *recording);

/* The instant of the next record. */
static inline uint64_t recording_tick(struct recording *recording)
{
	return recording->now_ns += recording->step_ns;
}

/* Sets the time and the kind of a record and appends it to the stream of @cpu. */
void recording_put(struct recording *recording, uint32_t cpu, enum ww_wire_id id, void *record,
		   size_t size_bytes, uint64_t at_ns);

/* A thread that is asleep when the recording begins. */
void recording_put_task(struct recording *recording, int32_t tid, int32_t pid, uint16_t cpu,
			int16_t syscall);

/* "worker-123": @tid's name, into a zeroed record. */
void recording_name(char name[static WW_WIRE_COMM_BYTES], int32_t tid);

#endif

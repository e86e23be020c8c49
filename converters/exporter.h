/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An export format is one const table of callbacks; the driver (converters/export.h) owns every
 * loop.
 *
 * Order of the calls: begin; process and its threads (target processes first); then lane by lane,
 * each in time order; then the run queues in time order; end. Times are ns since the trace's origin
 * and lie inside the exported span: an interval that reaches beyond it comes clipped. Memory is
 * bounded by the threads of the trace plus one batch of a lane. A callback has no result: errors of
 * the output stick to the writer.
 */
#ifndef WW_CONVERTERS_EXPORTER_H
#define WW_CONVERTERS_EXPORTER_H

#include "analysis/query.h"
#include "converters/writer.h"

/* What one callback sees of the run it belongs to. */
struct ww_export {
	const struct ww_trace *trace;
	struct ww_writer *writer;
	struct ww_span span;
	const bool *wants; /* by utid: the threads that are exported */
	bool wants_cpus;   /* CPU lanes and run queues as well */
	void *state;       /* the format's own, ww_exporter.state_bytes zeroed bytes */
};

/* One interval of a lane, and what happened inside it. Arrays are borrowed for the call, by begin
 * or time. */
struct ww_export_slice {
	struct ww_lane lane;
	struct ww_span span;                /* clipped to the exported span */
	const struct ww_interval *interval; /* whole */
	const struct ww_lock_wait
		*lock_waits; /* may reach out of the slice at both sides, or even lie beside it */
	size_t n_lock_waits;
	const struct ww_alloc_pause *alloc_pauses; /* the same */
	size_t n_alloc_pauses;
	const struct ww_wake *wakes; /* that the thread caused inside the slice */
	size_t n_wakes;
};

/* Callbacks may be NULL: the format has no place for it. */
struct ww_exporter {
	const char *name;    /* --to NAME */
	const char *suffix;  /* ".json"; never empty */
	const char *purpose; /* for --list: who reads it */
	size_t state_bytes;
	void (*begin)(struct ww_export *run);
	void (*process)(struct ww_export *run, const struct ww_process *process, uint32_t rank);
	void (*thread)(struct ww_export *run, const struct ww_thread *thread, uint32_t rank);
	void (*cpu)(struct ww_export *run, uint16_t cpu, uint32_t rank);
	void (*lane)(struct ww_export *run, struct ww_lane lane);
	void (*slice)(struct ww_export *run, const struct ww_export_slice *slice);
	void (*queue)(struct ww_export *run, const struct ww_queue_step *step);
	void (*end)(struct ww_export *run);
	void (*clear)(struct ww_export *run); /* frees what @state holds; also after a failure */
};

/* All formats, NULL-terminated. */
extern const struct ww_exporter *const ww_exporters[];

/* By name; NULL with WW_ERROR_USAGE that names the nearest one and all there are. */
const struct ww_exporter *ww_exporter_find(const char *name, GError **error);

extern const struct ww_exporter ww_export_chrome;

#endif

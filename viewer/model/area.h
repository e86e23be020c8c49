/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What threads did in a range of time: states, causes, the longest waits, how long threads stood
 * ready.
 *
 * Sums tile the area: for every thread its states and the time in which it did not live make up the
 * length of the range, to the nanosecond. Pure and slow: made on a worker thread.
 */
#ifndef WW_VIEWER_MODEL_AREA_H
#define WW_VIEWER_MODEL_AREA_H

#include <gio/gio.h>

#include "analysis/explain/summary.h"

/* Of more ready times than this the causes are estimated from a part of them. */
#define WW_AREA_EXPLAINED_MAX 20000
#define WW_AREA_WAITS_MAX 100

struct ww_area_thread {
	uint32_t utid;
	struct ww_totals totals; /* of what lies inside the area */
	int64_t absent_ns;       /* not born yet, or dead */
	bool has_worst;
	struct ww_wait_ref worst; /* its longest wait for a CPU, or if none for something else */
};

struct ww_area {
	struct ww_span span;
	GArray *threads; /* struct ww_area_thread, most runnable first, then most blocked */
	struct ww_totals totals;
	int64_t absent_ns;
	GArray *waits;     /* struct ww_wait_ref: ready and blocked ones that held somebody up */
	bool is_estimated; /* the causes are not of every wait */
	uint64_t n_ready;  /* times that a thread stood ready and both ends were seen */
	int64_t p50_ns, p99_ns, max_ns; /* of these, whole ones; -1: there is none */
};

/* @wants_thread: whose; NULL with a cancelled @cancellable (NULL is fine). */
struct ww_area *ww_area_new(const struct ww_trace *trace, struct ww_span span,
			    ww_wants_thread wants_thread, void *data, GCancellable *cancellable);
void ww_area_free(struct ww_area *area); /* NULL is fine */
WW_DEFINE_AUTO(area)

/* The length of the range times the number of threads. */
int64_t ww_area_whole_ns(const struct ww_area *area);

#endif

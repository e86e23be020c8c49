/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rows of a trace are ordered by and made of, as far as it takes queries: sums, first
 * events, the program's own tasks, regions and counters.
 *
 * Made on a worker with the document (about 3 us for each thread), immutable afterwards: any
 * thread.
 */
#ifndef WW_VIEWER_MODEL_ROW_FACTS_H
#define WW_VIEWER_MODEL_ROW_FACTS_H

#include "analysis/query.h"
#include "viewer/model/counter.h"
#include "viewer/model/nesting.h"

struct ww_row_fact {
	int64_t first_ns; /* when it first ran or could have; INT64_MAX: never */
	int64_t running_ns, runnable_ns, blocked_ns; /* over the whole trace */
};

struct ww_row_facts {
	uint32_t n_threads, n_processes;
	struct ww_row_fact *threads;   /* by utid */
	struct ww_row_fact *processes; /* by upid: of all its threads together */
	GHashTable *nestings;          /* utid (GUINT_TO_POINTER) to struct ww_nesting * */
	GPtrArray *counters;           /* struct ww_counter *, by name, then process */
};

/* The names in it are borrowed from @trace. */
struct ww_row_facts *ww_row_facts_new(const struct ww_trace *trace);
void ww_row_facts_free(struct ww_row_facts *facts); /* NULL is fine */
WW_DEFINE_AUTO(row_facts)

/* The tasks and regions that @utid began; NULL when there are none. */
const struct ww_nesting *ww_row_facts_nesting(const struct ww_row_facts *facts, uint32_t utid);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole trace in a few hundred columns: how many threads ran and how many could have.
 *
 * Computed once, off the main thread, and then immutable.
 */
#ifndef WW_VIEWER_MODEL_OVERVIEW_H
#define WW_VIEWER_MODEL_OVERVIEW_H

#include "analysis/query.h"

#define WW_OVERVIEW_COLUMNS 768

struct ww_overview {
	float running[WW_OVERVIEW_COLUMNS];  /* mean number of running threads in the column */
	float runnable[WW_OVERVIEW_COLUMNS]; /* and of those that wait for a CPU */
	float most;                          /* the largest sum of both in a column */
};

/* Over the threads in focus. About 40 us for each. */
void ww_overview_init(struct ww_overview *overview, const struct ww_trace *trace);

#endif

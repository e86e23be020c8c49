/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole trace in a few hundred columns: how many threads ran and how many could have.
 *
 * Computed once, off the main thread, and then immutable.
 */
#ifndef WW_VIEWER_MODEL_OVERVIEW_H
#define WW_VIEWER_MODEL_OVERVIEW_H

#include "analysis/query.h"
#include "base/auto.h"

#define WW_OVERVIEW_COLUMNS 768

struct ww_overview {
	float running[WW_OVERVIEW_COLUMNS];  /* mean number of running threads in the column */
	float runnable[WW_OVERVIEW_COLUMNS]; /* and of those that wait for a CPU */
	float most;                          /* the largest sum of both in a column */
};

/* Over the threads in focus. */
struct ww_overview *ww_overview_new(const struct ww_trace *trace);
void ww_overview_free(struct ww_overview *overview); /* NULL is fine */
WW_DEFINE_AUTO(overview)

#endif

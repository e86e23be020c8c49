/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many of some spans lie over each instant: threads that run at once, or stand in a queue.
 *
 * A span that ends in the instant in which another begins has not met it. Pure: any thread.
 */
#ifndef WW_ANALYSIS_EXPLAIN_OVERLAPS_H
#define WW_ANALYSIS_EXPLAIN_OVERLAPS_H

#include "analysis/query.h"

/* Of no span yet. Free with g_array_unref. */
GArray *ww_overlaps_new(void);
/* Empty spans count as nothing. */
void ww_overlaps_add(GArray *overlaps, struct ww_span span);
/* What of @utid in one of @states (1 << enum ww_state) lies in @span. */
void ww_overlaps_add_thread(GArray *overlaps, const struct ww_trace *trace, uint32_t utid, struct ww_span span,
			    unsigned int states);
/* When all are added and before anything is asked. */
void ww_overlaps_sort(GArray *overlaps);

uint32_t ww_overlaps_most(const GArray *overlaps); /* at one instant */
/* For how long @n of them or more did; @n is 1 at least. */
int64_t ww_overlaps_ns(const GArray *overlaps, uint32_t n);

#endif

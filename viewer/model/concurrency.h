/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many lanes of a group run, could run and wait, column by column of a span of time.
 *
 * A count is the average over the column, so that 1.5 may be one thread throughout and another for
 * half of it. Exact to 1/255 of a lane (and, where a column has several intervals, to what
 * ww_query_pixels() says of its edges). Filled on any thread, constant from then on.
 */
#ifndef WW_VIEWER_MODEL_CONCURRENCY_H
#define WW_VIEWER_MODEL_CONCURRENCY_H

#include "analysis/query.h"
#include "base/auto.h"

struct ww_concurrency_column {
	float running, runnable, blocked;
};

struct ww_concurrency {
	uint32_t n_columns;
	struct ww_concurrency_column *columns;
	float most_running, most_runnable;
	float most_active; /* running and runnable together */
};

/* CPUs count as running or not at all. Costs about 10 us and 20 ns a column for each lane. */
struct ww_concurrency *ww_concurrency_new(const struct ww_trace *trace, const struct ww_lane *lanes,
					  uint32_t n_lanes, struct ww_span span,
					  uint32_t n_columns);
void ww_concurrency_free(struct ww_concurrency *concurrency); /* NULL is fine */
WW_DEFINE_AUTO(concurrency)

/* A height for @most_active lanes that grows in steps, so that a picture does not breathe with
 * every one: 1, 2, 3, 4, 6, 8, 12, 16, ..., at most @n_lanes. */
uint32_t ww_concurrency_scale(float most_active, uint32_t n_lanes);

#endif

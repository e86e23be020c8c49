/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lane without holes: its intervals clipped to a window, and unknown where the lane has nothing.
 *
 * Every explanation walks lanes through this, which is why its parts tile the wait: tiles are in
 * time order, not empty, and leave no nanosecond of the window out.
 */
#ifndef WW_ANALYSIS_EXPLAIN_TILES_H
#define WW_ANALYSIS_EXPLAIN_TILES_H

#include "analysis/query.h"

struct ww_tile {
	struct ww_span span;         /* inside the window */
	struct ww_interval interval; /* the whole interval; unknown, without thread and as long as
					@span in a hole */
};

struct ww_tiles {
	struct ww_interval_iter iter;
	struct ww_interval ahead; /* read from @iter, not given out yet */
	bool has_ahead;
	int64_t position_ns;
	int64_t end_ns;
};

void ww_tiles_init(struct ww_tiles *tiles, const struct ww_trace *trace, struct ww_lane lane,
		   struct ww_span window);
bool ww_tiles_next(struct ww_tiles *tiles, struct ww_tile *tile);

#endif

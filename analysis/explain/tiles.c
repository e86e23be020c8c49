// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/tiles.h"

void ww_tiles_init(struct ww_tiles *tiles, const struct ww_trace *trace, struct ww_lane lane,
		   struct ww_span window)
{
	*tiles = (struct ww_tiles){ .position_ns = window.begin_ns, .end_ns = window.end_ns };
	ww_interval_iter_init(&tiles->iter, trace, lane, window);
	tiles->has_ahead = ww_interval_iter_next(&tiles->iter, &tiles->ahead);
}

static void fill_hole(struct ww_tiles *tiles, struct ww_tile *tile)
{
	int64_t end_ns =
		tiles->has_ahead ? MIN(tiles->ahead.span.begin_ns, tiles->end_ns) : tiles->end_ns;

	tile->span = (struct ww_span){ tiles->position_ns, end_ns };
	tile->interval = (struct ww_interval){
		.span = tile->span,
		.state = WW_STATE_UNKNOWN,
		.reason = WW_REASON_NONE,
		.waker = WW_WAKER_UNKNOWN,
		.cpu = WW_CPU_UNKNOWN,
		.syscall = WW_SYSCALL_UNKNOWN,
		.prio = -1,
		.utid = WW_UTID_NONE,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};
}

bool ww_tiles_next(struct ww_tiles *tiles, struct ww_tile *tile)
{
	while (tiles->has_ahead && tiles->ahead.span.end_ns <= tiles->position_ns)
		tiles->has_ahead = ww_interval_iter_next(&tiles->iter, &tiles->ahead);
	if (tiles->position_ns >= tiles->end_ns)
		return false;

	if (!tiles->has_ahead || tiles->ahead.span.begin_ns > tiles->position_ns) {
		fill_hole(tiles, tile);
	} else {
		tile->interval = tiles->ahead;
		tile->span = (struct ww_span){ tiles->position_ns,
					       MIN(tiles->ahead.span.end_ns, tiles->end_ns) };
	}
	tiles->position_ns = tile->span.end_ns;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/whose.h"

void ww_whose_init(struct ww_whose *whose, const struct ww_trace *trace,
		   const struct ww_lane_set *lanes, GCancellable *cancellable)
{
	ww_focus_init(&whose->focus, trace);
	whose->lanes = lanes && ww_lane_set_n_threads(lanes) > 0 ? lanes : NULL;
	whose->cancellable = cancellable;
}

bool ww_whose_wants(const struct ww_thread *thread, void *data)
{
	const struct ww_whose *whose = data;

	if (g_cancellable_is_cancelled(whose->cancellable))
		return false;
	if (whose->lanes)
		return ww_lane_set_has(whose->lanes,
				       (struct ww_lane){ WW_LANE_THREAD, thread->utid });
	return ww_focus_covers(&whose->focus, thread);
}

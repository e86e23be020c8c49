// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/overview.h"

#include "viewer/model/focus.h"

static void add_thread(struct ww_overview *overview, const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_span all = { 0, MAX(ww_trace_info(trace)->duration_ns, 1) };
	struct ww_pixel pixels[WW_OVERVIEW_COLUMNS];

	ww_query_pixels(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, all, WW_OVERVIEW_COLUMNS,
			pixels);
	for (int x = 0; x < WW_OVERVIEW_COLUMNS; x++) {
		overview->running[x] += (float)pixels[x].share[WW_STATE_RUNNING] / 255.0f;
		overview->runnable[x] += (float)pixels[x].share[WW_STATE_RUNNABLE] / 255.0f;
	}
}

void ww_overview_init(struct ww_overview *overview, const struct ww_trace *trace)
{
	const uint32_t n_threads = ww_trace_info(trace)->n_threads;
	struct ww_focus focus;

	*overview = (struct ww_overview){ 0 };
	ww_focus_init(&focus, trace);
	for (uint32_t utid = 0; utid < n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);

		if (ww_focus_covers(&focus, thread))
			add_thread(overview, trace, utid);
	}
	for (int x = 0; x < WW_OVERVIEW_COLUMNS; x++)
		overview->most = MAX(overview->most, overview->running[x] + overview->runnable[x]);
}

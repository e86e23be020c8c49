// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/start.h"

#include "analysis/event.h"
#include "base/error.h"

/* What --at shows around the instant. */
#define AT_SPAN_NS (100 * WW_NS_PER_MS)

static void select_longest_wait(WwView *view, uint32_t utid)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	const struct ww_span life = ww_trace_thread(trace, utid)->life;
	const unsigned int waits = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED;
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t longest_ns = 0;
	int64_t at_ns = life.begin_ns;

	ww_interval_iter_init(&iter, trace, lane, life);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (!(waits & 1u << interval.state) ||
		    ww_span_length_ns(interval.span) <= longest_ns)
			continue;
		longest_ns = ww_span_length_ns(interval.span);
		at_ns = interval.span.begin_ns;
	}
	ww_view_go_to(view, lane, at_ns, false);
}

bool ww_start_select(WwView *view, int64_t at_ns, int32_t tid, GError **error)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const struct ww_span around = { at_ns - AT_SPAN_NS / 2, at_ns + AT_SPAN_NS / 2 };
	uint32_t utid = WW_UTID_NONE;

	if (at_ns < 0 && tid == WW_TID_UNKNOWN)
		return true;
	/* Wherever one was last time. */
	ww_view_select_none(view);
	ww_view_show_all(view);
	if (at_ns >= ww_trace_info(trace)->duration_ns && at_ns > 0)
		return ww_fail(error, WW_ERROR_USAGE, "the trace ends before the time of --at");
	if (at_ns >= 0)
		ww_view_show(view, around);
	if (tid == WW_TID_UNKNOWN)
		return true;
	utid = ww_query_utid(trace, tid, at_ns >= 0 ? at_ns : INT64_MIN);
	if (utid == WW_UTID_NONE)
		return ww_fail(error, WW_ERROR_USAGE, "the trace has no thread %d", tid);
	if (at_ns < 0)
		select_longest_wait(view, utid);
	else if (!ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, utid }, at_ns, false))
		return ww_fail(error, WW_ERROR_USAGE, "the thread %d does nothing at that time",
			       tid);
	return true;
}

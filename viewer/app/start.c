// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/start.h"

#include "analysis/event.h"
#include "base/error.h"

/* What --at shows around the instant. */
#define AT_SPAN_NS (100 * WW_NS_PER_MS)

static bool is_thread(const struct ww_thread *thread, void *wanted)
{
	return thread == wanted;
}

/* Without reading its short ones: a thread may have waited millions of times. */
static void select_longest_wait(WwView *view, uint32_t utid)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const struct ww_thread *thread = ww_trace_thread(trace, utid);
	const struct ww_wait_filter filter = {
		.span = thread->life,
		.states = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED,
		.wants_thread = is_thread,
		.data = (void *)(uintptr_t)thread,
		.limit = 1,
	};
	g_autoptr(GArray) longest = ww_query_waits(trace, &filter);
	struct ww_interval wait;
	int64_t at_ns = thread->life.begin_ns;

	if (longest->len > 0 &&
	    ww_query_wait(trace, g_array_index(longest, struct ww_wait_ref, 0), &wait))
		at_ns = wait.span.begin_ns;
	ww_view_go_to(view, (struct ww_lane){ WW_LANE_THREAD, utid }, at_ns, false);
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

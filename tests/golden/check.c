// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds of every trace. */
#include "analysis/trace-private.h"
#include "tests/golden/script.h"

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

/* The lane's intervals fill @life without holes or overlaps; returns how long it was running. */
static int64_t check_tiling(const struct ww_trace *trace, struct ww_lane lane, struct ww_span life)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	struct ww_state_sums sums;
	int64_t at_ns = life.begin_ns, running_ns = 0, sum_ns = 0;

	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		g_assert_cmpint(interval.span.begin_ns, ==, at_ns);
		g_assert_cmpint(interval.span.end_ns, >, at_ns);
		g_assert_cmpuint(interval.state, <, WW_STATE_N);
		g_assert_cmpuint(interval.reason, <, WW_REASON_N);
		at_ns = interval.span.end_ns;
		if (interval.state == WW_STATE_RUNNING)
			running_ns += ww_span_length_ns(interval.span);
	}
	g_assert_cmpint(at_ns, ==, life.end_ns);
	ww_query_sums(trace, lane, everything, &sums);
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		sum_ns += sums.ns[state];
	g_assert_cmpint(sum_ns, ==, ww_span_length_ns(life));
	g_assert_cmpint(sums.ns[WW_STATE_RUNNING], ==, running_ns);
	return running_ns;
}

/* Whenever the thread runs, its CPU's lane has the very same interval. */
static void check_seats(const struct ww_trace *trace, uint32_t utid)
{
	struct ww_interval_iter iter;
	struct ww_interval running, seat;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, everything);
	while (ww_interval_iter_next(&iter, &running)) {
		if (running.state != WW_STATE_RUNNING)
			continue;
		g_assert_true(ww_query_at(trace, (struct ww_lane){ WW_LANE_CPU, running.cpu },
					  running.span.begin_ns, &seat));
		g_assert_cmpuint(seat.utid, ==, utid);
		g_assert_cmpint(seat.span.begin_ns, ==, running.span.begin_ns);
		g_assert_cmpint(seat.span.end_ns, ==, running.span.end_ns);
	}
}

static void check_references(const struct ww_trace *trace, uint32_t utid)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	struct ww_lock_wait wait;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		const bool is_by_thread =
			interval.waker == WW_WAKER_THREAD || interval.waker == WW_WAKER_CHILD_EXIT;
		const bool is_by_nobody =
			interval.waker == WW_WAKER_UNKNOWN || interval.waker == WW_WAKER_NONE;

		g_assert_cmpuint(interval.utid, ==, utid);
		g_assert_true(interval.reason == WW_REASON_NONE ||
			      ww_reason_state((enum ww_reason)interval.reason) ==
				      (enum ww_state)interval.state);
		if (is_by_nobody)
			g_assert_cmpuint(interval.waker_utid, ==, WW_UTID_NONE);
		else if (is_by_thread || interval.waker_utid != WW_UTID_NONE)
			g_assert_cmpuint(interval.waker_utid, <, ww_trace_info(trace)->n_threads);
		if (!(interval.flags & WW_INTERVAL_IN_LOCK))
			continue;
		g_assert_true(ww_query_lock_wait_of(trace, &interval, &wait));
		g_assert_cmpuint(wait.utid, ==, utid);
	}
}

static void check_process(const struct ww_trace *trace, const struct ww_thread *thread)
{
	const struct ww_process *process = ww_trace_process(trace, thread->upid);
	bool is_listed = false;

	for (uint32_t i = 0; i < process->n_threads; i++)
		is_listed |= process->utids[i] == thread->utid;
	g_assert_true(is_listed);
	g_assert_true(g_utf8_validate(thread->name, -1, NULL));
}

void ww_check_trace(const struct ww_trace *trace)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	int64_t threads_ran_ns = 0, cpus_busy_ns = 0;

	g_assert_cmpuint(cpus->len, ==, info->duration_ns > 0 ? info->n_cpus : 0);
	for (unsigned int i = 0; i < cpus->len; i++)
		cpus_busy_ns += check_tiling(
			trace, (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) },
			(struct ww_span){ 0, info->duration_ns });
	for (uint32_t utid = 0; utid < info->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);

		g_assert_cmpint(thread->life.begin_ns, <=, thread->life.end_ns);
		threads_ran_ns +=
			check_tiling(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, thread->life);
		check_seats(trace, utid);
		check_references(trace, utid);
		check_process(trace, thread);
	}
	g_assert_cmpint(threads_ran_ns, ==, cpus_busy_ns);
}

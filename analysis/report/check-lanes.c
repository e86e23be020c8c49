// SPDX-License-Identifier: GPL-2.0-or-later
/* The timeline against itself: it must be a partition of time, whatever was recorded. */
#include "analysis/report/check.h"

static const struct ww_span everything = { INT64_MIN, INT64_MAX };

/* What the lane's intervals leave out of @life and what they tell twice, in ns. */
static int64_t untiled_ns(const struct ww_trace *trace, struct ww_lane lane, struct ww_span life,
			  int64_t *tiled_ns, int64_t *at_ns)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t position_ns = life.begin_ns, wrong_ns = 0;

	*tiled_ns = 0;
	*at_ns = -1;
	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (interval.span.begin_ns != position_ns && *at_ns < 0)
			*at_ns = position_ns;
		wrong_ns += ABS(interval.span.begin_ns - position_ns);
		position_ns = interval.span.end_ns;
		*tiled_ns += ww_span_length_ns(interval.span);
	}
	if (position_ns != life.end_ns && *at_ns < 0)
		*at_ns = position_ns;
	return wrong_ns + ABS(life.end_ns - position_ns);
}

static char *at_text(const char *what, uint32_t index, int64_t at_ns)
{
	g_autofree char *instant = at_ns >= 0 ? ww_instant_text(at_ns) : NULL;

	return instant ? g_strdup_printf("%s %u at %s", what, index, instant) : NULL;
}

static void check_lane(const struct ww_trace *trace, struct ww_lane lane, struct ww_span life,
		       struct ww_check_finding *finding)
{
	const bool is_cpu = lane.kind == WW_LANE_CPU;
	int64_t tiled_ns, at_ns;
	const int64_t wrong_ns = untiled_ns(trace, lane, life, &tiled_ns, &at_ns);

	if (ww_check_compare(finding, ww_span_length_ns(life), tiled_ns, wrong_ns, 0) && wrong_ns)
		ww_check_blame(finding, is_cpu ? WW_UTID_NONE : lane.index,
			       at_text(is_cpu ? "CPU" : "thread", lane.index, at_ns));
}

void ww_check_cpu_tiling(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	const struct ww_span all = { 0, ww_trace_info(trace)->duration_ns };

	if (cpus->len == 0)
		ww_check_skip(finding, "no CPU is in the trace");
	for (guint i = 0; i < cpus->len; i++)
		check_lane(trace, (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) },
			   all, finding);
}

static void skip_without_threads(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	if (ww_trace_info(trace)->n_threads == 0)
		ww_check_skip(finding, "no thread is in the trace");
}

void ww_check_thread_tiling(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	skip_without_threads(trace, finding);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		check_lane(trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			   ww_trace_thread(trace, utid)->life, finding);
}

/* The sums come from tables beside the intervals: what people are shown of any span of time. */
static void check_sums_of(const struct ww_trace *trace, uint32_t utid,
			  struct ww_check_finding *finding)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_state_sums expected = { 0 }, measured;
	int64_t expected_ns = 0, measured_ns = 0, wrong_ns = 0;
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, lane, everything);
	while (ww_interval_iter_next(&iter, &interval))
		expected.ns[interval.state] += ww_span_length_ns(interval.span);
	ww_query_sums(trace, lane, everything, &measured);
	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		expected_ns += expected.ns[state];
		measured_ns += measured.ns[state];
		wrong_ns += ABS(expected.ns[state] - measured.ns[state]);
	}
	if (ww_check_compare(finding, expected_ns, measured_ns, wrong_ns, 0) && wrong_ns)
		ww_check_blame(finding, utid, NULL);
}

void ww_check_sums(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	skip_without_threads(trace, finding);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		check_sums_of(trace, utid, finding);
}

static int64_t unseated_ns(const struct ww_trace *trace, const struct ww_interval *running)
{
	const struct ww_lane lane = { WW_LANE_CPU, running->cpu };
	struct ww_interval seat;

	if (ww_query_at(trace, lane, running->span.begin_ns, &seat) && seat.utid == running->utid &&
	    seat.span.begin_ns == running->span.begin_ns &&
	    seat.span.end_ns == running->span.end_ns)
		return 0;
	return ww_span_length_ns(running->span);
}

static void check_seats_of(const struct ww_trace *trace, uint32_t utid,
			   struct ww_check_finding *finding)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	int64_t ran_ns = 0, wrong_ns = 0;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, everything);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (interval.state != WW_STATE_RUNNING)
			continue;
		ran_ns += ww_span_length_ns(interval.span);
		wrong_ns += unseated_ns(trace, &interval);
	}
	if (ww_check_compare(finding, ran_ns, ran_ns - wrong_ns, wrong_ns, 0) && wrong_ns)
		ww_check_blame(finding, utid, NULL);
}

/* Each running interval is a segment of its CPU; and as much is busy on the CPUs as ran of all
 * threads. */
void ww_check_seats(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	struct ww_state_sums sums;
	int64_t ran_ns = 0, busy_ns = 0;

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		check_seats_of(trace, utid, finding);
		ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, everything, &sums);
		ran_ns += sums.ns[WW_STATE_RUNNING];
	}
	for (guint i = 0; i < cpus->len; i++) {
		ww_query_sums(trace,
			      (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) },
			      everything, &sums);
		busy_ns += sums.ns[WW_STATE_RUNNING];
	}
	if (ww_check_compare(finding, ran_ns, busy_ns, ABS(ran_ns - busy_ns), 0))
		ww_check_blame(finding, WW_UTID_NONE,
			       ran_ns == busy_ns ? NULL : g_strdup("all threads and all CPUs"));
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/wakers.h"

/* A thread may be preempted that often between its wake-up and what it does next. */
#define PAUSES_MAX 256

static const unsigned int any_state = (1u << WW_STATE_N) - 1;

/* The last interval of @utid that begins at or before @t_ns and came of a wake-up. */
static bool find_woken(const struct ww_trace *trace, uint32_t utid, int64_t t_ns,
		       struct ww_interval *woken)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	bool found = ww_query_at(trace, lane, t_ns, woken);

	for (int i = 0; found && i < PAUSES_MAX; i++) {
		/* Whoever sleeps now was woken before it began to. */
		if (woken->waking_ns >= 0 && woken->waking_ns < t_ns)
			return true;
		found = ww_query_previous(trace, lane, woken->span.begin_ns, any_state, woken);
	}
	return false;
}

static void measure(const struct ww_trace *trace, const struct ww_interval *woken,
		    struct ww_wake_step *step)
{
	const struct ww_lane lane = { WW_LANE_THREAD, woken->utid };
	struct ww_interval slept = *woken;
	struct ww_interval ready = *woken;

	if (woken->state == WW_STATE_BLOCKED) {
		if (!ww_query_next(trace, lane, woken->span.end_ns, any_state, &ready) ||
		    ready.state != WW_STATE_RUNNABLE || ready.span.begin_ns != woken->span.end_ns)
			ready.span = (struct ww_span){ 0, 0 };
	} else if (!ww_query_previous(trace, lane, woken->span.begin_ns, any_state, &slept) ||
		   slept.state != WW_STATE_BLOCKED) {
		slept.span = (struct ww_span){ 0, -1 };
	}
	step->slept_ns = ww_span_length_ns(slept.span);
	step->ready_ns = ready.state == WW_STATE_RUNNABLE ? ww_span_length_ns(ready.span) : 0;
}

/* Where the waker ran or the interrupt came. */
static uint16_t cpu_of(const struct ww_trace *trace, const struct ww_interval *woken)
{
	const struct ww_span instant = { woken->waking_ns, woken->waking_ns + 1 };
	g_autoptr(GArray) wakes = ww_query_wakes_of(trace, woken->utid, instant);

	return wakes->len > 0 ? g_array_index(wakes, struct ww_wake, 0).cpu : WW_CPU_UNKNOWN;
}

static void add_step(GArray *steps, const struct ww_trace *trace, const struct ww_interval *woken)
{
	struct ww_wake_step step = {
		.wake = { .time_ns = woken->waking_ns,
			  .waker_utid = woken->waker_utid,
			  .wakee_utid = woken->utid,
			  .waker = woken->waker,
			  .cpu = cpu_of(trace, woken) },
	};

	measure(trace, woken, &step);
	g_array_append_val(steps, step);
}

/* The wake-up that @interval ends with or came of. */
static bool find_first(const struct ww_trace *trace, const struct ww_interval *interval,
		       struct ww_interval *woken)
{
	*woken = *interval;
	return interval->waking_ns >= 0 ||
	       (interval->state == WW_STATE_RUNNING &&
		find_woken(trace, interval->utid, interval->span.begin_ns, woken));
}

GArray *ww_wakers_of(const struct ww_trace *trace, const struct ww_interval *interval)
{
	GArray *steps = g_array_new(false, false, sizeof(struct ww_wake_step));
	struct ww_interval woken;

	if (interval->utid >= WW_UTID_IDLE || !find_first(trace, interval, &woken))
		return steps;
	add_step(steps, trace, &woken);
	while (steps->len < WW_WAKERS_MAX && woken.waker == WW_WAKER_THREAD &&
	       woken.waker_utid < WW_UTID_IDLE &&
	       find_woken(trace, woken.waker_utid, woken.waking_ns, &woken))
		add_step(steps, trace, &woken);
	return steps;
}

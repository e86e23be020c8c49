// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/quota.h"

#include <string.h>

#include "analysis/explain/placement.h"
#include "analysis/explain/runnable.h"
#include "base/wire.h"

/* So soon behind the timer a thread runs again that had only waited for it. */
#define BEHIND_TIMER_NS WW_NS_PER_MS

/* Hierarchies are not deeper; ends a ring in a damaged manifest. */
#define DEPTH_MAX 64

bool ww_is_throttled(const struct ww_interval *wait)
{
	return wait->reason == WW_REASON_THROTTLED || (wait->flags & WW_INTERVAL_THROTTLED);
}

static const struct ww_cgroup *cgroup_of(const struct ww_manifest *manifest, uint64_t id)
{
	for (guint i = 0; id != 0 && i < manifest->cgroups->len; i++) {
		const struct ww_cgroup *cgroup =
			&g_array_index(manifest->cgroups, struct ww_cgroup, i);

		if (cgroup->id == id)
			return cgroup;
	}
	return NULL;
}

/* The readings next to the wait, if the count of @cgroup rose from one to the other. */
static bool has_risen(const struct ww_trace *trace, uint64_t cgroup, struct ww_span wait,
		      struct ww_span *readings)
{
	struct ww_throttle before;
	const struct ww_throttle *after;
	g_autoptr(GArray) later = NULL;

	if (!ww_query_throttle_at(trace, cgroup, wait.begin_ns, &before))
		return false;
	later = ww_query_throttle(trace, cgroup, (struct ww_span){ wait.end_ns, INT64_MAX });
	if (later->len == 0)
		return false;
	after = &g_array_index(later, struct ww_throttle, 0);
	*readings = (struct ww_span){ before.span.begin_ns, after->span.begin_ns };
	return after->n_throttled > before.n_throttled;
}

/* Of its own group, else of the nearest one above it. */
static bool has_used_quota(const struct ww_trace *trace, const struct ww_interval *wait,
			   struct ww_span *readings)
{
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;
	uint64_t id = ww_cgroup_at(trace, wait->utid, wait->span.begin_ns);
	const struct ww_cgroup *cgroup;

	if (!manifest)
		return false;
	for (int depth = 0; depth < DEPTH_MAX && (cgroup = cgroup_of(manifest, id)); depth++) {
		if (cgroup->quota_us > 0 && has_risen(trace, id, wait->span, readings))
			return true;
		id = cgroup->parent;
	}
	return false;
}

static bool is_quota_timer(const struct ww_trace *trace, const struct ww_interrupt *interrupt)
{
	struct ww_symbol symbol;

	/* The kernel is the same in every process. */
	return interrupt->context == WW_WIRE_CONTEXT_HRTIMER && interrupt->function != 0 &&
	       ww_trace_symbol(trace, 0, interrupt->function, &symbol) && symbol.name &&
	       (strcmp(symbol.name, "sched_cfs_period_timer") == 0 ||
		strcmp(symbol.name, "sched_cfs_slack_timer") == 0);
}

/* On whatever CPU. */
static bool is_behind_timer(const struct ww_trace *trace, int64_t t_ns)
{
	g_autoptr(GArray) cpus = ww_query_cpus(trace);

	for (guint i = 0; i < cpus->len; i++) {
		g_autoptr(GArray) interrupts =
			ww_query_interrupt(trace, g_array_index(cpus, uint16_t, i),
					   (struct ww_span){ t_ns - BEHIND_TIMER_NS, t_ns + 1 });

		for (guint j = 0; j < interrupts->len; j++)
			if (is_quota_timer(trace,
					   &g_array_index(interrupts, struct ww_interrupt, j)))
				return true;
	}
	return false;
}

static bool left_for_higher_rank(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_lane lane = { WW_LANE_CPU, wait->cpu };
	const int own_prio = ww_prio_waiting(trace, wait);
	struct ww_interval next;

	return wait->cpu != WW_CPU_UNKNOWN &&
	       ww_query_at(trace, lane, wait->span.begin_ns, &next) &&
	       next.state == WW_STATE_RUNNING && next.prio >= 0 && own_prio >= 0 &&
	       MIN(next.prio, WW_PRIO_FAIR) < MIN(own_prio, WW_PRIO_FAIR);
}

static bool was_throttled(const struct ww_trace *trace, uint32_t utid, struct ww_span window)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, window);
	while (ww_interval_iter_next(&iter, &interval))
		if (interval.state == WW_STATE_RUNNABLE && ww_is_throttled(&interval))
			return true;
	return false;
}

static bool was_anybody_throttled(const struct ww_trace *trace, struct ww_span window)
{
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		if (was_throttled(trace, utid, window))
			return true;
	return false;
}

bool ww_is_likely_throttled(const struct ww_trace *trace, const struct ww_interval *wait)
{
	struct ww_span readings;

	return wait->reason == WW_REASON_PREEMPTED && !ww_is_throttled(wait) &&
	       !(wait->flags & WW_INTERVAL_CENSORED_RIGHT) &&
	       has_used_quota(trace, wait, &readings) &&
	       is_behind_timer(trace, wait->span.end_ns) && !left_for_higher_rank(trace, wait) &&
	       !was_anybody_throttled(trace, readings);
}

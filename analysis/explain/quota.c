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

static bool is_throttled(const struct ww_interval *wait)
{
	return wait->reason == WW_REASON_THROTTLED || (wait->flags & WW_INTERVAL_THROTTLED);
}

/* @id, or the nearest group above it, that has a quota. */
static const struct ww_cgroup *limited_from(const struct ww_manifest *manifest, uint64_t id)
{
	const struct ww_cgroup *cgroup = ww_manifest_cgroup(manifest, id);

	for (int depth = 0; depth < DEPTH_MAX && cgroup && cgroup->quota_us <= 0; depth++)
		cgroup = ww_manifest_cgroup(manifest, cgroup->parent);
	return cgroup && cgroup->quota_us > 0 ? cgroup : NULL;
}

/* That limits the one that waits first of all. */
static const struct ww_cgroup *limit_of(const struct ww_trace *trace,
					const struct ww_interval *wait)
{
	return limited_from(ww_trace_info(trace)->manifest,
			    ww_cgroup_at(trace, wait->utid, wait->span.begin_ns));
}

/* From the last reading before the wait to the first one behind it. */
static bool has_risen(const struct ww_trace *trace, uint64_t cgroup, struct ww_span wait)
{
	const struct ww_span behind = { wait.end_ns, INT64_MAX };
	struct ww_throttle before;
	struct ww_row_iter iter;
	struct ww_track_row after;

	if (!ww_query_throttle_at(trace, cgroup, wait.begin_ns, &before))
		return false;
	ww_row_iter_init(&iter, trace, WW_TRACK_THROTTLE, cgroup, behind);
	return ww_row_iter_next(&iter, &after) &&
	       after.fields[WW_ROW_THROTTLE_N_THROTTLED] > before.n_throttled;
}

/* Whose count rose: its own group, else the nearest one above it. */
static const struct ww_cgroup *used_up(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;
	const struct ww_cgroup *cgroup = limit_of(trace, wait);

	for (int depth = 0; depth < DEPTH_MAX && cgroup; depth++) {
		if (has_risen(trace, cgroup->id, wait->span))
			return cgroup;
		cgroup = limited_from(manifest, cgroup->parent);
	}
	return NULL;
}

const struct ww_cgroup *ww_quota_used(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_cgroup *cgroup = used_up(trace, wait), *nearest = limit_of(trace, wait);

	if (cgroup || !nearest)
		return cgroup;
	return limited_from(ww_trace_info(trace)->manifest, nearest->parent) ? NULL : nearest;
}

static bool is_quota_timer(const struct ww_trace *trace, const struct ww_track_row *interrupt)
{
	const uint64_t function = interrupt->fields[WW_ROW_INTERRUPT_FUNCTION];
	struct ww_symbol symbol;

	/* The kernel is the same in every process. */
	return interrupt->fields[WW_ROW_INTERRUPT_CONTEXT] == WW_WIRE_CONTEXT_HRTIMER &&
	       function != 0 && ww_trace_symbol(trace, 0, function, &symbol) && symbol.name &&
	       (strcmp(symbol.name, "sched_cfs_period_timer") == 0 ||
		strcmp(symbol.name, "sched_cfs_slack_timer") == 0);
}

/* The end of the last one on @cpu that begins in @span; -1: there is none. */
static int64_t last_timer_on(const struct ww_trace *trace, uint16_t cpu, struct ww_span span)
{
	int64_t last_ns = -1;
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, trace, WW_TRACK_INTERRUPT, cpu, span);
	while (ww_row_iter_next(&iter, &row))
		if (row.span.begin_ns >= span.begin_ns && is_quota_timer(trace, &row))
			last_ns = MAX(last_ns, row.span.end_ns);
	return last_ns;
}

/* The same on whatever CPU. It is looked for from the end on, near which it is most often. */
static int64_t last_timer_in(const struct ww_trace *trace, struct ww_span span)
{
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	struct ww_span part = { span.end_ns, span.end_ns };

	for (int64_t length_ns = BEHIND_TIMER_NS; part.begin_ns > span.begin_ns; length_ns *= 2) {
		int64_t last_ns = -1;

		part.end_ns = part.begin_ns;
		part.begin_ns = MAX(span.begin_ns, part.end_ns - length_ns);
		for (guint i = 0; i < cpus->len; i++)
			last_ns = MAX(last_ns,
				      last_timer_on(trace, g_array_index(cpus, uint16_t, i), part));
		if (last_ns >= 0)
			return last_ns;
	}
	return -1;
}

static bool is_behind_timer(const struct ww_trace *trace, int64_t t_ns)
{
	return last_timer_in(trace, (struct ww_span){ t_ns - BEHIND_TIMER_NS, t_ns }) >= 0;
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

/* What costs little is asked first: this is asked of every wait that began with a preemption. */
static bool is_likely_throttled(const struct ww_trace *trace, const struct ww_interval *wait)
{
	return wait->reason == WW_REASON_PREEMPTED && !is_throttled(wait) &&
	       !(wait->flags & WW_INTERVAL_CENSORED_RIGHT) &&
	       !ww_trace_info(trace)->tells_throttled && limit_of(trace, wait) &&
	       is_behind_timer(trace, wait->span.end_ns) && used_up(trace, wait) &&
	       !left_for_higher_rank(trace, wait);
}

struct ww_throttling ww_throttling_of(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const bool is_told = is_throttled(wait);
	struct ww_throttling throttling = { wait->span.begin_ns, !is_told };
	int64_t released_ns;

	if (!is_told && !is_likely_throttled(trace, wait))
		return throttling;
	throttling.until_ns = wait->span.end_ns;
	if (wait->flags & WW_INTERVAL_CENSORED_RIGHT)
		return throttling;
	released_ns = last_timer_in(trace, wait->span);
	if (released_ns >= 0)
		throttling.until_ns = MIN(released_ns, wait->span.end_ns);
	return throttling;
}

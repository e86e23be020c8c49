// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method: SchedViz's antagonists (who occupied the queue's CPU), with a cause for every slice
 * instead of occupants only.
 */
#include "analysis/explain/runnable.h"

#include <string.h>

#include "analysis/explain/parts.h"
#include "analysis/explain/tiles.h"

/* A CPU that stays idle longer than this although somebody is queued does more than leave an idle
 * state. */
#define IDLE_STUCK_NS WW_NS_PER_MS

/* All fair threads share one rank: nice values are weights. */
#define FAIR_PRIO 100

struct waiter {
	const struct ww_trace *trace;
	const struct ww_interval *wait;
	const struct ww_thread *thread;
	int prio; /* -1 unknown */
};

static struct ww_lane thread_lane(uint32_t utid)
{
	return (struct ww_lane){ WW_LANE_THREAD, utid };
}

/* The priority it had when the scheduler picked it, which is what it waited with; else the one it
 * had before. */
static int prio_of(const struct ww_trace *trace, uint32_t utid, struct ww_span wait)
{
	struct ww_interval run;
	unsigned int running = 1u << WW_STATE_RUNNING;

	if (ww_query_next(trace, thread_lane(utid), wait.end_ns, running, &run) && run.prio >= 0)
		return run.prio;
	if (ww_query_previous(trace, thread_lane(utid), wait.begin_ns, running, &run))
		return run.prio;
	return -1;
}

static enum ww_cause rank_cause(int waiter_prio, int occupant_prio)
{
	int waiter_rank = MIN(waiter_prio, FAIR_PRIO),
	    occupant_rank = MIN(occupant_prio, FAIR_PRIO);

	if (waiter_prio < 0 || occupant_prio < 0)
		return WW_CAUSE_UNKNOWN;
	if (occupant_rank == waiter_rank)
		return WW_CAUSE_SHARED;
	return occupant_rank < waiter_rank ? WW_CAUSE_OUTRANKED : WW_CAUSE_NOT_PREEMPTED;
}

static enum ww_relation relation_to(const struct waiter *waiter, const struct ww_thread *occupant)
{
	if (occupant->is_recorder)
		return WW_RELATION_RECORDER;
	if (occupant->upid == waiter->thread->upid)
		return WW_RELATION_SAME_PROCESS;
	return occupant->is_kernel ? WW_RELATION_KERNEL : WW_RELATION_OTHER;
}

static void occupied(const struct waiter *waiter, const struct ww_interval *segment,
		     struct ww_cause_part *part)
{
	const struct ww_thread *occupant;

	part->cause = WW_CAUSE_UNKNOWN;
	if (segment->utid == WW_UTID_NONE || segment->utid == WW_UTID_IDLE ||
	    segment->utid == waiter->wait->utid)
		return;
	occupant = ww_trace_thread(waiter->trace, segment->utid);
	part->utid = segment->utid;
	part->relation = relation_to(waiter, occupant);
	part->cause = rank_cause(waiter->prio, segment->prio);
	if (waiter->wait->reason == WW_REASON_AFFINITY_MOVE && occupant->is_kernel &&
	    g_str_has_prefix(occupant->name, "migration/"))
		part->cause = WW_CAUSE_MIGRATING;
}

/* First match wins: lost, throttled, wake path, then what the CPU did. */
static void classify(const struct waiter *waiter, const struct ww_tile *tile,
		     struct ww_cause_part *part)
{
	const struct ww_interval *wait = waiter->wait, *segment = &tile->interval;

	if (segment->state == WW_STATE_UNKNOWN && (segment->flags & WW_INTERVAL_DEGRADED)) {
		part->cause = WW_CAUSE_LOST;
	} else if (wait->reason == WW_REASON_THROTTLED || (wait->flags & WW_INTERVAL_THROTTLED)) {
		part->cause = WW_CAUSE_THROTTLED;
		part->cpu = WW_CPU_UNKNOWN;
	} else if (tile->span.begin_ns < wait->wakeup_ns) {
		part->cause = WW_CAUSE_WAKE_PATH;
	} else if (segment->state == WW_STATE_RUNNING) {
		occupied(waiter, segment, part);
	} else if (segment->state == WW_STATE_BLOCKED) {
		/* Idle before the thread was queued is no sign of a CPU that does not wake. */
		struct ww_span idle = ww_span_intersect(segment->span, wait->span);

		idle.begin_ns = MAX(idle.begin_ns, wait->wakeup_ns);
		part->cause = ww_span_length_ns(idle) > IDLE_STUCK_NS ? WW_CAUSE_IDLE_STUCK
								      : WW_CAUSE_IDLE_EXIT;
	}
}

static void add_slice(const struct waiter *waiter, const struct ww_tile *tile, const char *detail,
		      GArray *causes)
{
	struct ww_cause_part part = {
		.cause = WW_CAUSE_UNKNOWN,
		.utid = WW_UTID_NONE,
		.relation = WW_RELATION_NONE,
		.cpu = waiter->wait->cpu,
		.ns = ww_span_length_ns(tile->span),
		.first_ns = tile->span.begin_ns,
	};
	g_autofree char *text = g_strdup(detail);

	classify(waiter, tile, &part);
	if ((tile->interval.flags & (WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED)) &&
	    (part.utid != WW_UTID_NONE || tile->interval.state == WW_STATE_BLOCKED))
		part.inferred_ns = part.ns;
	part.detail = text;
	ww_causes_add(causes, &part);
}

void ww_explain_runnable(const struct ww_trace *trace, const struct ww_interval *wait,
			 struct ww_span window, const char *detail, GArray *causes)
{
	struct waiter waiter = {
		.trace = trace,
		.wait = wait,
		.thread = ww_trace_thread(trace, wait->utid),
		.prio = prio_of(trace, wait->utid, wait->span),
	};
	struct ww_lane home = { WW_LANE_CPU, wait->cpu };
	struct ww_tiles tiles;
	struct ww_tile tile;

	if (wait->cpu == WW_CPU_UNKNOWN) {
		tile = (struct ww_tile){ .span = window, .interval.state = WW_STATE_UNKNOWN };
		add_slice(&waiter, &tile, detail, causes);
		return;
	}
	ww_tiles_init(&tiles, trace, home, window);
	while (ww_tiles_next(&tiles, &tile)) {
		struct ww_tile rest = tile;

		if (ww_span_contains(tile.span, wait->wakeup_ns)) {
			tile.span.end_ns = rest.span.begin_ns = wait->wakeup_ns;
			if (ww_span_length_ns(tile.span) > 0)
				add_slice(&waiter, &tile, detail, causes);
		}
		add_slice(&waiter, &rest, detail, causes);
	}
}

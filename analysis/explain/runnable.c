// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method: SchedViz's antagonists (who occupied the queue's CPU), with a cause for every slice
 * instead of occupants only.
 */
#include "analysis/explain/runnable.h"

#include <string.h>

#include "analysis/explain/overlay.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/steal.h"
#include "analysis/explain/tiles.h"

/* A CPU that stays idle longer than this although somebody is queued does more than leave an idle
 * state. */
#define IDLE_STUCK_NS WW_NS_PER_MS

/* Real-time threads that had so much of the second before are kept back by the kernel itself. */
#define RT_BUDGET_WINDOW_NS WW_NS_PER_S
#define RT_BUDGET_SHARE 0.9

struct waiter {
	const struct ww_trace *trace;
	const struct ww_interval *wait;
	const struct ww_thread *thread;
	int prio;           /* -1 unknown */
	uint64_t cgroup;    /* 0 unknown */
	const char *detail; /* for every part */
	GArray *slices;     /* struct ww_slice */
};

/* The priority it had when the scheduler picked it, which is what it waited with; else the one it
 * had before. */
int ww_prio_waiting(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	struct ww_interval run;
	unsigned int running = 1u << WW_STATE_RUNNING;

	if (ww_query_next(trace, lane, wait->span.end_ns, running, &run) && run.prio >= 0)
		return run.prio;
	if (ww_query_previous(trace, lane, wait->span.begin_ns, running, &run))
		return run.prio;
	return -1;
}

static enum ww_cause rank_cause(int waiter_prio, int occupant_prio)
{
	int waiter_rank = MIN(waiter_prio, WW_PRIO_FAIR),
	    occupant_rank = MIN(occupant_prio, WW_PRIO_FAIR);

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
	if (occupant->is_kernel)
		return WW_RELATION_KERNEL;
	return waiter->cgroup != 0 && waiter->cgroup == ww_cgroup_at(waiter->trace, occupant->utid,
								     waiter->wait->span.begin_ns)
		       ? WW_RELATION_SAME_CGROUP
		       : WW_RELATION_OTHER;
}

/* Real-time threads had nearly all of the CPU's last second. Of one that was not recorded whole
 * that much has to be seen all the same. */
static bool is_rt_budget_used(const struct waiter *waiter, int64_t t_ns)
{
	const struct ww_lane home = { WW_LANE_CPU, waiter->wait->cpu };
	int64_t rt_ns = 0;
	struct ww_tiles tiles;
	struct ww_tile tile;

	ww_tiles_init(&tiles, waiter->trace, home,
		      (struct ww_span){ MAX(0, t_ns - RT_BUDGET_WINDOW_NS), t_ns });
	while (ww_tiles_next(&tiles, &tile))
		if (tile.interval.state == WW_STATE_RUNNING && tile.interval.prio >= 0 &&
		    tile.interval.prio < WW_PRIO_FAIR)
			rt_ns += ww_span_length_ns(tile.span);
	return (double)rt_ns >= RT_BUDGET_SHARE * (double)RT_BUDGET_WINDOW_NS;
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

/* An interrupt stands back behind what keeps the thread off every CPU. */
static bool is_beneath(enum ww_cause cause)
{
	return cause == WW_CAUSE_LOST || cause == WW_CAUSE_THROTTLED ||
	       cause == WW_CAUSE_WAKE_PATH || cause == WW_CAUSE_MIGRATING;
}

static void lay_over(const struct ww_overlay *overlay, struct ww_slice *slice)
{
	struct ww_cause_part *part = &slice->part;

	if (is_beneath(part->cause))
		return;
	part->cause = overlay->cause;
	part->utid = WW_UTID_NONE;
	part->relation = WW_RELATION_NONE;
	part->actor = overlay->name;
	slice->is_inferred = overlay->is_inferred;
}

static void add_slice(const struct waiter *waiter, const struct ww_tile *tile,
		      const struct ww_overlay *overlay)
{
	struct ww_slice slice = {
		.span = tile->span,
		.part = { .cause = WW_CAUSE_UNKNOWN,
			  .utid = WW_UTID_NONE,
			  .relation = WW_RELATION_NONE,
			  .cpu = waiter->wait->cpu,
			  .detail = (char *)(uintptr_t)waiter->detail },
	};

	if (ww_span_length_ns(tile->span) == 0)
		return;
	classify(waiter, tile, &slice.part);
	slice.is_inferred =
		(tile->interval.flags & (WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED)) &&
		(slice.part.utid != WW_UTID_NONE || tile->interval.state == WW_STATE_BLOCKED);
	if (slice.part.cause == WW_CAUSE_NOT_PREEMPTED && waiter->prio < WW_PRIO_FAIR &&
	    is_rt_budget_used(waiter, tile->span.begin_ns))
		slice.part.actor = (char *)(uintptr_t)WW_ACTOR_RT_BUDGET;
	if (overlay)
		lay_over(overlay, &slice);
	g_array_append_val(waiter->slices, slice);
}

/* @tile cut where interrupts begin and end; *@next is the first overlay that ends behind @tile's
 * begin. */
static void add_tile(const struct waiter *waiter, struct ww_tile tile, const GArray *overlays,
		     guint *next)
{
	const int64_t end_ns = tile.span.end_ns;

	while (tile.span.begin_ns < end_ns) {
		const struct ww_overlay *overlay =
			*next < overlays->len ? &g_array_index(overlays, struct ww_overlay, *next)
					      : NULL;

		if (overlay && overlay->span.end_ns <= tile.span.begin_ns) {
			++*next;
			continue;
		}
		if (overlay && overlay->span.begin_ns > tile.span.begin_ns) {
			tile.span.end_ns = MIN(end_ns, overlay->span.begin_ns);
			overlay = NULL;
		} else {
			tile.span.end_ns = overlay ? MIN(end_ns, overlay->span.end_ns) : end_ns;
		}
		add_slice(waiter, &tile, overlay);
		tile.span.begin_ns = tile.span.end_ns;
	}
}

/* What its CPU did while the thread stood in its queue. */
static void slice_home(const struct waiter *waiter, struct ww_span window, const GArray *overlays)
{
	const int64_t queued_ns = waiter->wait->wakeup_ns;
	const struct ww_lane home = { WW_LANE_CPU, waiter->wait->cpu };
	struct ww_tiles tiles;
	struct ww_tile tile;
	guint next = 0;

	ww_tiles_init(&tiles, waiter->trace, home, window);
	while (ww_tiles_next(&tiles, &tile)) {
		struct ww_tile before = tile;

		if (ww_span_contains(tile.span, queued_ns)) {
			before.span.end_ns = tile.span.begin_ns = queued_ns;
			add_tile(waiter, before, overlays, &next);
		}
		add_tile(waiter, tile, overlays, &next);
	}
}

static void add_causes(const struct waiter *waiter, GArray *causes)
{
	for (guint i = 0; i < waiter->slices->len; i++) {
		const struct ww_slice *slice = &g_array_index(waiter->slices, struct ww_slice, i);
		struct ww_cause_part part = slice->part;

		part.ns = ww_span_length_ns(slice->span) - slice->stolen_ns;
		part.inferred_ns = slice->is_inferred ? part.ns : 0;
		part.first_ns = slice->span.begin_ns;
		ww_causes_add(causes, &part);
		part = (struct ww_cause_part){
			.cause = WW_CAUSE_STEAL,
			.utid = WW_UTID_NONE,
			.relation = WW_RELATION_NONE,
			.cpu = slice->part.cpu,
			.ns = slice->stolen_ns,
			.inferred_ns = slice->stolen_ns,
			.first_ns = slice->span.begin_ns,
			.detail = slice->part.detail,
		};
		ww_causes_add(causes, &part);
	}
}

void ww_explain_runnable(const struct ww_trace *trace, const struct ww_interval *wait,
			 struct ww_span window, const char *detail, GArray *causes)
{
	g_autoptr(GArray) slices = g_array_new(false, false, sizeof(struct ww_slice));
	const struct waiter waiter = {
		.trace = trace,
		.wait = wait,
		.thread = ww_trace_thread(trace, wait->utid),
		.prio = ww_prio_waiting(trace, wait),
		.cgroup = ww_cgroup_at(trace, wait->utid, wait->span.begin_ns),
		.detail = detail,
		.slices = slices,
	};
	const struct ww_tile nowhere = { .span = window, .interval.state = WW_STATE_UNKNOWN };
	g_autoptr(GArray) overlays = NULL;

	if (wait->cpu == WW_CPU_UNKNOWN) {
		add_slice(&waiter, &nowhere, NULL);
	} else {
		overlays = ww_overlays(trace, wait->cpu, window);
		slice_home(&waiter, window, overlays);
		ww_steal_from(trace, wait->cpu, slices);
	}
	add_causes(&waiter, causes);
}

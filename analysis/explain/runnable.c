// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method: SchedViz's antagonists (who occupied the queue's CPU), with a cause for every slice
 * instead of occupants only.
 */
#include "analysis/explain/runnable.h"

#include "analysis/explain/parts.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/quota.h"
#include "analysis/explain/steal.h"

/* A CPU that stays idle longer than this although somebody is queued does more than leave an idle
 * state. */
#define IDLE_STUCK_NS WW_NS_PER_MS

struct waiter {
	struct ww_home *home;
	const struct ww_waiting *waiting;
	const struct ww_interval *wait;
	const struct ww_thread *thread;
	uint64_t cgroup; /* 0 unknown */
	struct ww_throttling throttling;
	ww_visit_slice visit;
	void *data;
};

/* The last change inside of @running and before @t_ns. */
static bool find_change(const struct ww_trace *trace, const struct ww_interval *running,
			int64_t t_ns, struct ww_prio_change *change)
{
	return running->state == WW_STATE_RUNNING && running->utid < WW_UTID_IDLE &&
	       ww_query_prio_change_at(trace, running->utid, MIN(t_ns, running->span.end_ns) - 1,
				       change) &&
	       change->span.begin_ns > running->span.begin_ns;
}

GArray *ww_prio_changes(const struct ww_trace *trace, const struct ww_interval *running)
{
	const struct ww_span inside = { running->span.begin_ns + 1, running->span.end_ns };
	struct ww_prio_change last;

	return find_change(trace, running, INT64_MAX, &last)
		       ? ww_query_prio_change(trace, running->utid, inside)
		       : NULL;
}

int ww_prio_running(const struct ww_trace *trace, const struct ww_interval *running, int64_t t_ns)
{
	struct ww_prio_change last;

	return find_change(trace, running, t_ns, &last) ? last.new_prio : running->prio;
}

/* The priority it had when the scheduler picked it, which is what it waited with; else the one it
 * had before. */
int ww_prio_waiting(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	struct ww_interval run;
	unsigned int running = 1u << WW_STATE_RUNNING;

	if (ww_query_next(trace, lane, wait->span.end_ns, running, &run) && run.prio >= 0)
		return run.prio;
	if (!ww_query_previous(trace, lane, wait->span.begin_ns, running, &run))
		return -1;
	run.utid = wait->utid;
	return ww_prio_running(trace, &run, INT64_MAX);
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

static enum ww_relation relation_to(const struct waiter *waiter, const struct ww_thread *occupant,
				    int64_t t_ns)
{
	const struct ww_trace *trace = waiter->home->trace;

	if (occupant->is_recorder)
		return WW_RELATION_RECORDER;
	if (occupant->upid == waiter->thread->upid)
		return WW_RELATION_SAME_PROCESS;
	if (occupant->is_kernel)
		return WW_RELATION_KERNEL;
	return waiter->cgroup != 0 && waiter->cgroup == ww_cgroup_at(trace, occupant->utid, t_ns)
		       ? WW_RELATION_SAME_CGROUP
		       : WW_RELATION_OTHER;
}

static void occupied(const struct waiter *waiter, const struct ww_home_segment *segment,
		     struct ww_slice *slice)
{
	const struct ww_thread *occupant;

	slice->cause = WW_CAUSE_UNKNOWN;
	if (segment->utid == WW_UTID_NONE || segment->utid == WW_UTID_IDLE ||
	    segment->utid == waiter->wait->utid)
		return;
	occupant = ww_trace_thread(waiter->home->trace, segment->utid);
	slice->utid = segment->utid;
	slice->relation = (uint8_t)relation_to(
		waiter, occupant, MAX(segment->span.begin_ns, waiter->wait->span.begin_ns));
	slice->cause = (uint8_t)rank_cause(waiter->waiting->prio, segment->prio);
	if (waiter->wait->reason == WW_REASON_AFFINITY_MOVE && occupant->is_kernel &&
	    g_str_has_prefix(occupant->name, "migration/"))
		slice->cause = WW_CAUSE_MIGRATING;
}

/* First match wins: lost, throttled, wake path, then what the CPU did. */
static void classify(const struct waiter *waiter, const struct ww_home_segment *segment,
		     struct ww_slice *slice)
{
	const struct ww_interval *wait = waiter->wait;

	if (segment->state == WW_STATE_UNKNOWN && (segment->flags & WW_INTERVAL_DEGRADED)) {
		slice->cause = WW_CAUSE_LOST;
	} else if (slice->span.begin_ns < waiter->throttling.until_ns) {
		slice->cause = WW_CAUSE_THROTTLED;
		slice->cpu = WW_CPU_UNKNOWN;
	} else if (slice->span.begin_ns < wait->wakeup_ns) {
		slice->cause = WW_CAUSE_WAKE_PATH;
	} else if (segment->state == WW_STATE_RUNNING) {
		occupied(waiter, segment, slice);
	} else if (segment->state == WW_STATE_BLOCKED) {
		/* Idle before the thread was queued, or allowed to run, is no sign of a CPU that
		 * does not wake. */
		struct ww_span idle = ww_span_intersect(segment->span, wait->span);

		idle.begin_ns = MAX(idle.begin_ns, wait->wakeup_ns);
		idle.begin_ns = MAX(idle.begin_ns, waiter->throttling.until_ns);
		slice->cause = ww_span_length_ns(idle) > IDLE_STUCK_NS ? WW_CAUSE_IDLE_STUCK
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
	if (is_beneath(slice->cause))
		return;
	slice->cause = overlay->cause;
	slice->utid = WW_UTID_NONE;
	slice->relation = WW_RELATION_NONE;
	slice->overlay = overlay;
	slice->is_inferred = overlay->is_inferred;
}

static bool is_of_thread(enum ww_cause cause)
{
	return cause == WW_CAUSE_OUTRANKED || cause == WW_CAUSE_SHARED ||
	       cause == WW_CAUSE_NOT_PREEMPTED;
}

static void tell_slice(const struct waiter *waiter, struct ww_span span,
		       const struct ww_home_segment *segment, const struct ww_overlay *overlay)
{
	const uint8_t unsure = WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED;
	struct ww_slice slice = {
		.span = span,
		.cause = WW_CAUSE_UNKNOWN,
		.relation = WW_RELATION_NONE,
		.cpu = waiter->wait->cpu,
		.utid = WW_UTID_NONE,
	};

	classify(waiter, segment, &slice);
	slice.is_inferred = (segment->flags & unsure) &&
			    (slice.utid != WW_UTID_NONE || segment->state == WW_STATE_BLOCKED);
	slice.is_inferred |= slice.cause == WW_CAUSE_THROTTLED && waiter->throttling.is_inferred;
	if (overlay)
		lay_over(overlay, &slice);
	slice.is_of_rt_budget = slice.cause == WW_CAUSE_NOT_PREEMPTED &&
				waiter->waiting->prio < WW_PRIO_FAIR &&
				ww_home_is_rt_budget_used(waiter->home, span.begin_ns);
	if (is_of_thread(slice.cause))
		slice.stolen_ns = ww_stolen_ns(waiter->home->thefts, span);
	waiter->visit(&slice, waiter->data);
}

/* What @segment has of @span, cut where interrupts begin and end; *@next is the first overlay that
 * ends behind its begin. */
static void cut_segment(const struct waiter *waiter, const struct ww_home_segment *segment,
			struct ww_span span, guint *next)
{
	const GArray *overlays = waiter->home->overlays;
	struct ww_span part = span;

	while (part.begin_ns < span.end_ns) {
		const struct ww_overlay *overlay =
			*next < overlays->len ? &g_array_index(overlays, struct ww_overlay, *next)
					      : NULL;

		part.end_ns = span.end_ns;
		if (overlay && overlay->span.end_ns <= part.begin_ns) {
			++*next;
			continue;
		}
		if (overlay && overlay->span.begin_ns > part.begin_ns) {
			part.end_ns = MIN(span.end_ns, overlay->span.begin_ns);
			overlay = NULL;
		} else if (overlay) {
			part.end_ns = MIN(span.end_ns, overlay->span.end_ns);
		}
		tell_slice(waiter, part, segment, overlay);
		part.begin_ns = part.end_ns;
	}
}

/* Where the next thing happens to the thread itself: it is queued, or allowed to run. */
static int64_t next_change(const struct waiter *waiter, struct ww_span span)
{
	const int64_t changes_ns[] = { waiter->wait->wakeup_ns, waiter->throttling.until_ns };

	for (size_t i = 0; i < G_N_ELEMENTS(changes_ns); i++)
		if (changes_ns[i] > span.begin_ns)
			span.end_ns = MIN(span.end_ns, changes_ns[i]);
	return span.end_ns;
}

/* What its CPU did while the thread stood in its queue. */
static void cut_window(const struct waiter *waiter, struct ww_span window)
{
	struct ww_home *home = waiter->home;
	guint next, i;

	ww_home_read(home, window.end_ns);
	next = ww_home_overlay_at(home, window.begin_ns);
	for (i = ww_home_segment_at(home, window.begin_ns); i < home->segments->len; i++) {
		const struct ww_home_segment *segment =
			&g_array_index(home->segments, struct ww_home_segment, i);
		struct ww_span span = ww_span_intersect(segment->span, window);

		if (segment->span.begin_ns >= window.end_ns)
			break;
		for (int64_t end_ns; span.begin_ns < span.end_ns; span.begin_ns = end_ns) {
			end_ns = next_change(waiter, span);
			cut_segment(waiter, segment, (struct ww_span){ span.begin_ns, end_ns },
				    &next);
		}
	}
}

void ww_slice_runnable(struct ww_home *home, const struct ww_waiting *waiting,
		       struct ww_span window, ww_visit_slice visit, void *data)
{
	static const struct ww_home_segment nowhere = { .state = WW_STATE_UNKNOWN,
							.utid = WW_UTID_NONE,
							.prio = -1 };
	const struct ww_interval *wait = waiting->wait;
	const struct waiter waiter = {
		.home = home,
		.waiting = waiting,
		.wait = wait,
		.thread = ww_trace_thread(home->trace, wait->utid),
		.cgroup = waiting->tells_cgroups
				  ? ww_cgroup_at(home->trace, wait->utid, wait->span.begin_ns)
				  : 0,
		.throttling = ww_throttling_of(home->trace, wait),
		.visit = visit,
		.data = data,
	};

	if (wait->cpu != WW_CPU_UNKNOWN) {
		cut_window(&waiter, window);
		return;
	}
	for (int64_t end_ns; window.begin_ns < window.end_ns; window.begin_ns = end_ns) {
		end_ns = next_change(&waiter, window);
		tell_slice(&waiter, (struct ww_span){ window.begin_ns, end_ns }, &nowhere, NULL);
	}
}

struct collection {
	const struct ww_trace *trace;
	const char *detail; /* for every part */
	GArray *causes;
};

static void add_causes(const struct ww_slice *slice, void *data)
{
	const struct collection *to = data;
	const int64_t ns = ww_span_length_ns(slice->span) - slice->stolen_ns;
	g_autofree char *actor = slice->overlay ? ww_overlay_text(to->trace, slice->overlay) : NULL;
	const char *budget = slice->is_of_rt_budget ? WW_ACTOR_RT_BUDGET : NULL;
	const struct ww_cause_part part = {
		.cause = (enum ww_cause)slice->cause,
		.utid = slice->utid,
		.relation = (enum ww_relation)slice->relation,
		.cpu = slice->cpu,
		.ns = ns,
		.inferred_ns = slice->is_inferred ? ns : 0,
		.first_ns = slice->span.begin_ns,
		.detail = (char *)(uintptr_t)to->detail,
		.actor = actor ? actor : (char *)(uintptr_t)budget,
	};
	const struct ww_cause_part stolen = {
		.cause = WW_CAUSE_STEAL,
		.utid = WW_UTID_NONE,
		.relation = WW_RELATION_NONE,
		.cpu = slice->cpu,
		.ns = slice->stolen_ns,
		.inferred_ns = slice->stolen_ns,
		.first_ns = slice->span.begin_ns,
		.detail = (char *)(uintptr_t)to->detail,
	};

	ww_causes_add(to->causes, &part);
	ww_causes_add(to->causes, &stolen);
}

void ww_explain_runnable(const struct ww_trace *trace, const struct ww_interval *wait,
			 struct ww_span window, const char *detail, GArray *causes)
{
	const struct ww_waiting waiting = {
		.wait = wait,
		.prio = ww_prio_waiting(trace, wait),
		.tells_cgroups = true,
	};
	struct collection to = { trace, detail, causes };
	struct ww_home home;

	ww_home_init(&home, trace, wait->cpu, window);
	ww_slice_runnable(&home, &waiting, window, add_causes, &to);
	ww_home_clear(&home);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/occupant.h"

#include "analysis/explain/overlaps.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/quota.h"
#include "analysis/explain/runnable.h"

#define PRIO_NICE_0 120

bool ww_prio_nice(int prio, int *nice)
{
	if (prio < WW_PRIO_FAIR)
		return false;
	*nice = prio - PRIO_NICE_0;
	return true;
}

static bool is_rank_cause(enum ww_cause cause)
{
	return cause == WW_CAUSE_OUTRANKED || cause == WW_CAUSE_SHARED ||
	       cause == WW_CAUSE_NOT_PREEMPTED;
}

/* The largest part that is a thread's. */
static const struct ww_cause_part *main_part(const GArray *causes)
{
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		if (is_rank_cause(part->cause) && part->utid < WW_UTID_IDLE)
			return part;
	}
	return NULL;
}

static void count_turns(const struct ww_trace *trace, struct ww_span window,
			struct ww_occupant *occupant)
{
	struct ww_interval_iter iter;
	struct ww_interval turn;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, occupant->utid },
			      window);
	while (ww_interval_iter_next(&iter, &turn)) {
		const int64_t ns = ww_span_length_ns(ww_span_intersect(turn.span, window));

		if (turn.state != WW_STATE_RUNNING || turn.cpu != occupant->cpu)
			continue;
		occupant->n_turns++;
		occupant->longest_ns = MAX(occupant->longest_ns, ns);
		turn.utid = occupant->utid;
		occupant->prio = ww_prio_running(trace, &turn, window.end_ns);
	}
}

struct queue {
	const struct ww_trace *trace;
	struct ww_span window;
	uint16_t cpu;
	int prio;       /* the waiter's */
	uint32_t upid;  /* likewise */
	bool is_mixed;  /* some of its rank have another priority or process */
	GArray *queued; /* as of overlaps.h */
};

/* A thread that has no quota left stands in no queue. */
static struct ww_span queued_part(const struct queue *queue, const struct ww_interval *wait)
{
	struct ww_span part = ww_span_intersect(wait->span, queue->window);

	if (wait->state != WW_STATE_RUNNABLE || wait->cpu != queue->cpu)
		return (struct ww_span){ 0, 0 };
	part.begin_ns = MAX(part.begin_ns, wait->wakeup_ns);
	part.begin_ns = MAX(part.begin_ns, ww_throttling_of(queue->trace, wait).until_ns);
	return part;
}

/* Whether the thread could run at some time of the window: a state that occurs at all has a share
 * of the one pixel, which is far cheaper than to look at its waits. */
static bool is_ever_runnable(const struct queue *queue, uint32_t utid)
{
	struct ww_pixel pixel = { { 0 } };

	ww_query_pixels(queue->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, queue->window, 1,
			&pixel);
	return pixel.share[WW_STATE_RUNNABLE] > 0;
}

static void add_thread(struct queue *queue, uint32_t utid)
{
	struct ww_interval_iter iter;
	struct ww_interval wait;

	if (!is_ever_runnable(queue, utid))
		return;
	ww_interval_iter_init(&iter, queue->trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      queue->window);
	while (ww_interval_iter_next(&iter, &wait)) {
		struct ww_span inside;
		int prio;

		wait.utid = utid;
		inside = queued_part(queue, &wait);
		if (inside.begin_ns >= inside.end_ns)
			continue;
		prio = ww_prio_waiting(queue->trace, &wait);
		if (prio < 0 || MIN(prio, WW_PRIO_FAIR) != MIN(queue->prio, WW_PRIO_FAIR))
			continue;
		queue->is_mixed |= prio != queue->prio ||
				   ww_trace_thread(queue->trace, utid)->upid != queue->upid;
		ww_overlaps_add(queue->queued, inside);
	}
}

/* Returns whether all that waited are like the waiter. */
static bool count_waiting(const struct ww_trace *trace, const struct ww_explanation *explanation,
			  struct ww_span queued, struct ww_occupant *occupant)
{
	g_autoptr(GArray) overlaps = ww_overlaps_new();
	struct queue queue = { .trace = trace,
			       .window = queued,
			       .cpu = occupant->cpu,
			       .upid = ww_trace_thread(trace, explanation->wait.utid)->upid,
			       .prio = occupant->waiter_prio,
			       .queued = overlaps };

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		add_thread(&queue, utid);
	ww_overlaps_sort(overlaps);
	occupant->n_waiting = ww_overlaps_most(overlaps);
	return !queue.is_mixed;
}

static int64_t weight_of(const struct ww_manifest *manifest, uint64_t id)
{
	const struct ww_cgroup *cgroup = ww_manifest_cgroup(manifest, id);

	return cgroup ? cgroup->weight : -1;
}

static void read_weights(const struct ww_trace *trace, const struct ww_interval *wait,
			 struct ww_occupant *occupant)
{
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;
	const uint64_t own = ww_cgroup_at(trace, wait->utid, wait->span.begin_ns),
		       other = ww_cgroup_at(trace, occupant->utid, wait->span.begin_ns);

	if (!manifest || own == other)
		return;
	occupant->weight = weight_of(manifest, other);
	occupant->waiter_weight = weight_of(manifest, own);
}

/* Nine tenths of it went to equals that take turns with it, and all of it was seen. */
static bool is_sharing(const struct ww_explanation *explanation)
{
	const uint8_t unsure = WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT |
			       WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED;
	const int64_t length_ns = ww_span_length_ns(explanation->span);
	int64_t shared_ns = 0;

	for (guint i = 0; i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);

		if (part->cause == WW_CAUSE_SHARED && part->relation == WW_RELATION_SAME_PROCESS)
			shared_ns += part->ns;
	}
	return !(explanation->wait.flags & unsure) && shared_ns >= length_ns - length_ns / 10;
}

bool ww_explain_occupant(const struct ww_trace *trace, const struct ww_explanation *explanation,
			 struct ww_occupant *occupant)
{
	const struct ww_interval *wait = &explanation->wait;
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;
	const struct ww_cause_part *part = main_part(explanation->causes);
	struct ww_span queued = explanation->span;
	struct ww_occupant found;
	bool are_alike;

	if (wait->state != WW_STATE_RUNNABLE || !part)
		return false;
	found = (struct ww_occupant){
		.utid = part->utid,
		.cause = part->cause,
		.cpu = part->cpu,
		.ns = part->ns,
		.slice_ns = manifest ? manifest->base_slice_ns : 0,
		.prio = -1,
		.waiter_prio = ww_prio_waiting(trace, wait),
		.weight = -1,
		.waiter_weight = -1,
	};
	queued.begin_ns = MAX(queued.begin_ns, ww_throttling_of(trace, wait).until_ns);
	count_turns(trace, queued, &found);
	are_alike = count_waiting(trace, explanation, queued, &found);
	read_weights(trace, wait, &found);
	if (are_alike && found.prio == found.waiter_prio && found.prio >= WW_PRIO_FAIR &&
	    is_sharing(explanation))
		found.fair_ns = found.n_waiting * found.slice_ns;
	*occupant = found;
	return true;
}

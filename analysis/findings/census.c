// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/census.h"

#include "analysis/explain/parts.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/runnable.h"

/* A CPU that is idle for less than this beside a waiting thread is the price of a wake-up. */
#define MISSED_NS WW_NS_PER_MS

/* What one wait adds to each tally. */
struct shares {
	int64_t ns[WW_TALLY_N];
	int64_t inferred_ns[WW_TALLY_N];
};

static void add_share(struct shares *shares, enum ww_tally_kind kind,
		      const struct ww_cause_part *part)
{
	shares->ns[kind] += part->ns;
	shares->inferred_ns[kind] += part->inferred_ns;
}

static void sort_part(struct shares *shares, const struct ww_cause_part *part, int prio)
{
	static const struct {
		enum ww_cause cause;
		enum ww_tally_kind kind;
	} plain[] = {
		{ WW_CAUSE_THROTTLED, WW_TALLY_THROTTLED },
		{ WW_CAUSE_IRQ, WW_TALLY_IRQ },
		{ WW_CAUSE_STEAL, WW_TALLY_STEAL },
		{ WW_CAUSE_LOST, WW_TALLY_LOST },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
		if (part->cause == plain[i].cause)
			add_share(shares, plain[i].kind, part);
	if (part->relation == WW_RELATION_RECORDER)
		add_share(shares, WW_TALLY_RECORDER, part);
	if (part->cause == WW_CAUSE_OUTRANKED && prio >= WW_PRIO_FAIR)
		add_share(shares, WW_TALLY_OUTRANKED_BY_RT, part);
	if (part->cause == WW_CAUSE_NOT_PREEMPTED && part->actor)
		add_share(shares, WW_TALLY_RT_BUDGET, part);
	if (part->cause == WW_CAUSE_SHARED && part->relation == WW_RELATION_SAME_PROCESS)
		add_share(shares, WW_TALLY_SAME_PROCESS, part);
}

/* Who had the CPU for most of the wait may run nowhere else either. */
static bool is_behind_pinned(const struct ww_census *census, const struct ww_interval *wait,
			     GArray *causes)
{
	const struct ww_cause_part *first;
	struct ww_allowed allowed;

	ww_causes_sort(causes);
	first = causes->len > 0 ? &g_array_index(causes, struct ww_cause_part, 0) : NULL;
	if (!first || first->utid == WW_UTID_NONE)
		return false;
	allowed = ww_allowed_at(census->trace, first->utid, wait->span.begin_ns);
	return allowed.is_known && allowed.n == 1;
}

/* @wait is clipped to the span. */
static void add_avoidables(const struct ww_census *census, const struct ww_interval *wait,
			   GArray *causes, struct shares *shares)
{
	g_autoptr(GArray) avoidables = ww_avoidables_new();
	int64_t missed_ns = 0, barred_ns = 0;

	ww_explain_avoidable(census->trace, wait, avoidables);
	for (guint i = 0; i < avoidables->len; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(avoidables, struct ww_avoidable_part, i);

		if (part->kind == WW_AVOIDABLE_ALLOWED_IDLE && part->cpu != wait->cpu)
			missed_ns += part->ns;
		else if (part->kind == WW_AVOIDABLE_DISALLOWED_IDLE)
			barred_ns += part->ns;
	}
	if (missed_ns >= MISSED_NS)
		shares->ns[WW_TALLY_ALLOWED_IDLE] = missed_ns;
	if (barred_ns >= MISSED_NS && is_behind_pinned(census, wait, causes))
		shares->ns[WW_TALLY_PINNED_BEHIND_PINNED] = barred_ns;
}

static void add_shares(struct ww_census_thread *thread, const struct shares *shares,
		       struct ww_wait_ref ref)
{
	for (int kind = 0; kind < WW_TALLY_N; kind++) {
		struct ww_tally *tally = &thread->tallies[kind];

		if (shares->ns[kind] == 0)
			continue;
		tally->count++;
		tally->total_ns += shares->ns[kind];
		tally->inferred_ns += shares->inferred_ns[kind];
		if (shares->ns[kind] > tally->worst_ns) {
			tally->worst_ns = shares->ns[kind];
			tally->worst = ref;
		}
	}
}

static void count_runnable(const struct ww_census *census, struct ww_census_thread *thread,
			   const struct ww_interval *wait, struct ww_wait_ref ref)
{
	g_autoptr(GArray) causes = ww_causes_new();
	const int prio = ww_prio_waiting(census->trace, wait);
	struct shares shares = { 0 };
	struct ww_interval inside = *wait;

	inside.span = ww_span_intersect(wait->span, census->span);
	ww_explain_runnable(census->trace, wait, inside.span, NULL, causes);
	for (guint i = 0; i < causes->len; i++)
		sort_part(&shares, &g_array_index(causes, struct ww_cause_part, i), prio);
	if (ww_span_length_ns(inside.span) >= MISSED_NS)
		add_avoidables(census, &inside, causes, &shares);
	add_shares(thread, &shares, ref);
}

struct ww_wait_ref ww_first_wait(const struct ww_trace *trace, uint32_t utid, struct ww_span span,
				 unsigned int states)
{
	struct ww_wait_ref ref = { .utid = WW_UTID_NONE };
	struct ww_interval wait;

	if (ww_query_next(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span.begin_ns, states,
			  &wait) &&
	    wait.span.begin_ns < span.end_ns)
		ww_query_wait_at(trace, utid, wait.span.begin_ns, &ref);
	return ref;
}

static void count_reclaim(const struct ww_census *census, struct ww_census_thread *thread)
{
	const unsigned int waiting = 1u << WW_STATE_BLOCKED | 1u << WW_STATE_RUNNABLE;
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_RECLAIM, thread->utid, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		const struct ww_span span = ww_span_intersect(row.span, census->span);
		const struct shares shares = { .ns[WW_TALLY_RECLAIM] = ww_span_length_ns(span) };

		add_shares(thread, &shares,
			   ww_first_wait(census->trace, thread->utid, span, waiting));
	}
}

static void count_thread(struct ww_census *census, uint32_t utid)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct ww_census_thread thread = { .utid = utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;
	struct ww_wait_ref ref;

	ww_interval_iter_init(&iter, census->trace, lane, census->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const int64_t ns =
			ww_span_length_ns(ww_span_intersect(interval.span, census->span));

		if (interval.state != WW_STATE_DEAD && interval.state != WW_STATE_UNKNOWN)
			thread.lived_ns += ns;
		if (interval.state == WW_STATE_RUNNABLE &&
		    ww_query_wait_at(census->trace, utid, interval.span.begin_ns, &ref))
			count_runnable(census, &thread, &interval, ref);
	}
	count_reclaim(census, &thread);
	g_array_append_val(census->threads, thread);
}

void ww_census_init(struct ww_census *census, const struct ww_trace *trace, struct ww_span span,
		    ww_wants_thread wants_thread, void *data)
{
	*census = (struct ww_census){
		.trace = trace,
		.span = span,
		.threads = g_array_new(false, false, sizeof(struct ww_census_thread)),
	};
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		if (wants_thread(ww_trace_thread(trace, utid), data))
			count_thread(census, utid);
}

void ww_census_clear(struct ww_census *census)
{
	g_clear_pointer(&census->threads, g_array_unref);
}

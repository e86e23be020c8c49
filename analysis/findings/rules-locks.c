// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits for locks: the longest ones are explained, and what their holders did meanwhile is judged.
 *
 * Rules look at the explained part of one wait that lies in the span and say how much of it is
 * theirs. Waits for one lock are one finding of each rule.
 */
#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/steal.h"
#include "analysis/findings/rules.h"

#define EXPLAINED_MAX 1000
#define EXPLAINED_MIN_NS WW_NS_PER_MS
#define SKEW_NS (10 * WW_NS_PER_US) /* between the hooks' clock and the kernel's */

struct wait {
	const struct ww_census *census;
	const struct ww_explanation *explanation;
	int64_t length_ns;
};

/* How much of the wait the rule holds for; 0: it does not. Sets how much of it is inferred, if it
 * is. */
typedef int64_t (*judge)(const struct wait *wait, int64_t *inferred_ns);

static const struct ww_path_step *step_at(const struct wait *wait, guint i)
{
	return &g_array_index(wait->explanation->path, struct ww_path_step, i);
}

/* Of the time in which a holder has the lock, what it spends in a state, for one of @reasons if
 * that is not NULL. */
static int64_t held_in(const struct wait *wait, enum ww_state state, const bool *reasons)
{
	int64_t ns = 0;

	for (guint i = 0; i < wait->explanation->path->len; i++) {
		const struct ww_path_step *step = step_at(wait, i);

		if (step->depth == 1 && step->edge == WW_EDGE_LOCK_OWNER && step->state == state &&
		    (!reasons || reasons[step->reason]))
			ns += ww_span_length_ns(step->span);
	}
	return ns;
}

/* "Sync I/O under lock": half of the window, 5 ms at least. */
static int64_t judge_io(const struct wait *wait, int64_t *inferred_ns)
{
	static const bool is_io[WW_REASON_N] = {
		[WW_REASON_DISK] = true,
		[WW_REASON_SOCKET] = true,
		[WW_REASON_PAGE_FAULT] = true,
	};
	const int64_t ns = held_in(wait, WW_STATE_BLOCKED, is_io);

	return ns >= 5 * WW_NS_PER_MS && ns >= wait->length_ns / 2 ? ns : 0;
}

static int64_t cause_ns(const struct wait *wait, enum ww_cause cause)
{
	int64_t ns = 0;

	for (guint i = 0; i < wait->explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(wait->explanation->causes, struct ww_cause_part, i);

		if (part->cause == cause)
			ns += part->ns;
	}
	return ns;
}

static int64_t judge_throttled(const struct wait *wait, int64_t *inferred_ns)
{
	const int64_t ns =
		MIN(cause_ns(wait, WW_CAUSE_THROTTLED), held_in(wait, WW_STATE_RUNNABLE, NULL));

	return ns >= WW_NS_PER_MS ? ns : 0;
}

/* What the hypervisor took of @span, in which @utid had a CPU. */
static int64_t stolen_from(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	struct ww_interval_iter iter;
	struct ww_interval run;
	int64_t ns = 0;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_interval_iter_next(&iter, &run)) {
		const struct ww_span inside = ww_span_intersect(run.span, span);
		g_autoptr(GArray) thefts = NULL;

		if (run.state != WW_STATE_RUNNING || run.cpu == WW_CPU_UNKNOWN)
			continue;
		thefts = ww_thefts(trace, run.cpu, inside);
		ns += ww_stolen_ns(thefts, inside);
	}
	return ns;
}

/* A holder that has a virtual CPU and no real one. */
static int64_t stolen_from_holders(const struct wait *wait)
{
	int64_t ns = 0;

	for (guint i = 0; i < wait->explanation->path->len; i++) {
		const struct ww_path_step *step = step_at(wait, i);

		if (step->depth == 1 && step->edge == WW_EDGE_LOCK_OWNER &&
		    step->state == WW_STATE_RUNNING)
			ns += stolen_from(wait->census->trace, step->utid, step->span);
	}
	return ns;
}

/* A fifth of the window. */
static int64_t judge_preempted(const struct wait *wait, int64_t *inferred_ns)
{
	const int64_t stolen_ns = stolen_from_holders(wait);
	const int64_t ns = held_in(wait, WW_STATE_RUNNABLE, NULL) -
			   judge_throttled(wait, inferred_ns) + stolen_ns;

	*inferred_ns = stolen_ns;
	return ns >= WW_NS_PER_MS && ns >= wait->length_ns / 5 ? ns : 0;
}

static int rank(int prio)
{
	return MIN(prio, WW_PRIO_FAIR);
}

/* The priority @utid had when it last ran until @t_ns. */
static int prio_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	struct ww_interval run;

	return ww_query_previous(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, t_ns,
				 1u << WW_STATE_RUNNING, &run)
		       ? run.prio
		       : -1;
}

/* Somebody of a rank between the waiter's and the holder's keeps the holder from its CPU. */
static int64_t judge_inversion(const struct wait *wait, int64_t *inferred_ns)
{
	const struct ww_trace *trace = wait->census->trace;
	const int waiter = ww_prio_waiting(trace, &wait->explanation->wait);
	int64_t ns = 0;

	if (waiter < 0 || held_in(wait, WW_STATE_RUNNABLE, NULL) == 0)
		return 0;
	for (guint i = 0; i < wait->explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(wait->explanation->causes, struct ww_cause_part, i);
		int between;

		if (part->cause != WW_CAUSE_OUTRANKED || part->utid == WW_UTID_NONE)
			continue;
		between = prio_at(trace, part->utid, part->first_ns + part->ns);
		if (between >= 0 && rank(waiter) < rank(between))
			ns += part->ns;
	}
	return ns >= WW_NS_PER_MS ? ns : 0;
}

/* clang-format off */
static const struct {
	enum ww_finding_kind kind;
	judge judge;
	const char *why; /* "... waited 1.20 s " */
} rules[] = {
	{ WW_FINDING_PRIORITY_INVERSION, judge_inversion,
	  "while threads of a priority between the waiter's and the holder's kept the holder from its CPU" },
	{ WW_FINDING_THROTTLED_HOLDING_LOCK, judge_throttled,
	  "while the quota of the holder's control group was used up" },
	{ WW_FINDING_IO_UNDER_LOCK, judge_io, "while its holder did I/O" },
	{ WW_FINDING_LOCK_HOLDER_PREEMPTED, judge_preempted, "while its holder was ready but had no CPU" },
};
/* clang-format on */

static bool is_same_lock(const struct ww_trace *trace, const struct ww_finding *finding,
			 const struct ww_wait_object *object, uint32_t utid)
{
	const uint32_t other = g_array_index(finding->utids, uint32_t, 0);

	return finding->object.address == object->address &&
	       ww_trace_thread(trace, other)->upid == ww_trace_thread(trace, utid)->upid;
}

static struct ww_finding *find(GPtrArray *findings, const struct wait *wait,
			       enum ww_finding_kind kind)
{
	const struct ww_explanation *explanation = wait->explanation;

	for (guint i = 0; i < findings->len; i++) {
		struct ww_finding *finding = findings->pdata[i];

		if (finding->kind == kind &&
		    is_same_lock(wait->census->trace, finding, &explanation->object,
				 explanation->ref.utid))
			return finding;
	}
	return NULL;
}

static void apply(const struct wait *wait, GPtrArray *findings)
{
	const struct ww_explanation *explanation = wait->explanation;

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		int64_t inferred_ns = 0;
		const int64_t ns = rules[i].judge(wait, &inferred_ns);
		struct ww_finding *finding;

		if (ns == 0)
			continue;
		finding = find(findings, wait, rules[i].kind);
		if (!finding) {
			finding = ww_finding_add(findings, rules[i].kind);
			ww_wait_object_clear(&finding->object);
			ww_wait_object_init(&finding->object, wait->census->trace,
					    &explanation->wait);
		}
		finding->confidence = MIN(finding->confidence, explanation->confidence);
		if (inferred_ns > ns / 10)
			finding->confidence = MIN(finding->confidence, WW_CONFIDENCE_LIKELY);
		ww_finding_add_wait(finding, explanation->ref.utid, explanation->ref, ns);
	}
}

/* A sleep inside a wait for a lock. */
struct candidate {
	struct ww_wait_ref ref;
	int64_t ns; /* inside the span */
};

static int longest_first(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	if (a->ref.utid != b->ref.utid)
		return a->ref.utid < b->ref.utid ? -1 : 1;
	return (a->ref.index > b->ref.index) - (a->ref.index < b->ref.index);
}

static void add_candidates(const struct ww_census *census, const struct ww_lock_wait *wait,
			   GArray *candidates)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	const struct ww_span inside = ww_span_intersect(wait->span, census->span);
	struct ww_interval_iter iter;
	struct ww_interval interval;

	if (!ww_lock_has_holder(wait->kind) ||
	    ww_span_length_ns(inside) < EXPLAINED_MIN_NS - SKEW_NS)
		return;
	ww_interval_iter_init(&iter, census->trace, lane, wait->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const struct candidate candidate = {
			.ref = { wait->utid, ww_interval_iter_index(&iter) },
			.ns = ww_span_length_ns(ww_span_intersect(interval.span, census->span)),
		};

		if (interval.state == WW_STATE_BLOCKED && interval.flags & WW_INTERVAL_IN_LOCK &&
		    interval.object == wait->address && candidate.ns >= EXPLAINED_MIN_NS)
			g_array_append_val(candidates, candidate);
	}
}

/* Returns how many were not explained. */
static guint explain_longest(const struct ww_census *census, const GArray *waits,
			     GPtrArray *findings)
{
	g_autoptr(GArray) candidates = g_array_new(false, false, sizeof(struct candidate));
	guint n_explained;

	for (guint i = 0; i < waits->len; i++)
		add_candidates(census, &g_array_index(waits, struct ww_lock_wait, i), candidates);
	g_array_sort(candidates, longest_first);
	n_explained = MIN(candidates->len, EXPLAINED_MAX);
	for (guint i = 0; i < n_explained; i++) {
		const struct candidate *one = &g_array_index(candidates, struct candidate, i);
		ww_auto(explanation) explanation =
			ww_explain_part(census->trace, one->ref, census->span, NULL);
		const struct wait wait = { census, explanation, one->ns };

		if (explanation)
			apply(&wait, findings);
	}
	return candidates->len - n_explained;
}

static const char *why_of(enum ww_finding_kind kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (rules[i].kind == kind)
			return rules[i].why;
	return NULL;
}

void ww_rules_locks(const struct ww_census *census, const GArray *waits, GPtrArray *findings)
{
	const guint first = findings->len;
	const guint n_left_out = explain_longest(census, waits, findings);

	for (guint i = first; i < findings->len; i++) {
		struct ww_found found = { .finding = findings->pdata[i] };

		found.why = why_of(found.finding->kind);
		found.n_left_out = n_left_out;
		found.finding->sentence = ww_finding_sentence(census->trace, &found);
	}
}

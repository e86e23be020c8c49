// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What assertions say of system calls and of findings.
 */
#include "analysis/explain/calls.h"
#include "analysis/findings/findings.h"
#include "analysis/report/assert-private.h"

struct question {
	const struct ww_report *report;
	const struct ww_comparison *comparison;
	uint32_t n_threads;
};

/* Threads that lived in the report's time. */
static bool wants(const struct ww_thread *thread, void *data)
{
	struct question *question = data;

	if (!ww_assert_means_thread(question->report, question->comparison, thread))
		return false;
	question->n_threads++;
	return true;
}

static bool is_named(const struct ww_comparison *comparison, const char *name)
{
	for (guint i = 0; i < comparison->conditions->len; i++) {
		const struct ww_condition *condition =
			&g_array_index(comparison->conditions, struct ww_condition, i);

		if (condition->field == WW_FIELD_NAME && !ww_condition_matches(condition, name))
			return false;
	}
	return true;
}

/* The wait inside of the longest call, if there is one. */
static void find_in_call(const struct ww_report *report, const struct ww_calls *calls,
			 GArray *found)
{
	const struct ww_lane lane = { WW_LANE_THREAD, calls->utid };
	const struct ww_span span = { calls->lengths.max_at_ns,
				      calls->lengths.max_at_ns + calls->lengths.max_ns };
	struct ww_interval wait;

	if (ww_query_next(report->trace, lane, span.begin_ns, 1u << WW_STATE_BLOCKED, &wait) &&
	    wait.span.begin_ns < span.end_ns) {
		const struct ww_meant meant = { calls->utid, wait.span.begin_ns,
						calls->lengths.max_ns };

		g_array_append_val(found, meant);
	}
}

static void add_calls(struct ww_measured *measured, const struct ww_calls *calls)
{
	const struct ww_lengths *lengths = &calls->lengths;

	g_array_append_vals(measured->whole.ns, lengths->ns->data, lengths->ns->len);
	measured->whole.total_ns += lengths->total_ns;
	measured->total_ns += lengths->total_ns;
	measured->max_ns = MAX(measured->max_ns, lengths->max_ns);
	measured->count += lengths->ns->len + calls->n_cut_off;
	if (!calls->has_every_call)
		measured->note = "of calls that slept, others are not recorded";
}

void ww_assert_measure_calls(const struct ww_report *report, const struct ww_comparison *comparison,
			     struct ww_measured *measured, GArray *found)
{
	struct question question = { report, comparison, 0 };
	const struct ww_filter filter = {
		.span = report->span,
		.wants_thread = wants,
		.data = &question,
	};
	g_autoptr(GPtrArray) all = ww_calls_collect(report->trace, &filter, true);
	const bool is_sum =
		comparison->measure == WW_MEASURE_COUNT || comparison->measure == WW_MEASURE_TOTAL;

	for (guint i = 0; i < all->len; i++) {
		const struct ww_calls *calls = all->pdata[i];

		if (!is_named(comparison, calls->name))
			continue;
		add_calls(measured, calls);
		if (found && calls->lengths.ns->len > 0 &&
		    (is_sum || !ww_comparison_holds(comparison, calls->lengths.max_ns)))
			find_in_call(report, calls, found);
	}
	ww_lengths_sort(&measured->whole);
	measured->n_threads = question.n_threads;
}

/* Findings about locks are made of what the hooks told. */
static bool needs_hooks(enum ww_finding_kind kind)
{
	static const bool needs[WW_FINDING_N] = {
		[WW_FINDING_PRIORITY_INVERSION] = true, [WW_FINDING_THROTTLED_HOLDING_LOCK] = true,
		[WW_FINDING_IO_UNDER_LOCK] = true,      [WW_FINDING_LOCK_HOLDER_PREEMPTED] = true,
		[WW_FINDING_CONTENDED_LOCK] = true,     [WW_FINDING_LOCK_CONVOY] = true,
		[WW_FINDING_SPIN_WAIT] = true,
	};

	return needs[kind];
}

static const char *doubt_of(const struct ww_report *report, const struct ww_comparison *comparison)
{
	if (ww_trace_info(report->trace)->has_user)
		return NULL;
	for (int kind = 0; kind < WW_FINDING_N; kind++) {
		if (needs_hooks((enum ww_finding_kind)kind) &&
		    is_named(comparison, ww_finding_name((enum ww_finding_kind)kind)))
			return "locks of the program were not recorded";
	}
	return NULL;
}

static void find_exemplar(const struct ww_report *report, const struct ww_finding *finding,
			  GArray *found)
{
	struct ww_interval wait;

	if (finding->has_exemplar && ww_query_wait(report->trace, finding->exemplar, &wait)) {
		const struct ww_meant meant = { finding->exemplar.utid, wait.span.begin_ns,
						finding->worst_ns };

		g_array_append_val(found, meant);
	}
}

void ww_assert_measure_findings(const struct ww_report *report,
				const struct ww_comparison *comparison,
				struct ww_measured *measured, GArray *found)
{
	struct question question = { report, comparison, 0 };
	g_autoptr(GPtrArray) all = ww_findings(report->trace, report->span, wants, &question);

	for (guint i = 0; i < all->len; i++) {
		const struct ww_finding *finding = all->pdata[i];

		if (!is_named(comparison, ww_finding_name(finding->kind)))
			continue;
		measured->count++;
		measured->total_ns += finding->total_ns;
		measured->max_ns = MAX(measured->max_ns, finding->worst_ns);
		if (found)
			find_exemplar(report, finding, found);
	}
	measured->n_threads = question.n_threads;
	measured->doubt = doubt_of(report, comparison);
}

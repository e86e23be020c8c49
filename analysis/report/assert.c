// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/assert-private.h"

#include <string.h>

typedef void visit_fn(const struct ww_interval *interval, void *data);

bool ww_condition_matches(const struct ww_condition *condition, const char *text)
{
	const bool is_match =
		text && (condition->is_pattern ? g_pattern_match_simple(condition->text, text)
					       : strcmp(condition->text, text) == 0);

	return is_match != condition->is_negated;
}

static bool matches_id(const struct ww_condition *condition, int32_t id, const char *name)
{
	g_autofree char *full = g_strdup_printf("%s/%d", name, id);
	const bool is_match = condition->is_pattern ? ww_report_matches(condition->text, id, name)
						    : strcmp(condition->text, name) == 0 ||
							      strcmp(condition->text, full) == 0;

	return is_match != condition->is_negated;
}

bool ww_assert_means_thread(const struct ww_report *report, const struct ww_comparison *comparison,
			    const struct ww_thread *thread)
{
	const struct ww_process *process = ww_trace_process(report->trace, thread->upid);

	if (!ww_report_wants(thread, (void *)(uintptr_t)report) ||
	    !ww_span_overlaps(thread->life, report->span))
		return false;
	for (guint i = 0; i < comparison->conditions->len; i++) {
		const struct ww_condition *condition =
			&g_array_index(comparison->conditions, struct ww_condition, i);

		if (condition->field == WW_FIELD_THREAD &&
		    !matches_id(condition, thread->tid, thread->name))
			return false;
		if (condition->field == WW_FIELD_PROCESS &&
		    !matches_id(condition, process->pid, process->name))
			return false;
	}
	return true;
}

static bool is_interval_meant(const struct ww_comparison *comparison,
			      const struct ww_interval *interval)
{
	if (interval->state != comparison->state)
		return false;
	for (guint i = 0; i < comparison->conditions->len; i++) {
		const struct ww_condition *condition =
			&g_array_index(comparison->conditions, struct ww_condition, i);

		if (condition->field == WW_FIELD_REASON &&
		    !ww_condition_matches(condition, ww_reason_name(interval->reason)))
			return false;
		if (condition->field == WW_FIELD_SYSCALL &&
		    !ww_condition_matches(condition, ww_syscall_name(interval->syscall)))
			return false;
	}
	return true;
}

/* Returns how many threads are meant. */
static uint32_t visit_meant(const struct ww_report *report, const struct ww_comparison *comparison,
			    visit_fn *visit, void *data)
{
	uint32_t n_threads = 0;

	for (uint32_t utid = 0; utid < ww_trace_info(report->trace)->n_threads; utid++) {
		const struct ww_lane lane = { WW_LANE_THREAD, utid };
		struct ww_interval_iter iter;
		struct ww_interval interval;

		if (!ww_assert_means_thread(report, comparison,
					    ww_trace_thread(report->trace, utid)))
			continue;
		n_threads++;
		ww_interval_iter_init(&iter, report->trace, lane, report->span);
		while (ww_interval_iter_next(&iter, &interval)) {
			if (is_interval_meant(comparison, &interval))
				visit(&interval, data);
		}
	}
	return n_threads;
}

static void measure(const struct ww_interval *interval, void *data)
{
	struct ww_measured *measured = data;
	const int64_t ns = ww_span_length_ns(interval->span);

	measured->count++;
	measured->total_ns += ns;
	measured->max_ns = MAX(measured->max_ns, ns);
	if (!(interval->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT)))
		ww_lengths_add(&measured->whole, interval->span);
}

/* False: there is nothing that could have a value. */
static bool value_of(const struct ww_measured *measured, enum ww_measure which, int64_t *value)
{
	const guint n = measured->whole.ns->len;

	switch (which) {
	case WW_MEASURE_COUNT:
		*value = (int64_t)measured->count;
		return true;
	case WW_MEASURE_TOTAL:
		*value = measured->total_ns;
		return true;
	case WW_MEASURE_MAX:
		*value = measured->max_ns;
		return measured->count > 0;
	case WW_MEASURE_MEAN:
		*value = n > 0 ? measured->whole.total_ns / n : 0;
		return n > 0;
	default:
		*value = ww_lengths_rank_ns(&measured->whole,
					    (unsigned int)ww_measure_per_mille(which));
		return n > 0;
	}
}

static enum ww_answer answer_of(bool is_yes)
{
	return is_yes ? WW_ANSWER_YES : WW_ANSWER_NO;
}

/* Whatever the true value is, when it is @value at least. */
static bool is_certain(const struct ww_comparison *comparison, int64_t value)
{
	const bool holds = ww_comparison_holds(comparison, value);

	switch (comparison->comparator) {
	case WW_LESS:
	case WW_LESS_EQUAL:
		return !holds;
	case WW_EQUAL:
	case WW_NOT_EQUAL:
		return value > comparison->bound;
	default:
		return holds;
	}
}

/* How many a damaged stream had, or a loss without a number, nobody knows. */
static void count_lost(const struct ww_report *report, struct ww_outcome *outcome)
{
	const struct ww_trace_info *info = ww_trace_info(report->trace);

	outcome->count = info->n_lost + info->n_lost_packets + info->n_switches_missing;
	outcome->value = (int64_t)outcome->count;
	outcome->has_value = true;
	if ((info->n_damages > 0 || info->n_lost_uncounted > 0) &&
	    !is_certain(outcome->comparison, outcome->value)) {
		outcome->has_value = false;
		outcome->why = info->n_damages > 0
				       ? "a stream is damaged, and what it held is in no count"
				       : "records were lost, and nobody counted how many";
		return;
	}
	outcome->answer = answer_of(ww_comparison_holds(outcome->comparison, outcome->value));
}

/* How long those without an end will have been in the end, nobody knows. */
static bool is_of_whole(enum ww_measure which)
{
	return which != WW_MEASURE_COUNT && which != WW_MEASURE_TOTAL && which != WW_MEASURE_MAX;
}

/* Nothing was seen that could be too long. */
static void judge_nothing(struct ww_outcome *outcome, const struct ww_measured *measured)
{
	static const char *const nothing[WW_SUBJECT_N] = {
		[WW_SUBJECT_STATE] = "there is no such interval",
		[WW_SUBJECT_SYSCALL] = "there is no such call",
		[WW_SUBJECT_FINDING] = "there is no such finding",
	};
	const struct ww_comparison *comparison = outcome->comparison;

	if (measured->count > 0) {
		outcome->why = comparison->subject == WW_SUBJECT_SYSCALL
				       ? "of no call both ends were seen"
				       : "of no interval both ends were seen";
		return;
	}
	outcome->why = measured->doubt ? measured->doubt : nothing[comparison->subject];
	if (!measured->doubt)
		outcome->answer = answer_of(comparison->comparator == WW_LESS ||
					    comparison->comparator == WW_LESS_EQUAL ||
					    comparison->comparator == WW_NOT_EQUAL);
}

static void judge(struct ww_outcome *outcome, const struct ww_measured *measured)
{
	const struct ww_comparison *comparison = outcome->comparison;

	outcome->count =
		is_of_whole(comparison->measure) ? measured->whole.ns->len : measured->count;
	outcome->note = measured->note;
	if (measured->n_threads == 0) {
		outcome->why = "no thread of the report is meant";
		return;
	}
	outcome->has_value = value_of(measured, comparison->measure, &outcome->value);
	if (!outcome->has_value) {
		judge_nothing(outcome, measured);
	} else if (measured->doubt && !is_certain(comparison, outcome->value)) {
		outcome->has_value = false;
		outcome->why = measured->doubt;
	} else {
		outcome->answer = answer_of(ww_comparison_holds(comparison, outcome->value));
	}
}

static void measure_intervals(const struct ww_report *report,
			      const struct ww_comparison *comparison, struct ww_measured *measured)
{
	measured->n_threads = visit_meant(report, comparison, measure, measured);
	ww_lengths_sort(&measured->whole);
}

static struct ww_outcome outcome_of(const struct ww_report *report,
				    const struct ww_comparison *comparison)
{
	struct ww_outcome outcome = { .comparison = comparison, .answer = WW_ANSWER_UNKNOWN };
	struct ww_measured measured = { 0 };

	if (comparison->subject == WW_SUBJECT_LOST) {
		count_lost(report, &outcome);
		return outcome;
	}
	if (!ww_trace_info(report->trace)->has_kernel) {
		outcome.why = "the trace does not say what threads did";
		return outcome;
	}
	ww_lengths_init(&measured.whole);
	if (comparison->subject == WW_SUBJECT_SYSCALL)
		ww_assert_measure_calls(report, comparison, &measured, NULL);
	else if (comparison->subject == WW_SUBJECT_FINDING)
		ww_assert_measure_findings(report, comparison, &measured, NULL);
	else
		measure_intervals(report, comparison, &measured);
	judge(&outcome, &measured);
	ww_lengths_clear(&measured.whole);
	return outcome;
}

struct search {
	const struct ww_comparison *comparison;
	GArray *found; /* struct ww_meant */
};

/* A length that would break the bound alone; of sums and counts, all that went into them. */
static void find_offender(const struct ww_interval *interval, void *data)
{
	const struct search *search = data;
	const struct ww_meant meant = { interval->utid, interval->span.begin_ns,
					ww_span_length_ns(interval->span) };
	const bool is_sum = search->comparison->measure == WW_MEASURE_COUNT ||
			    search->comparison->measure == WW_MEASURE_TOTAL;

	if (is_sum || !ww_comparison_holds(search->comparison, meant.ns))
		g_array_append_val(search->found, meant);
}

static int compare_meant(const void *a_data, const void *b_data)
{
	const struct ww_meant *a = a_data, *b = b_data;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	if (a->begin_ns != b->begin_ns)
		return a->begin_ns > b->begin_ns ? 1 : -1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

/* Only waits can be explained. Too little of something is nobody's fault. */
static bool has_offenders(const struct ww_outcome *outcome)
{
	const struct ww_comparison *comparison = outcome->comparison;

	const bool has_waits = comparison->subject != WW_SUBJECT_STATE ||
			       comparison->state == WW_STATE_RUNNABLE ||
			       comparison->state == WW_STATE_BLOCKED;

	return outcome->answer == WW_ANSWER_NO && outcome->has_value && has_waits &&
	       comparison->subject != WW_SUBJECT_LOST &&
	       (comparison->comparator == WW_LESS || comparison->comparator == WW_LESS_EQUAL ||
		comparison->comparator == WW_EQUAL);
}

static void find_offenders(const struct ww_report *report, const struct ww_comparison *comparison,
			   GArray *found)
{
	struct search search = { comparison, found };
	struct ww_measured measured = { 0 };

	ww_lengths_init(&measured.whole);
	if (comparison->subject == WW_SUBJECT_SYSCALL)
		ww_assert_measure_calls(report, comparison, &measured, found);
	else if (comparison->subject == WW_SUBJECT_FINDING)
		ww_assert_measure_findings(report, comparison, &measured, found);
	else
		visit_meant(report, comparison, find_offender, &search);
	ww_lengths_clear(&measured.whole);
	g_array_sort(found, compare_meant);
}

static void add_offenders(const struct ww_report *report, const struct ww_outcome *outcome,
			  struct ww_assertion *assertion)
{
	g_autoptr(GArray) found = g_array_new(false, false, sizeof(struct ww_meant));
	guint n_told;

	find_offenders(report, outcome->comparison, found);
	n_told = report->top > 0 ? (guint)MIN(report->top, found->len) : found->len;
	for (guint i = 0; i < n_told; i++) {
		const struct ww_meant *meant = &g_array_index(found, struct ww_meant, i);
		struct ww_wait_ref ref;

		if (ww_query_wait_at(report->trace, meant->utid, meant->begin_ns, &ref))
			g_array_append_val(assertion->offenders, ref);
	}
	assertion->n_offenders += found->len;
}

/* Kleene's logic: no and unknown is no, yes or unknown is yes. */
static enum ww_answer evaluate(const struct ww_report *report,
			       const struct ww_expression *expression, GArray *outcomes)
{
	enum ww_answer left, right;
	struct ww_outcome outcome;

	if (expression->node == WW_NODE_COMPARISON) {
		outcome = outcome_of(report, &expression->comparison);
		g_array_append_val(outcomes, outcome);
		return outcome.answer;
	}
	left = evaluate(report, expression->left, outcomes);
	if (expression->node == WW_NODE_NOT)
		return WW_ANSWER_YES - left;
	right = evaluate(report, expression->right, outcomes);
	return expression->node == WW_NODE_AND ? MIN(left, right) : MAX(left, right);
}

static void clear_assertion(void *data)
{
	struct ww_assertion *assertion = data;

	g_array_unref(assertion->outcomes);
	g_array_unref(assertion->offenders);
}

static void add_assertions(const struct ww_report *report, const struct ww_expression *expression,
			   GArray *assertions)
{
	struct ww_assertion assertion = { .text = expression->text };

	if (expression->node == WW_NODE_AND) {
		add_assertions(report, expression->left, assertions);
		add_assertions(report, expression->right, assertions);
		return;
	}
	assertion.outcomes = g_array_new(false, false, sizeof(struct ww_outcome));
	assertion.offenders = g_array_new(false, false, sizeof(struct ww_wait_ref));
	assertion.answer = evaluate(report, expression, assertion.outcomes);
	for (guint i = 0; assertion.answer == WW_ANSWER_NO && i < assertion.outcomes->len; i++) {
		const struct ww_outcome *outcome =
			&g_array_index(assertion.outcomes, struct ww_outcome, i);

		if (has_offenders(outcome))
			add_offenders(report, outcome, &assertion);
	}
	g_array_append_val(assertions, assertion);
}

GArray *ww_assert_all(const struct ww_report *report, const struct ww_expression *expression)
{
	GArray *assertions = g_array_new(false, false, sizeof(struct ww_assertion));

	g_array_set_clear_func(assertions, clear_assertion);
	add_assertions(report, expression, assertions);
	return assertions;
}

char *ww_outcome_value_text(const struct ww_outcome *outcome)
{
	if (!outcome->has_value)
		return g_strdup("-");
	return outcome->comparison->measure == WW_MEASURE_COUNT
		       ? ww_count_text((uint64_t)outcome->value)
		       : ww_duration_text(outcome->value);
}

/* What was counted or measured: "interval", "intervals". */
static const char *noun_of(const struct ww_outcome *outcome)
{
	static const char *const nouns[WW_SUBJECT_N][2] = {
		[WW_SUBJECT_STATE] = { "interval", "intervals" },
		[WW_SUBJECT_SYSCALL] = { "call", "calls" },
		[WW_SUBJECT_FINDING] = { "finding", "findings" },
		[WW_SUBJECT_LOST] = { "record", "records" },
	};

	return nouns[outcome->comparison->subject][outcome->count != 1];
}

char *ww_outcome_text(const struct ww_outcome *outcome)
{
	g_autofree char *value = ww_outcome_value_text(outcome);
	g_autofree char *count = ww_count_text(outcome->count);
	g_autofree char *note =
		outcome->note ? g_strdup_printf(" (%s)", outcome->note) : g_strdup("");

	if (!outcome->has_value)
		return g_strdup_printf("nothing was measured: %s", outcome->why);
	if (outcome->comparison->measure == WW_MEASURE_COUNT)
		return g_strdup_printf("counted %s%s", value, note);
	return g_strdup_printf("measured %s of %s %s%s", value, count, noun_of(outcome), note);
}

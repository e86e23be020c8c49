// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/assert.h"

#include <string.h>

#include "analysis/explain/lengths.h"

/* An interval that a comparison is about. */
struct meant {
	uint32_t utid;
	int64_t begin_ns;
	int64_t ns;
};

typedef void visit_fn(const struct ww_interval *interval, void *data);

static bool matches_text(const struct ww_condition *condition, const char *text)
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

static bool is_thread_meant(const struct ww_report *report, const struct ww_comparison *comparison,
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
		    !matches_text(condition, ww_reason_name(interval->reason)))
			return false;
		if (condition->field == WW_FIELD_SYSCALL &&
		    !matches_text(condition, ww_syscall_name(interval->syscall)))
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

		if (!is_thread_meant(report, comparison, ww_trace_thread(report->trace, utid)))
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

struct measured {
	struct ww_lengths whole; /* with both ends */
	int64_t total_ns, max_ns;
	uint64_t count;
};

static void measure(const struct ww_interval *interval, void *data)
{
	struct measured *measured = data;
	const int64_t ns = ww_span_length_ns(interval->span);

	measured->count++;
	measured->total_ns += ns;
	measured->max_ns = MAX(measured->max_ns, ns);
	if (!(interval->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT)))
		ww_lengths_add(&measured->whole, interval->span);
}

/* False: there is nothing that could have a value. */
static bool value_of(const struct measured *measured, enum ww_measure which, int64_t *value)
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

static void judge(struct ww_outcome *outcome, const struct measured *measured, uint32_t n_threads)
{
	const struct ww_comparison *comparison = outcome->comparison;

	outcome->count =
		is_of_whole(comparison->measure) ? measured->whole.ns->len : measured->count;
	if (n_threads == 0) {
		outcome->why = "no thread of the report is meant";
		return;
	}
	outcome->has_value = value_of(measured, comparison->measure, &outcome->value);
	if (outcome->has_value) {
		outcome->answer = answer_of(ww_comparison_holds(comparison, outcome->value));
		return;
	}
	if (measured->count > 0) {
		outcome->why = "of no interval both ends were seen";
		return;
	}
	outcome->why = "there is no such interval";
	outcome->answer = answer_of(comparison->comparator == WW_LESS ||
				    comparison->comparator == WW_LESS_EQUAL ||
				    comparison->comparator == WW_NOT_EQUAL);
}

static struct ww_outcome outcome_of(const struct ww_report *report,
				    const struct ww_comparison *comparison)
{
	struct ww_outcome outcome = { .comparison = comparison, .answer = WW_ANSWER_UNKNOWN };
	struct measured measured = { 0 };
	uint32_t n_threads;

	if (comparison->state == WW_STATE_N) {
		count_lost(report, &outcome);
		return outcome;
	}
	if (!ww_trace_info(report->trace)->has_kernel) {
		outcome.why = "the trace does not say what threads did";
		return outcome;
	}
	ww_lengths_init(&measured.whole);
	n_threads = visit_meant(report, comparison, measure, &measured);
	ww_lengths_sort(&measured.whole);
	judge(&outcome, &measured, n_threads);
	ww_lengths_clear(&measured.whole);
	return outcome;
}

struct search {
	const struct ww_comparison *comparison;
	GArray *found; /* struct meant */
};

/* A length that would break the bound alone; of sums and counts, all that went into them. */
static void find_offender(const struct ww_interval *interval, void *data)
{
	const struct search *search = data;
	const struct meant meant = { interval->utid, interval->span.begin_ns,
				     ww_span_length_ns(interval->span) };
	const bool is_sum = search->comparison->measure == WW_MEASURE_COUNT ||
			    search->comparison->measure == WW_MEASURE_TOTAL;

	if (is_sum || !ww_comparison_holds(search->comparison, meant.ns))
		g_array_append_val(search->found, meant);
}

static int compare_meant(const void *a_data, const void *b_data)
{
	const struct meant *a = a_data, *b = b_data;

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

	return outcome->answer == WW_ANSWER_NO && outcome->has_value &&
	       (comparison->state == WW_STATE_RUNNABLE || comparison->state == WW_STATE_BLOCKED) &&
	       (comparison->comparator == WW_LESS || comparison->comparator == WW_LESS_EQUAL ||
		comparison->comparator == WW_EQUAL);
}

static void add_offenders(const struct ww_report *report, const struct ww_outcome *outcome,
			  struct ww_assertion *assertion)
{
	g_autoptr(GArray) found = g_array_new(false, false, sizeof(struct meant));
	struct search search = { outcome->comparison, found };
	guint n_told;

	visit_meant(report, outcome->comparison, find_offender, &search);
	g_array_sort(found, compare_meant);
	n_told = report->top > 0 ? (guint)MIN(report->top, found->len) : found->len;
	for (guint i = 0; i < n_told; i++) {
		const struct meant *meant = &g_array_index(found, struct meant, i);
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

char *ww_outcome_text(const struct ww_outcome *outcome)
{
	g_autofree char *value = ww_outcome_value_text(outcome);
	g_autofree char *count = ww_count_text(outcome->count);

	if (!outcome->has_value)
		return g_strdup_printf("nothing was measured: %s", outcome->why);
	if (outcome->comparison->measure == WW_MEASURE_COUNT)
		return g_strdup_printf("counted %s", value);
	return g_strdup_printf("measured %s of %s %s", value, count,
			       outcome->count == 1 ? "interval" : "intervals");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * assert: whether the trace is as somebody wants it to be; for a CI.
 */
#include "analysis/report/assert.h"
#include "base/error.h"

static const struct {
	const char *name;
	enum ww_tone tone;
} answers[WW_ANSWER_N] = {
	[WW_ANSWER_NO] = { "no", WW_TONE_BAD },
	[WW_ANSWER_UNKNOWN] = { "unknown", WW_TONE_DOUBTFUL },
	[WW_ANSWER_YES] = { "yes", WW_TONE_GOOD },
};

static void add_answer(JsonBuilder *json, enum ww_answer answer)
{
	json_builder_set_member_name(json, "ok");
	if (answer == WW_ANSWER_UNKNOWN)
		json_builder_add_null_value(json);
	else
		json_builder_add_boolean_value(json, answer == WW_ANSWER_YES);
}

static void add_outcome(JsonBuilder *json, const struct ww_outcome *outcome)
{
	const struct ww_comparison *comparison = outcome->comparison;

	json_builder_begin_object(json);
	ww_json_text(json, "comparison", comparison->text);
	add_answer(json, outcome->answer);
	ww_json_known_int(json, "measured", outcome->value, outcome->has_value);
	ww_json_int(json, "bound", comparison->bound);
	ww_json_text(json, "unit", comparison->measure == WW_MEASURE_COUNT ? "count" : "ns");
	ww_json_int(json, "count", (int64_t)outcome->count);
	ww_json_text(json, "detail", outcome->why ? outcome->why : outcome->note);
	json_builder_end_object(json);
}

static bool add_offenders(JsonBuilder *json, const struct ww_report *report,
			  const struct ww_assertion *assertion, GError **error)
{
	for (guint i = 0; i < assertion->offenders->len; i++) {
		ww_auto(explanation) explanation = ww_explain_wait(
			report->trace, g_array_index(assertion->offenders, struct ww_wait_ref, i),
			error);

		if (!explanation)
			return false;
		json_builder_begin_object(json);
		ww_json_wait(json, report->trace, explanation);
		json_builder_end_object(json);
	}
	return true;
}

static bool write_json(const struct ww_report *report, const struct ww_assertion *assertion,
		       GError **error)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	bool is_done;

	json_builder_begin_object(json);
	ww_json_text(json, "assertion", assertion->text);
	add_answer(json, assertion->answer);
	json_builder_set_member_name(json, "comparisons");
	json_builder_begin_array(json);
	for (guint i = 0; i < assertion->outcomes->len; i++)
		add_outcome(json, &g_array_index(assertion->outcomes, struct ww_outcome, i));
	json_builder_end_array(json);
	ww_json_int(json, "offending", (int64_t)assertion->n_offenders);
	json_builder_set_member_name(json, "offenders");
	json_builder_begin_array(json);
	is_done = add_offenders(json, report, assertion, error);
	json_builder_end_array(json);
	json_builder_end_object(json);
	if (is_done)
		ww_json_rows_add(report->rows);
	return is_done;
}

static bool print_offenders(const struct ww_report *report, const struct ww_assertion *assertion,
			    GError **error)
{
	ww_auto(table) table = ww_report_wait_table();

	if (assertion->offenders->len == 0)
		return true;
	for (guint i = 0; i < assertion->offenders->len; i++) {
		ww_auto(explanation) explanation = ww_explain_wait(
			report->trace, g_array_index(assertion->offenders, struct ww_wait_ref, i),
			error);

		if (!explanation)
			return false;
		ww_report_add_wait(report, explanation, table);
	}
	ww_table_print(table, report->text);
	ww_report_print_rest(report, assertion->offenders->len, assertion->n_offenders);
	return true;
}

static bool print(const struct ww_report *report, const struct ww_assertion *assertion,
		  GError **error)
{
	ww_text_paragraph(report->text, "", 2, assertion->text);
	fputs("  ", report->text->out);
	ww_text_toned(report->text, answers[assertion->answer].tone,
		      answers[assertion->answer].name);
	fputc('\n', report->text->out);
	for (guint i = 0; i < assertion->outcomes->len; i++) {
		const struct ww_outcome *outcome =
			&g_array_index(assertion->outcomes, struct ww_outcome, i);
		g_autofree char *text = ww_outcome_text(outcome);
		g_autofree char *sentence =
			g_strdup_printf("%s: %s", outcome->comparison->text, text);

		ww_text_paragraph(report->text, "  ", 2,
				  assertion->outcomes->len > 1 ? sentence : text);
	}
	return print_offenders(report, assertion, error);
}

static bool tell(const struct ww_report *report, const GArray *assertions, GError **error)
{
	for (guint i = 0; i < assertions->len; i++) {
		const struct ww_assertion *assertion =
			&g_array_index(assertions, struct ww_assertion, i);

		if (report->answers_no && assertion->answer != WW_ANSWER_YES)
			*report->answers_no = true;
		if (!(report->rows ? write_json : print)(report, assertion, error))
			return false;
	}
	return true;
}

static bool run(const struct ww_report *report, GError **error)
{
	ww_auto(expression) expression = ww_expression_parse(report->argument, error);
	g_autoptr(GArray) assertions = NULL;

	if (!expression)
		return false;
	assertions = ww_assert_all(report, expression);
	if (report->junit_path &&
	    !ww_junit_write(report->junit_path, report->trace, assertions, error))
		return false;
	return tell(report, assertions, error);
}

static bool check(const char *argument, GError **error)
{
	ww_auto(expression) expression = ww_expression_parse(argument, error);

	return expression;
}

const struct ww_view ww_view_assert = {
	.name = "assert",
	.summary = "whether an EXPRESSION holds: exit 0 or 1, and what breaks it",
	.argument = "EXPRESSION",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_TOP |
		   WW_REPORT_JUNIT,
	.text_top = 10,
	.check = check,
	.run = run,
};

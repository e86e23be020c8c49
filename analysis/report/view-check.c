// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check: whether the trace is what happened, as far as anybody else counted.
 */
#include "analysis/report/check.h"
#include "analysis/report/report.h"

static char *amount_text(const struct ww_check *check, int64_t amount)
{
	return check->unit == WW_CHECK_NS ? ww_duration_text(amount)
					  : ww_count_text((uint64_t)amount);
}

/* What a person needs to know beside the verdict. */
static char *describe(const struct ww_trace *trace, const struct ww_check *check,
		      const struct ww_check_finding *finding)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *expected = amount_text(check, finding->expected);
	g_autofree char *measured = amount_text(check, finding->measured);
	g_autofree char *thread =
		finding->utid == WW_UTID_NONE ? NULL : ww_trace_thread_text(trace, finding->utid);

	if (finding->n_compared > 0)
		g_string_append_printf(text, "%s%sexpected %s, measured %s", thread ? thread : "",
				       thread ? ": " : "", expected, measured);
	if (finding->where)
		g_string_append_printf(text, ", %s", finding->where);
	if (finding->n_compared > 1)
		g_string_append_printf(text, " (the worst of %" G_GUINT64_FORMAT ")",
				       finding->n_compared);
	if (finding->n_unknown > 0 && finding->n_compared > 0)
		g_string_append_printf(
			text, "; %" G_GUINT64_FORMAT " not compared: ", finding->n_unknown);
	if (finding->why_unknown)
		g_string_append(text, finding->why_unknown);
	return g_string_free(g_steal_pointer(&text), false);
}

static void write_json(const struct ww_report *report, const struct ww_check *check,
		       const struct ww_check_finding *finding)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const bool is_known = finding->result != WW_CHECK_UNKNOWN;
	g_autofree char *detail = describe(report->trace, check, finding);

	json_builder_begin_object(json);
	ww_json_text(json, "check", check->name);
	json_builder_set_member_name(json, "ok");
	if (is_known)
		json_builder_add_boolean_value(json, finding->result == WW_CHECK_AGREES);
	else
		json_builder_add_null_value(json);
	ww_json_known_int(json, "expected", finding->expected, is_known);
	ww_json_known_int(json, "measured", finding->measured, is_known);
	ww_json_text(json, "unit", check->unit == WW_CHECK_NS ? "ns" : "count");
	ww_json_text(json, "compares", check->compares);
	ww_json_text(json, "tolerance", check->tolerance);
	ww_json_int(json, "compared", (int64_t)finding->n_compared);
	ww_json_int(json, "not_compared", (int64_t)finding->n_unknown);
	ww_json_thread(json, "thread", report->trace, finding->utid);
	ww_json_text(json, "detail", detail);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static const enum ww_tone tones[WW_CHECK_N] = {
	[WW_CHECK_UNKNOWN] = WW_TONE_DOUBTFUL,
	[WW_CHECK_AGREES] = WW_TONE_GOOD,
	[WW_CHECK_DISAGREES] = WW_TONE_BAD,
};

static void add_text_row(const struct ww_report *report, const struct ww_check *check,
			 const struct ww_check_finding *finding, struct ww_table *table)
{
	ww_table_take(table, g_strdup(check->name));
	ww_table_take_toned(table, tones[finding->result],
			    g_strdup(ww_check_result_name(finding->result)));
	ww_table_take(table, g_strdup(check->compares));
	ww_table_take(table, g_strdup(check->tolerance));
	ww_table_take(table, describe(report->trace, check, finding));
}

/* In full: the table of a narrow terminal has no room for it. */
static void add_sentence(const struct ww_report *report, const struct ww_check *check,
			 const struct ww_check_finding *finding, GPtrArray *sentences)
{
	g_autofree char *detail = describe(report->trace, check, finding);

	if (finding->result == WW_CHECK_DISAGREES)
		g_ptr_array_add(sentences,
				g_strdup_printf("%s: %s (%s). %s.", check->name, check->compares,
						check->tolerance, detail));
}

static void print_table(const struct ww_report *report, const struct ww_table *table,
			const unsigned int n_results[WW_CHECK_N], const GPtrArray *sentences)
{
	g_autofree char *sentence = g_strdup_printf(
		"%u of %zu checks agree, %u %s, %u could not be made.", n_results[WW_CHECK_AGREES],
		ww_n_checks, n_results[WW_CHECK_DISAGREES],
		n_results[WW_CHECK_DISAGREES] == 1 ? "does not" : "do not",
		n_results[WW_CHECK_UNKNOWN]);

	ww_table_print(table, report->text);
	fputc('\n', report->text->out);
	ww_text_paragraph(report->text, "", 0, sentence);
	for (guint i = 0; i < sentences->len; i++)
		ww_text_paragraph(report->text, "- ", 2, sentences->pdata[i]);
}

static bool run(const struct ww_report *report, GError **error)
{
	static const char *const titles[] = { "!CHECK",     "RESULT",         "?WHAT IS COMPARED",
					      "?TOLERANCE", "WORST OFFENDER", NULL };
	g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
	ww_auto(table) table = ww_table_new(titles);
	unsigned int n_results[WW_CHECK_N] = { 0 };

	for (size_t i = 0; i < ww_n_checks; i++) {
		struct ww_check_finding finding;

		ww_check_run(&ww_checks[i], report->trace, &finding);
		n_results[finding.result]++;
		if (report->rows)
			write_json(report, &ww_checks[i], &finding);
		else
			add_text_row(report, &ww_checks[i], &finding, table);
		add_sentence(report, &ww_checks[i], &finding, sentences);
		ww_check_finding_clear(&finding);
	}
	if (report->text)
		print_table(report, table, n_results, sentences);
	if (report->answers_no)
		*report->answers_no = n_results[WW_CHECK_DISAGREES] > 0;
	return true;
}

const struct ww_view ww_view_check = {
	.name = "check",
	.summary = "whether the trace agrees with what the kernel counted, and with itself",
	.run = run,
};

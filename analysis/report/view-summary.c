// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * summary: what a person reads first.
 */
#include "analysis/explain/summary.h"
#include "analysis/explain/words.h"
#include "analysis/findings/findings.h"
#include "analysis/report/report.h"

#define N_WAITS 5
#define N_FINDINGS 5

static bool print_waits(const struct ww_report *report, const struct ww_summary *summary,
			GError **error)
{
	for (guint i = 0; i < MIN(summary->groups->len, N_WAITS); i++) {
		const struct ww_wait_group *group =
			&g_array_index(summary->groups, struct ww_wait_group, i);
		ww_auto(explanation) explanation =
			ww_explain_wait(report->trace, group->longest, error);
		g_autofree char *others = ww_words_group(group);
		g_autofree char *number = g_strdup_printf("%u. ", i + 1);
		g_autofree char *at = NULL;
		g_autofree char *text = NULL;

		if (!explanation)
			return false;
		at = ww_instant_text(explanation->wait.span.begin_ns);
		text = g_strdup_printf("%s%s (At %s, id %u.%u.)", explanation->sentence, others, at,
				       group->longest.utid, group->longest.index);
		ww_text_paragraph(report->text, number, 3, text);
	}
	return true;
}

/* The worst; all of them are the view findings. */
static void print_findings(const struct ww_report *report, const GPtrArray *findings)
{
	const guint n_shown = MIN(findings->len, N_FINDINGS);

	if (findings->len == 0)
		return;
	fputc('\n', report->text->out);
	ww_text_heading(report->text, "Findings");
	for (guint i = 0; i < n_shown; i++) {
		const struct ww_finding *finding = findings->pdata[i];
		g_autofree char *number = g_strdup_printf("%u. ", i + 1);
		g_autofree char *text = g_strdup_printf("%s: %s", ww_finding_label(finding->kind),
							finding->sentence);

		ww_text_paragraph(report->text, number, 3, text);
	}
	if (findings->len > n_shown)
		ww_text_paragraph(report->text, "", 0,
				  "More of them, and what to try: trace-report findings.");
}

static void print_missing(const struct ww_report *report)
{
	const char *const *missing = ww_trace_info(report->trace)->missing;

	if (!missing || !*missing)
		return;
	fputc('\n', report->text->out);
	ww_text_heading(report->text, "What is missing");
	for (; *missing; missing++)
		ww_text_paragraph(report->text, "- ", 2, *missing);
}

static bool print_summary(const struct ww_report *report, const struct ww_summary *summary,
			  const GPtrArray *findings, GError **error)
{
	g_autofree char *recorded = ww_words_recorded(report->trace, summary);
	g_autofree char *spent = ww_words_time_spent(summary);

	ww_text_paragraph(report->text, "", 0, recorded);
	ww_text_paragraph(report->text, "", 0, spent);
	if (summary->groups->len > 0) {
		fputc('\n', report->text->out);
		ww_text_heading(report->text, "Waits that held threads up most");
		if (!print_waits(report, summary, error))
			return false;
	}
	print_findings(report, findings);
	print_missing(report);
	return true;
}

static bool add_longest(JsonBuilder *json, const struct ww_report *report,
			const struct ww_summary *summary, GError **error)
{
	json_builder_set_member_name(json, "longest_waits");
	json_builder_begin_array(json);
	for (guint i = 0; i < MIN(summary->groups->len, N_WAITS); i++) {
		const struct ww_wait_group *group =
			&g_array_index(summary->groups, struct ww_wait_group, i);
		ww_auto(explanation) explanation =
			ww_explain_wait(report->trace, group->longest, error);

		if (!explanation)
			return false;
		json_builder_begin_object(json);
		ww_json_int(json, "count", (int64_t)group->count);
		ww_json_int(json, "total_ns", group->total_ns);
		json_builder_set_member_name(json, "longest");
		json_builder_begin_object(json);
		ww_json_wait(json, report->trace, explanation);
		json_builder_end_object(json);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
	return true;
}

static void add_findings(JsonBuilder *json, const struct ww_trace *trace, const GPtrArray *findings)
{
	json_builder_set_member_name(json, "findings");
	json_builder_begin_array(json);
	for (guint i = 0; i < MIN(findings->len, N_FINDINGS); i++) {
		json_builder_begin_object(json);
		ww_json_finding(json, trace, findings->pdata[i]);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static bool write_json(const struct ww_report *report, const struct ww_summary *summary,
		       const GPtrArray *findings, GError **error)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_totals *totals = &summary->totals;
	g_autofree char *recorded = ww_words_recorded(report->trace, summary);
	g_autofree char *spent = ww_words_time_spent(summary);
	g_autofree char *sentence = g_strdup_printf("%s %s", recorded, spent);

	json_builder_begin_object(json);
	ww_json_int(json, "threads", summary->n_threads);
	ww_json_int(json, "processes", summary->n_processes);
	ww_json_int(json, "lifetime_ns", totals->lifetime_ns);
	ww_json_int(json, "running_ns", totals->state_ns[WW_STATE_RUNNING]);
	ww_json_int(json, "runnable_ns", totals->state_ns[WW_STATE_RUNNABLE]);
	ww_json_int(json, "blocked_ns", totals->state_ns[WW_STATE_BLOCKED]);
	ww_json_int(json, "stopped_ns", totals->state_ns[WW_STATE_STOPPED]);
	ww_json_int(json, "unknown_ns", totals->state_ns[WW_STATE_UNKNOWN]);
	ww_json_reasons(json, totals->reason_ns);
	ww_json_int(json, "max_runnable_ns", totals->max_runnable_ns);
	if (!add_longest(json, report, summary, error))
		return false;
	add_findings(json, report->trace, findings);
	ww_json_text(json, "sentence", sentence);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
	return true;
}

static bool run(const struct ww_report *report, GError **error)
{
	g_autoptr(GPtrArray) findings = ww_findings(report->trace, report->span, ww_report_wants,
						    (void *)(uintptr_t)report);
	struct ww_summary summary;
	bool is_done;

	ww_summary_init(&summary, report->trace, report->span, ww_report_wants,
			(void *)(uintptr_t)report);
	is_done = report->rows ? write_json(report, &summary, findings, error)
			       : print_summary(report, &summary, findings, error);
	ww_summary_clear(&summary);
	return is_done;
}

const struct ww_view ww_view_summary = {
	.name = "summary",
	.summary = "what a person should read first (the default)",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * findings: what is wrong, worst first, each with a wait to look at and what to try.
 */
#include <string.h>

#include "analysis/findings/findings.h"
#include "analysis/report/report.h"

/* For a shell. */
static char *quoted(const char *path)
{
	for (const char *c = path; *c; c++) {
		if (!g_ascii_isalnum(*c) && !strchr("/._-+:,@%", *c))
			return g_shell_quote(path);
	}
	return g_strdup(path);
}

/* "1.20 s  I/O under a lock" and, behind it, the sentence, the advice and the command that shows
 * the worst wait. */
static void print(const struct ww_report *report, const struct ww_finding *finding)
{
	g_autofree char *total = ww_duration_text(finding->total_ns);
	g_autofree char *heading =
		g_strdup_printf("%s  %s", total, ww_finding_label(finding->kind));
	g_autofree char *advice =
		finding->advice ? g_strdup_printf("What to try: %s", finding->advice) : NULL;

	ww_text_heading(report->text, heading);
	ww_text_paragraph(report->text, "  ", 2, finding->sentence);
	if (advice)
		ww_text_paragraph(report->text, "  ", 2, advice);
	if (finding->has_exemplar) {
		g_autofree char *path = quoted(ww_trace_info(report->trace)->path);
		g_autofree char *where =
			g_strdup_printf("The worst wait: trace-report explain --id %u.%u %s",
					finding->exemplar.utid, finding->exemplar.index, path);

		ww_text_paragraph(report->text, "  ", 2, where);
	}
}

static void add_threads(JsonBuilder *json, const struct ww_trace *trace, const GArray *utids)
{
	json_builder_set_member_name(json, "threads");
	json_builder_begin_array(json);
	for (guint i = 0; i < utids->len; i++)
		ww_json_thread_value(json, trace, g_array_index(utids, uint32_t, i));
	json_builder_end_array(json);
}

void ww_json_finding(JsonBuilder *json, const struct ww_trace *trace,
		     const struct ww_finding *finding)
{
	g_autofree char *exemplar =
		finding->has_exemplar
			? g_strdup_printf("%u.%u", finding->exemplar.utid, finding->exemplar.index)
			: NULL;

	ww_json_text(json, "finding", ww_finding_name(finding->kind));
	ww_json_int(json, "count", (int64_t)finding->count);
	ww_json_int(json, "total_ns", finding->total_ns);
	add_threads(json, trace, finding->utids);
	ww_json_object(json, "object", &finding->object);
	ww_json_text(json, "exemplar", exemplar);
	ww_json_text(json, "confidence", ww_confidence_name(finding->confidence));
	ww_json_text(json, "sentence", finding->sentence);
	ww_json_text(json, "advice", finding->advice);
}

static void write_json(const struct ww_report *report, const struct ww_finding *finding)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);

	json_builder_begin_object(json);
	ww_json_finding(json, report->trace, finding);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static bool run(const struct ww_report *report, GError **error)
{
	g_autoptr(GPtrArray) findings = ww_findings(report->trace, report->span, ww_report_wants,
						    (void *)(uintptr_t)report);
	const size_t n_shown = ww_report_n_shown(report, findings->len);

	for (size_t i = 0; i < n_shown; i++) {
		if (report->text && i > 0)
			fputc('\n', report->text->out);
		if (report->rows)
			write_json(report, findings->pdata[i]);
		else
			print(report, findings->pdata[i]);
	}
	if (report->text && findings->len == 0)
		ww_report_print_nothing(report, "nothing found");
	else if (report->text)
		ww_report_print_rest(report, n_shown, findings->len);
	return true;
}

const struct ww_view ww_view_findings = {
	.name = "findings",
	.summary = "what is wrong, worst first, and what to try",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_TOP,
	.text_top = 10,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report/report.h"

/* A number means the id, anything else is a pattern of a name. */
static bool is_number(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!g_ascii_isdigit(*c))
			return false;
	}
	return *text != '\0';
}

bool ww_report_matches(const char *wanted, int32_t id, const char *name)
{
	g_autofree char *full = NULL;

	if (is_number(wanted))
		return g_ascii_strtoll(wanted, NULL, 10) == id;
	full = g_strdup_printf("%s/%d", name ? name : "", id);
	return g_pattern_match_simple(wanted, name ? name : "") ||
	       g_pattern_match_simple(wanted, full);
}

bool ww_report_wants(const struct ww_thread *thread, void *data)
{
	const struct ww_report *report = data;
	const struct ww_process *process = ww_trace_process(report->trace, thread->upid);

	if (report->thread && !ww_report_matches(report->thread, thread->tid, thread->name))
		return false;
	if (report->process)
		return ww_report_matches(report->process, process->pid, process->name);
	return ww_wants_target(thread, (void *)(uintptr_t)report->trace);
}

struct ww_filter ww_report_filter(const struct ww_report *report)
{
	return (struct ww_filter){
		.span = report->span,
		.min_ns = report->min_ns,
		.wants_thread = ww_report_wants,
		.data = (void *)(uintptr_t)report,
	};
}

GArray *ww_report_threads(const struct ww_report *report)
{
	GArray *utids = g_array_new(false, false, sizeof(uint32_t));

	for (uint32_t utid = 0; utid < ww_trace_info(report->trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(report->trace, utid);

		if (ww_report_wants(thread, (void *)(uintptr_t)report) &&
		    ww_span_overlaps(thread->life, report->span))
			g_array_append_val(utids, utid);
	}
	return utids;
}

char *ww_report_process_text(const struct ww_report *report, uint32_t upid)
{
	const struct ww_process *process = ww_trace_process(report->trace, upid);

	if (process->pid < 0)
		return g_strdup(*process->name ? process->name : "unknown");
	return g_strdup_printf("%s/%d", *process->name ? process->name : "process", process->pid);
}

char *ww_report_nobody(const struct ww_report *report)
{
	g_autoptr(GString) text = g_string_new("no thread");

	if (report->thread)
		g_string_append_printf(text, " '%s'", report->thread);
	if (report->process)
		g_string_append_printf(text, " of process '%s'", report->process);
	else
		g_string_append(
			text,
			" among what was recorded on purpose; --process '*' looks at every process");
	return g_string_free(g_steal_pointer(&text), false);
}

void ww_report_print_nothing(const struct ww_report *report, const char *what)
{
	g_autoptr(GArray) utids = ww_report_threads(report);
	g_autofree char *nobody = ww_report_nobody(report);
	g_autofree char *least = ww_duration_text(report->min_ns);
	g_autofree char *short_ones = g_strdup_printf("nothing is as long as --min, %s", least);
	const char *why = report->min_ns > 0 ? short_ones : what;

	g_autofree char *sentence =
		g_strdup_printf("Nothing to show: %s.", utids->len == 0 ? nobody : why);

	ww_text_paragraph(report->text, "", 0, sentence);
}

size_t ww_report_n_shown(const struct ww_report *report, size_t n_all)
{
	return report->top > 0 ? MIN(report->top, n_all) : n_all;
}

void ww_report_print_rest(const struct ww_report *report, size_t n_shown, size_t n_all)
{
	g_autofree char *rest = ww_count_text(n_all - n_shown);
	g_autofree char *sentence = g_strdup_printf("and %s shorter one%s; --top shows more", rest,
						    n_all - n_shown == 1 ? "" : "s");

	if (n_all > n_shown)
		ww_text_paragraph(report->text, "", 0, sentence);
}

void ww_report_rows(const struct ww_report *report, const GPtrArray *rows,
		    const struct ww_row_writer *writer)
{
	const size_t n_shown = ww_report_n_shown(report, rows->len);
	ww_auto(table) table = ww_table_new(writer->titles);

	for (size_t i = 0; i < n_shown; i++) {
		if (report->rows)
			writer->write_json(report, rows->pdata[i]);
		else
			writer->add_text_row(report, rows->pdata[i], table);
	}
	if (report->text && rows->len == 0) {
		ww_report_print_nothing(report, writer->nothing);
	} else if (report->text) {
		ww_table_print(table, report->text);
		ww_report_print_rest(report, n_shown, rows->len);
		writer->print_notes(report, rows, n_shown);
	}
}

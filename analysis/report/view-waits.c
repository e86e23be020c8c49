// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * waits: every time a thread was ready or blocked, longest first.
 */
#include "analysis/explain/words.h"
#include "analysis/report/report.h"

/* Long enough to say what; the sentence is what explain prints. */
static char *gist(const struct ww_report *report, const struct ww_explanation *explanation)
{
	const struct ww_cause_part *part =
		&g_array_index(explanation->causes, struct ww_cause_part, 0);

	if (explanation->wait.state == WW_STATE_BLOCKED)
		return ww_words_waited_for(&explanation->wait, &explanation->object);
	return ww_words_cause(report->trace, part);
}

struct ww_table *ww_report_wait_table(void)
{
	static const char *const titles[] = { ">LENGTH", ">BEGINS AT", "!THREAD", "STATE",
					      "!ID",     "WAITED",     NULL };

	return ww_table_new(titles);
}

void ww_report_add_wait(const struct ww_report *report, const struct ww_explanation *explanation,
			struct ww_table *table)
{
	const struct ww_interval *wait = &explanation->wait;

	ww_table_take(table, ww_duration_text(ww_span_length_ns(wait->span)));
	ww_table_take(table, ww_instant_text(wait->span.begin_ns));
	ww_table_take(table, ww_trace_thread_text(report->trace, wait->utid));
	ww_table_take_toned(table, wait->state == WW_STATE_BLOCKED ? WW_TONE_BAD : WW_TONE_DOUBTFUL,
			    g_strdup(ww_state_name(wait->state)));
	ww_table_take(table,
		      g_strdup_printf("%u.%u", explanation->ref.utid, explanation->ref.index));
	ww_table_take(table, gist(report, explanation));
}

static void write_json(const struct ww_report *report, const struct ww_explanation *explanation)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);

	json_builder_begin_object(json);
	ww_json_wait(json, report->trace, explanation);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static bool list(const struct ww_report *report, GError **error)
{
	struct ww_wait_filter filter = {
		.span = report->span,
		.states = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED,
		.min_ns = report->min_ns,
		.wants_thread = ww_report_wants,
		.data = (void *)(uintptr_t)report,
	};
	g_autoptr(GArray) refs = ww_query_waits(report->trace, &filter);
	const size_t n_shown = ww_report_n_shown(report, refs->len);
	ww_auto(table) table = ww_report_wait_table();

	for (guint i = 0; i < n_shown; i++) {
		struct ww_wait_ref ref = g_array_index(refs, struct ww_wait_ref, i);
		ww_auto(explanation) explanation = ww_explain_wait(report->trace, ref, error);

		if (!explanation)
			return false;
		if (report->rows)
			write_json(report, explanation);
		else
			ww_report_add_wait(report, explanation, table);
	}
	if (report->text && refs->len == 0) {
		ww_report_print_nothing(report, "no such wait");
	} else if (report->text) {
		ww_table_print(table, report->text);
		ww_report_print_rest(report, n_shown, refs->len);
	}
	return true;
}

static bool run(const struct ww_report *report, GError **error)
{
	if (report->by == 0)
		return list(report, error);
	ww_report_wait_sums(report);
	return true;
}

const struct ww_view ww_view_waits = {
	.name = "waits",
	.summary = "every wait, longest first; with --by equal ones as one row",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_AT |
		   WW_REPORT_MIN | WW_REPORT_TOP | WW_REPORT_BY,
	.text_top = 20,
	.run = run,
};

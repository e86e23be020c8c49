// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * threads: where each thread's time went.
 */
#include "analysis/explain/summary.h"
#include "analysis/report/report.h"

struct row {
	uint32_t utid;
	struct ww_totals totals;
};

static int compare_rows(const void *a_data, const void *b_data)
{
	const struct row *a = a_data, *b = b_data;
	int64_t a_ns = a->totals.state_ns[WW_STATE_RUNNING] + a->totals.state_ns[WW_STATE_RUNNABLE];
	int64_t b_ns = b->totals.state_ns[WW_STATE_RUNNING] + b->totals.state_ns[WW_STATE_RUNNABLE];

	if (a_ns != b_ns)
		return a_ns > b_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

/* Those that wanted a CPU most come first. */
static GArray *make_rows(const struct ww_report *report)
{
	g_autoptr(GArray) utids = ww_report_threads(report);
	GArray *rows = g_array_new(false, false, sizeof(struct row));

	for (guint i = 0; i < utids->len; i++) {
		struct row row = { .utid = g_array_index(utids, uint32_t, i) };

		ww_totals_add(&row.totals, report->trace, row.utid, report->span,
			      report->rows != NULL);
		g_array_append_val(rows, row);
	}
	g_array_sort(rows, compare_rows);
	g_array_set_size(rows, (guint)ww_report_n_shown(report, rows->len));
	return rows;
}

static void add_causes(JsonBuilder *json, const struct ww_totals *totals)
{
	json_builder_set_member_name(json, "runnable_by");
	json_builder_begin_object(json);
	for (int cause = 0; cause < WW_CAUSE_N; cause++) {
		if (totals->cause_ns[cause] > 0)
			ww_json_int(json, ww_cause_name(cause), totals->cause_ns[cause]);
	}
	json_builder_end_object(json);
}

/* The kernel's own account covers the whole recording, so it stands only beside a whole recording.
 */
static void add_schedstat(JsonBuilder *json, const struct ww_report *report, uint32_t utid)
{
	const struct ww_trace_info *info = ww_trace_info(report->trace);
	int32_t tid = ww_trace_thread(report->trace, utid)->tid;
	const GArray *stats = info->manifest ? info->manifest->schedstats : NULL;
	bool is_last = ww_query_utid(report->trace, tid, INT64_MIN) == utid;

	json_builder_set_member_name(json, "schedstat");
	for (guint i = 0; stats && is_last && i < stats->len; i++) {
		const struct ww_schedstat *stat = &g_array_index(stats, struct ww_schedstat, i);

		if (stat->tid != tid)
			continue;
		json_builder_begin_object(json);
		ww_json_int(json, "run_ns", stat->end.run_ns - stat->begin.run_ns);
		ww_json_int(json, "run_delay_ns",
			    stat->end.run_delay_ns - stat->begin.run_delay_ns);
		json_builder_end_object(json);
		return;
	}
	json_builder_add_null_value(json);
}

static void write_json(const struct ww_report *report, const struct row *row)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_totals *totals = &row->totals;
	bool has_kernel = ww_trace_info(report->trace)->has_kernel;

	json_builder_begin_object(json);
	ww_json_thread(json, "thread", report->trace, row->utid);
	ww_json_int(json, "lifetime_ns", totals->lifetime_ns);
	ww_json_int(json, "running_ns", totals->state_ns[WW_STATE_RUNNING]);
	ww_json_int(json, "runnable_ns", totals->state_ns[WW_STATE_RUNNABLE]);
	ww_json_int(json, "blocked_ns", totals->state_ns[WW_STATE_BLOCKED]);
	ww_json_int(json, "stopped_ns", totals->state_ns[WW_STATE_STOPPED]);
	ww_json_int(json, "unknown_ns", totals->state_ns[WW_STATE_UNKNOWN]);
	ww_json_reasons(json, totals->reason_ns);
	add_causes(json, totals);
	ww_json_known_int(json, "switches_voluntary", (int64_t)totals->n_voluntary, has_kernel);
	ww_json_known_int(json, "switches_involuntary", (int64_t)totals->n_involuntary, has_kernel);
	ww_json_known_int(json, "wakeups", (int64_t)totals->n_wakeups, has_kernel);
	ww_json_known_int(json, "migrations", (int64_t)totals->n_migrations, has_kernel);
	ww_json_known_int(json, "max_runnable_ns", totals->max_runnable_ns, has_kernel);
	add_schedstat(json, report, row->utid);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static char *main_reason(const struct ww_totals *totals)
{
	int largest = 0;

	for (int reason = 1; reason < WW_REASON_N; reason++) {
		if (totals->reason_ns[reason] > totals->reason_ns[largest])
			largest = reason;
	}
	if (totals->reason_ns[largest] == 0)
		return g_strdup("");
	return g_strdup(ww_reason_label(largest));
}

static void add_text_row(const struct ww_report *report, const struct row *row,
			 struct ww_table *table)
{
	const struct ww_totals *totals = &row->totals;

	ww_table_take(table, ww_trace_thread_text(report->trace, row->utid));
	ww_table_take(table, ww_duration_text(totals->lifetime_ns));
	ww_table_take(table, ww_duration_text(totals->state_ns[WW_STATE_RUNNING]));
	ww_table_take(table, ww_duration_text(totals->state_ns[WW_STATE_RUNNABLE]));
	ww_table_take(table, ww_duration_text(totals->state_ns[WW_STATE_BLOCKED]));
	ww_table_take(table, ww_duration_text(totals->max_runnable_ns));
	ww_table_take(table, ww_count_text(totals->n_voluntary + totals->n_involuntary));
	ww_table_take(table, main_reason(totals));
}

static bool run(const struct ww_report *report, GError **error)
{
	static const char *const titles[] = { "!THREAD",    "?>LIVED",           ">RUNNING",
					      ">READY",     ">BLOCKED",          ">MAX READY",
					      "?>SWITCHES", "BLOCKED MOSTLY ON", NULL };
	g_autoptr(GArray) rows = make_rows(report);
	ww_auto(table) table = ww_table_new(titles);

	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = &g_array_index(rows, struct row, i);

		if (report->rows)
			write_json(report, row);
		else
			add_text_row(report, row, table);
	}
	if (report->text && rows->len == 0)
		ww_report_print_nothing(report, "no such wait");
	else if (report->text)
		ww_table_print(table, report->text);
	return true;
}

const struct ww_view ww_view_threads = {
	.name = "threads",
	.summary = "where each thread's time went",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_TOP,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syscalls: what the system calls of each process cost; with --thread, of each thread.
 */
#include "analysis/explain/calls.h"
#include "analysis/report/report.h"

/* What belongs to the calls of which every one is known, and is null or a dash of the others. */
static void add_results(JsonBuilder *json, const struct ww_calls *calls)
{
	GHashTableIter iter;
	void *number, *n;

	ww_json_known_int(json, "errors", (int64_t)calls->n_errors, calls->has_every_call);
	json_builder_set_member_name(json, "errors_by");
	json_builder_begin_object(json);
	g_hash_table_iter_init(&iter, calls->errors);
	while (g_hash_table_iter_next(&iter, &number, &n)) {
		g_autofree char *name = ww_calls_error_text(GPOINTER_TO_UINT(number));

		ww_json_int(json, name, GPOINTER_TO_UINT(n));
	}
	json_builder_end_object(json);
}

static int64_t mean_ns(const struct ww_lengths *lengths)
{
	return lengths->ns->len > 0 ? lengths->total_ns / lengths->ns->len : -1;
}

static void write_json(const struct ww_report *report, const void *row)
{
	const struct ww_calls *calls = row;
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_lengths *lengths = &calls->lengths;
	const bool has_any = lengths->ns->len > 0;

	json_builder_begin_object(json);
	ww_json_process(json, "process", report->trace, calls->upid);
	ww_json_thread(json, "thread", report->trace, calls->utid);
	ww_json_text(json, "syscall", calls->name);
	ww_json_text(json, "mode", calls->has_every_call ? "all" : "blocked");
	ww_json_int(json, "count", lengths->ns->len);
	ww_json_int(json, "censored", (int64_t)calls->n_cut_off);
	ww_json_int(json, "total_ns", lengths->total_ns);
	ww_json_known_int(json, "mean_ns", mean_ns(lengths), has_any);
	ww_json_known_int(json, "min_ns", ww_lengths_rank_ns(lengths, 0), has_any);
	ww_json_known_int(json, "p50_ns", ww_lengths_rank_ns(lengths, 500), has_any);
	ww_json_known_int(json, "p99_ns", ww_lengths_rank_ns(lengths, 990), has_any);
	ww_json_known_int(json, "max_ns", lengths->max_ns, has_any);
	ww_json_known_int(json, "max_at_ns", lengths->max_at_ns, has_any);
	ww_json_int(json, "blocked_ns", calls->state_ns[WW_STATE_BLOCKED]);
	ww_json_int(json, "runnable_ns", calls->state_ns[WW_STATE_RUNNABLE]);
	ww_json_known_int(json, "running_ns", calls->state_ns[WW_STATE_RUNNING],
			  calls->has_every_call);
	ww_json_int(json, "stopped_ns", calls->state_ns[WW_STATE_STOPPED]);
	ww_json_int(json, "unknown_ns", calls->state_ns[WW_STATE_UNKNOWN]);
	ww_json_reasons(json, calls->reason_ns);
	add_results(json, calls);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

/* "3 EAGAIN", "5 EAGAIN and others" */
static char *errors_text(const struct ww_calls *calls)
{
	const char *others = g_hash_table_size(calls->errors) > 1 ? " and others" : "";
	g_autofree char *count = ww_count_text(calls->n_errors);
	g_autofree char *name = NULL;
	GHashTableIter iter;
	void *number, *n;
	guint most = 0;

	if (calls->n_errors == 0)
		return g_strdup(calls->has_every_call ? "" : "-");
	g_hash_table_iter_init(&iter, calls->errors);
	while (g_hash_table_iter_next(&iter, &number, &n)) {
		if (GPOINTER_TO_UINT(n) <= most)
			continue;
		most = GPOINTER_TO_UINT(n);
		g_free(name);
		name = ww_calls_error_text(GPOINTER_TO_UINT(number));
	}
	return g_strdup_printf("%s %s%s", count, name, others);
}

static char *length_text(int64_t ns)
{
	return ns < 0 ? g_strdup("-") : ww_duration_text(ns);
}

static char *who(const struct ww_report *report, const struct ww_calls *calls)
{
	if (calls->utid != WW_UTID_NONE)
		return ww_trace_thread_text(report->trace, calls->utid);
	return ww_report_process_text(report, calls->upid);
}

static void add_text_row(const struct ww_report *report, const void *row, struct ww_table *table)
{
	const struct ww_calls *calls = row;
	const struct ww_lengths *lengths = &calls->lengths;

	ww_table_take(table, g_strdup(calls->name));
	ww_table_take(table, who(report, calls));
	ww_table_take(table, ww_count_text(lengths->ns->len));
	ww_table_take(table, ww_duration_text(lengths->total_ns));
	ww_table_take(table, ww_duration_text(calls->state_ns[WW_STATE_BLOCKED]));
	ww_table_take(table, ww_duration_text(calls->state_ns[WW_STATE_RUNNABLE]));
	ww_table_take(table, calls->has_every_call
				     ? ww_duration_text(calls->state_ns[WW_STATE_RUNNING])
				     : g_strdup("-"));
	ww_table_take(table, length_text(mean_ns(lengths)));
	ww_table_take(table, length_text(ww_lengths_rank_ns(lengths, 500)));
	ww_table_take(table, length_text(ww_lengths_rank_ns(lengths, 990)));
	ww_table_take(table, length_text(lengths->max_ns));
	ww_table_take(table, errors_text(calls));
}

/* What the numbers above do not say by themselves. */
static void print_notes(const struct ww_report *report, const GPtrArray *all, size_t n_shown)
{
	uint64_t n_cut_off = 0;
	bool has_sleeps = false;

	for (guint i = 0; i < all->len; i++) {
		const struct ww_calls *calls = all->pdata[i];

		n_cut_off += calls->n_cut_off;
		has_sleeps |= !calls->has_every_call;
	}
	if (n_cut_off > 0) {
		g_autofree char *count = ww_count_text(n_cut_off);
		g_autofree char *note =
			g_strdup_printf("%s more %s no length: the trace does not hold both ends.",
					count, n_cut_off == 1 ? "has" : "have");

		ww_text_paragraph(report->text, "", 0, note);
	}
	if (has_sleeps)
		ww_text_paragraph(report->text, "", 0,
				  "Only sleeps inside of calls were recorded, and each counts as "
				  "one; trace-record --syscalls all records every call.");
}

static const char *const titles[] = { "CALL",   "OF",        ">TIMES", ">TOTAL", ">BLOCKED",
				      ">READY", "?>RUNNING", "?>MEAN", "?>P50",  "?>P99",
				      ">MAX",   "FAILED",    NULL };

static const struct ww_row_writer writer = {
	.titles = titles,
	.nothing = "no system call was recorded",
	.write_json = write_json,
	.add_text_row = add_text_row,
	.print_notes = print_notes,
};

static bool run(const struct ww_report *report, GError **error)
{
	const struct ww_filter filter = ww_report_filter(report);
	g_autoptr(GPtrArray) all = ww_calls_collect(report->trace, &filter, report->thread != NULL);

	ww_report_rows(report, all, &writer);
	return true;
}

const struct ww_view ww_view_syscalls = {
	.name = "syscalls",
	.summary = "what system calls cost: their number, lengths, waits and errors",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.text_top = 20,
	.run = run,
};

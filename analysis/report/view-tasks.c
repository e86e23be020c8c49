// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tasks: the program's own tasks by name, and what made the slow ones slow.
 */
#include "analysis/aggregate/task-sums.h"
#include "analysis/report/report.h"

static void add_set(JsonBuilder *json, const char *name, const struct ww_task_sum *sum,
		    const struct ww_task_set *set)
{
	json_builder_set_member_name(json, name);
	if (!sum->is_compared) {
		json_builder_add_null_value(json);
		return;
	}
	json_builder_begin_object(json);
	ww_json_int(json, "count", set->n);
	ww_json_int(json, "total_ns", set->total_ns);
	ww_json_int(json, "min_ns", set->min_ns);
	ww_json_int(json, "max_ns", set->max_ns);
	json_builder_end_object(json);
}

static void add_parts(JsonBuilder *json, const struct ww_task_sum *sum)
{
	json_builder_set_member_name(json, "parts");
	json_builder_begin_array(json);
	for (guint i = 0; i < sum->parts->len; i++) {
		const struct ww_task_part *part =
			&g_array_index(sum->parts, struct ww_task_part, i);

		json_builder_begin_object(json);
		ww_json_text(json, "part", part->text);
		ww_json_text(json, "state", ww_state_name(part->state));
		ww_json_text(json, "reason",
			     part->state == WW_STATE_BLOCKED ? ww_reason_name(part->reason) : NULL);
		ww_json_text(json, "cause",
			     part->cause == WW_CAUSE_N ? NULL : ww_cause_name(part->cause));
		ww_json_int(json, "slow_total_ns", part->slow_ns);
		ww_json_int(json, "middle_total_ns", part->middle_ns);
		ww_json_int(json, "difference_ns", ww_task_difference_ns(sum, part));
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void write_json(const struct ww_report *report, const void *row)
{
	const struct ww_task_sum *sum = row;
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_lengths *lengths = &sum->lengths;
	const bool has_any = lengths->ns->len > 0;
	g_autofree char *sentence = ww_words_slow_tasks(sum);

	json_builder_begin_object(json);
	ww_json_text(json, "task", sum->name);
	ww_json_process(json, "process", report->trace, sum->upid);
	ww_json_int(json, "count", lengths->ns->len);
	ww_json_int(json, "censored", (int64_t)sum->n_censored);
	ww_json_int(json, "total_ns", lengths->total_ns);
	ww_json_known_int(json, "p50_ns", ww_lengths_rank_ns(lengths, 500), has_any);
	ww_json_known_int(json, "p90_ns", ww_lengths_rank_ns(lengths, 900), has_any);
	ww_json_known_int(json, "p99_ns", ww_lengths_rank_ns(lengths, 990), has_any);
	ww_json_known_int(json, "max_ns", lengths->max_ns, has_any);
	ww_json_known_int(json, "max_at_ns", lengths->max_at_ns, has_any);
	add_set(json, "slow", sum, &sum->slow);
	add_set(json, "middle", sum, &sum->middle);
	add_parts(json, sum);
	ww_json_text(json, "sentence", sentence);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static char *length_text(int64_t ns)
{
	return ns < 0 ? g_strdup("-") : ww_duration_text(ns);
}

static void add_text_row(const struct ww_report *report, const void *row, struct ww_table *table)
{
	const struct ww_task_sum *sum = row;
	const struct ww_lengths *lengths = &sum->lengths;
	const guint n = lengths->ns->len;

	ww_table_take(table, g_strdup(sum->name));
	ww_table_take(table, ww_report_process_text(report, sum->upid));
	ww_table_take(table, ww_count_text(n));
	ww_table_take(table, ww_duration_text(lengths->total_ns));
	ww_table_take(table, length_text(n > 0 ? lengths->total_ns / n : -1));
	ww_table_take(table, length_text(ww_lengths_rank_ns(lengths, 500)));
	ww_table_take(table, length_text(ww_lengths_rank_ns(lengths, 900)));
	ww_table_take(table, length_text(ww_lengths_rank_ns(lengths, 990)));
	ww_table_take(table, length_text(lengths->max_ns));
	ww_table_take(table,
		      lengths->max_at_ns < 0 ? g_strdup("-") : ww_instant_text(lengths->max_at_ns));
}

static void print_sentences(const struct ww_report *report, const GPtrArray *sums, size_t n_shown)
{
	uint64_t n_censored = 0;

	fputc('\n', report->text->out);
	for (guint i = 0; i < sums->len; i++) {
		const struct ww_task_sum *sum = sums->pdata[i];
		g_autofree char *words = ww_words_slow_tasks(sum);
		g_autofree char *first = g_strdup_printf("%s: ", sum->name);

		n_censored += sum->n_censored;
		if (i < n_shown)
			ww_text_paragraph(report->text, first, 2, words);
	}
	ww_text_paragraph(report->text, "", 0,
			  "(Slow: from the 99th percentile on; middle: the 40th to the 60th. The "
			  "differences are of means, which add up; percentiles do not.)");
	if (n_censored > 0) {
		g_autofree char *count = ww_count_text(n_censored);
		g_autofree char *note =
			g_strdup_printf("%s more %s no length: the trace does not hold both ends.",
					count, n_censored == 1 ? "has" : "have");

		ww_text_paragraph(report->text, "", 0, note);
	}
}

static const char *const titles[] = { "TASK",  "OF",   ">TIMES", ">TOTAL",   "?>MEAN", ">P50",
				      "?>P90", ">P99", ">MAX",   "?>MAX AT", NULL };

static const struct ww_row_writer writer = {
	.titles = titles,
	.nothing = "no task of the program's own was recorded (whywait.h)",
	.write_json = write_json,
	.add_text_row = add_text_row,
	.print_notes = print_sentences,
};

static bool run(const struct ww_report *report, GError **error)
{
	const struct ww_filter filter = ww_report_filter(report);
	g_autoptr(GPtrArray) sums = ww_task_sums(report->trace, &filter);

	ww_report_rows(report, sums, &writer);
	return true;
}

const struct ww_view ww_view_tasks = {
	.name = "tasks",
	.summary = "the program's own tasks (whywait.h), and what made the slow ones slow",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.text_top = 20,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * waits --by: equal waits as one row, what took longest in all first.
 */
#include "analysis/aggregate/wait-sums.h"
#include "analysis/explain/words.h"
#include "analysis/report/report.h"

#define N_NUMBERS 8

static char *id_text(struct ww_wait_ref ref)
{
	return g_strdup_printf("%u.%u", ref.utid, ref.index);
}

static void add_id(JsonBuilder *json, const char *name, struct ww_wait_ref ref, bool is_known)
{
	g_autofree char *id = is_known ? id_text(ref) : NULL;

	ww_json_text(json, name, id);
}

static bool asks_for(const struct ww_report *report, enum ww_wait_key key)
{
	return report->by & 1u << key;
}

static char *site_text(const struct ww_report *report, const struct ww_wait_sum *sum)
{
	return sum->site == 0 ? NULL : ww_trace_address_text(report->trace, sum->upid, sum->site);
}

static void add_keys(JsonBuilder *json, const struct ww_report *report,
		     const struct ww_wait_sum *sum)
{
	const bool has_reason = asks_for(report, WW_WAIT_KEY_REASON);
	g_autofree char *site = site_text(report, sum);

	json_builder_set_member_name(json, "by");
	json_builder_begin_array(json);
	for (int key = 0; key < WW_WAIT_KEY_N; key++) {
		if (asks_for(report, (enum ww_wait_key)key))
			json_builder_add_string_value(json,
						      ww_wait_key_name((enum ww_wait_key)key));
	}
	json_builder_end_array(json);
	ww_json_text(json, "state", has_reason ? ww_state_name(sum->state) : NULL);
	ww_json_text(json, "reason", has_reason ? ww_reason_name(sum->reason) : NULL);
	ww_json_object(json, "object", &sum->object);
	ww_json_text(json, "site", site);
	ww_json_text(json, "cause", sum->cause == WW_CAUSE_N ? NULL : ww_cause_name(sum->cause));
	ww_json_thread(json, "owner", report->trace, sum->owner_utid);
	ww_json_thread(json, "thread", report->trace, sum->utid);
	ww_json_process(json, "process", report->trace, sum->upid);
}

static void write_json(const struct ww_report *report, const struct ww_wait_sum *sum)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);

	json_builder_begin_object(json);
	add_keys(json, report, sum);
	json_builder_set_member_name(json, "is_idle");
	json_builder_add_boolean_value(json, sum->is_idle);
	json_builder_set_member_name(json, "is_estimated");
	json_builder_add_boolean_value(json, sum->is_estimated);
	ww_json_int(json, "count", (int64_t)sum->count);
	ww_json_int(json, "censored", (int64_t)sum->n_censored);
	ww_json_int(json, "rewakes", (int64_t)sum->n_rewakes);
	ww_json_int(json, "waiters", sum->n_waiters);
	ww_json_int(json, "total_ns", sum->total_ns);
	ww_json_known_int(json, "p50_ns", sum->p50_ns, sum->p50_ns >= 0);
	ww_json_known_int(json, "p99_ns", sum->p99_ns, sum->p99_ns >= 0);
	ww_json_int(json, "max_ns", sum->max_ns);
	ww_json_int(json, "in_tasks_ns", sum->in_task_ns);
	json_builder_set_member_name(json, "exemplars");
	json_builder_begin_object(json);
	add_id(json, "p50", sum->p50, sum->p50_ns >= 0);
	add_id(json, "p99", sum->p99, sum->p99_ns >= 0);
	add_id(json, "max", sum->max, true);
	json_builder_end_object(json);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

/* "for mutex cache_lock"; of a wait for a CPU nothing. */
static char *object_text(const struct ww_report *report, const struct ww_wait_sum *sum)
{
	struct ww_interval longest;

	if (!ww_query_wait(report->trace, sum->max, &longest) || longest.state != WW_STATE_BLOCKED)
		return g_strdup("for a CPU");
	longest.utid = sum->max.utid;
	return ww_words_waited_for(&longest, &sum->object);
}

static char *key_text(const struct ww_report *report, const struct ww_wait_sum *sum,
		      enum ww_wait_key key)
{
	char *site;

	switch (key) {
	case WW_WAIT_KEY_REASON:
		return sum->state == WW_STATE_RUNNABLE
			       ? g_strdup_printf("ready, %s", ww_reason_label(sum->reason))
			       : g_strdup(ww_reason_label(sum->reason));
	case WW_WAIT_KEY_OBJECT:
		return object_text(report, sum);
	case WW_WAIT_KEY_SITE:
		site = site_text(report, sum);
		return site ? site : g_strdup("-");
	case WW_WAIT_KEY_CAUSE:
		return g_strdup(sum->cause == WW_CAUSE_N ? "-" : ww_cause_label(sum->cause));
	case WW_WAIT_KEY_OWNER:
		return sum->owner_utid == WW_UTID_NONE
			       ? g_strdup("-")
			       : ww_trace_thread_text(report->trace, sum->owner_utid);
	case WW_WAIT_KEY_THREAD:
		return ww_trace_thread_text(report->trace, sum->utid);
	default:
		return ww_report_process_text(report, sum->upid);
	}
}

static char *length_text(int64_t ns)
{
	return ns < 0 ? g_strdup("-") : ww_duration_text(ns);
}

static void add_text_row(const struct ww_report *report, const struct ww_wait_sum *sum,
			 bool has_tasks, struct ww_table *table)
{
	for (int key = 0; key < WW_WAIT_KEY_N; key++) {
		if (asks_for(report, (enum ww_wait_key)key))
			ww_table_take(table, key_text(report, sum, (enum ww_wait_key)key));
	}
	ww_table_take(table, ww_count_text(sum->count));
	ww_table_take(table, ww_duration_text(sum->total_ns));
	ww_table_take(table, length_text(sum->p50_ns));
	ww_table_take(table, length_text(sum->p99_ns));
	ww_table_take(table, ww_duration_text(sum->max_ns));
	ww_table_take(table, ww_count_text(sum->n_waiters));
	if (has_tasks)
		ww_table_take(table, ww_share_text(sum->in_task_ns, sum->total_ns));
	ww_table_take(table, id_text(sum->max));
}

static struct ww_table *new_table(const struct ww_report *report, bool has_tasks)
{
	static const char *const numbers[] = { ">WAITS", ">TOTAL", "?>P50",
					       ">P99",   ">MAX",   "?>THREADS" };
	const char *titles[WW_WAIT_KEY_N + N_NUMBERS + 1] = { NULL };
	size_t n = 0;

	for (int key = 0; key < WW_WAIT_KEY_N; key++) {
		if (asks_for(report, (enum ww_wait_key)key))
			titles[n++] = ww_wait_key_title((enum ww_wait_key)key);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		titles[n++] = numbers[i];
	if (has_tasks)
		titles[n++] = "?>IN TASKS";
	titles[n++] = "!LONGEST";
	return ww_table_new(titles);
}

static void print_idle(const struct ww_report *report, const GPtrArray *sums, guint n_blockers)
{
	g_autofree char *text = NULL, *length = NULL, *number = NULL;
	int64_t total_ns = 0;
	uint64_t count = 0;

	for (guint i = n_blockers; i < sums->len; i++) {
		const struct ww_wait_sum *sum = sums->pdata[i];

		total_ns += sum->total_ns;
		count += sum->count;
	}
	if (count == 0)
		return;
	length = ww_duration_text(total_ns);
	number = ww_count_text(count);
	text = g_strdup_printf("Not counted: %s of waiting for work that had not come (%s %s).",
			       length, number, count == 1 ? "wait" : "waits");
	ww_text_paragraph(report->text, "", 0, text);
}

static void print_estimated(const struct ww_report *report, const GPtrArray *sums)
{
	g_autofree char *n_longest = ww_count_text(WW_WAIT_SUMS_LONGEST);

	for (guint i = 0; i < sums->len; i++) {
		const struct ww_wait_sum *sum = sums->pdata[i];
		g_autofree char *n_others = NULL;
		g_autofree char *text = NULL;

		if (!sum->is_estimated)
			continue;
		n_others = ww_count_text(sum->n_explained - WW_WAIT_SUMS_LONGEST);
		text = g_strdup_printf(
			"(Estimated: of so many waits the %s longest were explained, and %s of the "
			"others, each for those about as long. Totals of all rows add up.)",
			n_longest, n_others);
		ww_text_paragraph(report->text, "", 0, text);
		return;
	}
}

static void print(const struct ww_report *report, const GPtrArray *sums)
{
	guint n_blockers = 0, n_shown;
	bool has_tasks = false;
	struct ww_table *table;

	for (guint i = 0; i < sums->len; i++) {
		const struct ww_wait_sum *sum = sums->pdata[i];

		n_blockers += !sum->is_idle;
		has_tasks |= sum->in_task_ns > 0;
	}
	if (sums->len == 0) {
		ww_report_print_nothing(report, "no such wait");
		return;
	}
	n_shown = (guint)ww_report_n_shown(report, n_blockers);
	table = new_table(report, has_tasks);
	for (guint i = 0; i < n_shown; i++)
		add_text_row(report, sums->pdata[i], has_tasks, table);
	ww_table_print(table, report->text);
	ww_table_free(table);
	ww_report_print_rest(report, n_shown, n_blockers);
	print_idle(report, sums, n_blockers);
	print_estimated(report, sums);
}

void ww_report_wait_sums(const struct ww_report *report)
{
	const struct ww_filter filter = ww_report_filter(report);
	g_autoptr(GPtrArray) sums = ww_wait_sums(report->trace, &filter, report->by);

	if (report->text)
		print(report, sums);
	for (size_t i = 0; report->rows && i < ww_report_n_shown(report, sums->len); i++)
		write_json(report, sums->pdata[i]);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * locks: which locks were waited for, by whom, and who held them meanwhile; the kernel's apart.
 */
#include "analysis/aggregate/lock-table.h"
#include "analysis/report/report.h"

static void add_threads(JsonBuilder *json, const struct ww_report *report,
			const struct ww_lock_row *lock)
{
	json_builder_set_member_name(json, "waiters");
	json_builder_begin_array(json);
	for (guint i = 0; i < lock->waiters->len; i++)
		ww_json_thread_value(json, report->trace,
				     g_array_index(lock->waiters, uint32_t, i));
	json_builder_end_array(json);
	json_builder_set_member_name(json, "holders");
	json_builder_begin_array(json);
	for (guint i = 0; i < lock->holders->len; i++) {
		const struct ww_lock_holder *holder =
			&g_array_index(lock->holders, struct ww_lock_holder, i);

		json_builder_begin_object(json);
		ww_json_thread(json, "thread", report->trace, holder->utid);
		ww_json_int(json, "ns", holder->ns);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void write_json(const struct ww_report *report, const struct ww_lock_row *lock)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_lengths *lengths = &lock->lengths;

	json_builder_begin_object(json);
	ww_json_object(json, "object", &lock->object);
	ww_json_text(json, "kind", lock->kind);
	json_builder_set_member_name(json, "is_kernel");
	json_builder_add_boolean_value(json, lock->is_kernel);
	ww_json_process(json, "process", report->trace, lock->upid);
	ww_json_int(json, "contended", lengths->ns->len);
	ww_json_int(json, "wait_total_ns", lengths->total_ns);
	ww_json_int(json, "wait_p50_ns", ww_lengths_rank_ns(lengths, 500));
	ww_json_int(json, "wait_p99_ns", ww_lengths_rank_ns(lengths, 990));
	ww_json_int(json, "wait_max_ns", lengths->max_ns);
	ww_json_int(json, "wait_max_at_ns", lengths->max_at_ns);
	ww_json_int(json, "max_queue", lock->max_queue);
	add_threads(json, report, lock);
	json_builder_set_member_name(json, "sites");
	json_builder_begin_array(json);
	for (guint i = 0; i < lock->sites->len; i++)
		json_builder_add_string_value(json, g_ptr_array_index(lock->sites, i));
	json_builder_end_array(json);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static char *name_of(const struct ww_lock_row *lock)
{
	if (lock->object.symbol)
		return g_strdup(lock->object.symbol);
	return g_strdup_printf("0x%" G_GINT64_MODIFIER "x%s", lock->address,
			       g_str_equal(lock->object.kind, "mmap-lock") ? " (mmap lock)" : "");
}

/* "main/10 1.43 s", "main/10 1.43 s, 2 others" */
static char *holders_text(const struct ww_report *report, const struct ww_lock_row *lock)
{
	const struct ww_lock_holder *first =
		(const struct ww_lock_holder *)(void *)lock->holders->data;
	g_autofree char *name = NULL, *length = NULL, *others = NULL;

	if (lock->holders->len == 0)
		return g_strdup(lock->has_holder ? "-" : "");
	name = ww_trace_thread_text(report->trace, first->utid);
	length = ww_duration_text(first->ns);
	others = lock->holders->len == 1 ? g_strdup("")
					 : g_strdup_printf(", %u other%s", lock->holders->len - 1,
							   lock->holders->len == 2 ? "" : "s");
	return g_strdup_printf("%s %s%s", name, length, others);
}

/* "take+0x8, 2 others" */
static char *sites_text(const struct ww_lock_row *lock)
{
	if (lock->sites->len == 0)
		return g_strdup("-");
	if (lock->sites->len == 1)
		return g_strdup(lock->sites->pdata[0]);
	return g_strdup_printf("%s, %u other%s", (const char *)lock->sites->pdata[0],
			       lock->sites->len - 1, lock->sites->len == 2 ? "" : "s");
}

static void add_text_row(const struct ww_report *report, const struct ww_lock_row *lock,
			 struct ww_table *table)
{
	const struct ww_lengths *lengths = &lock->lengths;

	ww_table_take(table, name_of(lock));
	ww_table_take(table, g_strdup(lock->kind));
	ww_table_take(table, ww_count_text(lengths->ns->len));
	ww_table_take(table, ww_duration_text(lengths->total_ns));
	ww_table_take(table, ww_duration_text(ww_lengths_rank_ns(lengths, 500)));
	ww_table_take(table, ww_duration_text(ww_lengths_rank_ns(lengths, 990)));
	ww_table_take(table, ww_duration_text(lengths->max_ns));
	ww_table_take(table, ww_count_text(lock->waiters->len));
	ww_table_take(table, ww_count_text(lock->max_queue));
	ww_table_take(table, holders_text(report, lock));
	ww_table_take(table, sites_text(lock));
}

static struct ww_table *new_table(bool is_kernel)
{
	static const char *const titles[][12] = {
		{ "LOCK", "KIND", ">WAITS", ">TOTAL", "?>P50", "?>P99", ">MAX", "?>THREADS",
		  "?>AT ONCE", "HELD MOSTLY BY", "?CALLED AT", NULL },
		{ "LOCK OF THE KERNEL", "KIND", ">WAITS", ">TOTAL", "?>P50", "?>P99", ">MAX",
		  "?>THREADS", "?>AT ONCE", "HELD MOSTLY BY", "?IN", NULL },
	};

	return ww_table_new(titles[is_kernel]);
}

/* The rows of one side. */
static void print_rows(const struct ww_report *report, const GPtrArray *locks, bool is_kernel)
{
	ww_auto(table) table = new_table(is_kernel);
	guint n_all = 0, n_shown = 0;

	for (guint i = 0; i < locks->len; i++) {
		const struct ww_lock_row *lock = locks->pdata[i];

		if (lock->is_kernel != is_kernel)
			continue;
		n_all++;
		if (report->top > 0 && n_shown >= report->top)
			continue;
		n_shown++;
		add_text_row(report, lock, table);
	}
	if (n_all == 0)
		return;
	if (is_kernel && n_all < locks->len)
		fputc('\n', report->text->out);
	ww_table_print(table, report->text);
	ww_report_print_rest(report, n_shown, n_all);
}

static bool run(const struct ww_report *report, GError **error)
{
	const struct ww_filter filter = ww_report_filter(report);
	g_autoptr(GPtrArray) locks = ww_lock_table(report->trace, &filter);

	const size_t n_shown = ww_report_n_shown(report, locks->len);

	for (size_t i = 0; report->rows && i < n_shown; i++)
		write_json(report, locks->pdata[i]);
	if (report->text && locks->len == 0) {
		ww_report_print_nothing(report, "no wait for a lock was recorded");
	} else if (report->text) {
		print_rows(report, locks, false);
		print_rows(report, locks, true);
	}
	return true;
}

const struct ww_view ww_view_locks = {
	.name = "locks",
	.summary = "locks that were waited for, and who held them",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.text_top = 20,
	.run = run,
};

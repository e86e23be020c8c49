// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * allocs: where the allocator was slow, and what happened inside of its calls.
 */
#include "analysis/aggregate/allocs.h"
#include "analysis/report/report.h"

static void add_calls(JsonBuilder *json, const struct ww_allocs *allocs)
{
	json_builder_set_member_name(json, "kernel_calls");
	if (!allocs->knows_calls) {
		json_builder_add_null_value(json);
		return;
	}
	json_builder_begin_object(json);
	for (int call = 0; call < WW_MEMORY_N; call++)
		ww_json_int(json, ww_memory_call_name((enum ww_memory_call)call),
			    (int64_t)allocs->n_calls[call]);
	json_builder_end_object(json);
}

static bool knows_states(const struct ww_report *report)
{
	return ww_trace_info(report->trace)->has_kernel;
}

static void add_times(JsonBuilder *json, const struct ww_report *report,
		      const struct ww_allocs *allocs)
{
	static const struct {
		const char *name;
		enum ww_state state;
	} members[] = {
		{ "running_ns", WW_STATE_RUNNING }, { "runnable_ns", WW_STATE_RUNNABLE },
		{ "blocked_ns", WW_STATE_BLOCKED }, { "stopped_ns", WW_STATE_STOPPED },
		{ "unknown_ns", WW_STATE_UNKNOWN },
	};
	const bool is_known = knows_states(report);

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		ww_json_known_int(json, members[i].name, allocs->state_ns[members[i].state],
				  is_known || members[i].state == WW_STATE_UNKNOWN);
	ww_json_reasons(json, allocs->reason_ns);
	ww_json_known_int(json, "mmap_lock_waits", (int64_t)allocs->n_mmap_lock_waits, is_known);
	ww_json_known_int(json, "mmap_lock_ns", allocs->reason_ns[WW_REASON_MMAP_LOCK], is_known);
}

/* NULL: nobody knows. */
static char *site_text(const struct ww_report *report, const struct ww_allocs *allocs)
{
	return allocs->site == 0 ? NULL
				 : ww_trace_address_text(report->trace, allocs->upid, allocs->site);
}

static void write_json(const struct ww_report *report, const void *row)
{
	const struct ww_allocs *allocs = row;
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_lengths *lengths = &allocs->lengths;
	g_autofree char *site = site_text(report, allocs);

	json_builder_begin_object(json);
	ww_json_text(json, "call", ww_alloc_call_name(allocs->call));
	ww_json_text(json, "site", site);
	ww_json_process(json, "process", report->trace, allocs->upid);
	ww_json_thread(json, "thread", report->trace, allocs->utid);
	ww_json_int(json, "threads", allocs->n_threads);
	ww_json_int(json, "count", lengths->ns->len);
	ww_json_int(json, "bytes", (int64_t)allocs->size_bytes);
	ww_json_int(json, "total_ns", lengths->total_ns);
	ww_json_int(json, "p50_ns", ww_lengths_rank_ns(lengths, 500));
	ww_json_int(json, "p99_ns", ww_lengths_rank_ns(lengths, 990));
	ww_json_int(json, "max_ns", lengths->max_ns);
	ww_json_int(json, "max_at_ns", lengths->max_at_ns);
	ww_json_known_int(json, "page_faults", (int64_t)allocs->n_faults, allocs->knows_faults);
	ww_json_known_int(json, "major_faults", (int64_t)allocs->n_major_faults,
			  allocs->knows_faults);
	add_calls(json, allocs);
	add_times(json, report, allocs);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

/* "3 brk, 1 munmap" */
static char *calls_text(const struct ww_allocs *allocs)
{
	GString *text = g_string_new(NULL);

	if (!allocs->knows_calls)
		g_string_append_c(text, '-');
	for (int call = 0; call < WW_MEMORY_N; call++) {
		g_autofree char *count = ww_count_text(allocs->n_calls[call]);

		if (allocs->n_calls[call] > 0)
			g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", count,
					       ww_memory_call_name((enum ww_memory_call)call));
	}
	return g_string_free(text, false);
}

static char *whose(const struct ww_report *report, const struct ww_allocs *allocs)
{
	if (allocs->utid != WW_UTID_NONE)
		return ww_trace_thread_text(report->trace, allocs->utid);
	return ww_report_process_text(report, allocs->upid);
}

static void take_state(const struct ww_report *report, const struct ww_allocs *allocs,
		       enum ww_state state, struct ww_table *table)
{
	ww_table_take(table, knows_states(report) ? ww_duration_text(allocs->state_ns[state])
						  : g_strdup("-"));
}

static void add_text_row(const struct ww_report *report, const void *row, struct ww_table *table)
{
	const struct ww_allocs *allocs = row;
	char *site = site_text(report, allocs);

	ww_table_take(table, g_strdup(ww_alloc_call_name(allocs->call)));
	ww_table_take(table, site ? site : g_strdup("-"));
	ww_table_take(table, whose(report, allocs));
	ww_table_take(table, ww_count_text(allocs->lengths.ns->len));
	ww_table_take(table, ww_bytes_text(allocs->size_bytes));
	ww_table_take(table, ww_duration_text(allocs->lengths.total_ns));
	ww_table_take(table, ww_duration_text(allocs->lengths.max_ns));
	take_state(report, allocs, WW_STATE_RUNNING, table);
	take_state(report, allocs, WW_STATE_BLOCKED, table);
	take_state(report, allocs, WW_STATE_RUNNABLE, table);
	ww_table_take(table, knows_states(report)
				     ? ww_duration_text(allocs->reason_ns[WW_REASON_MMAP_LOCK])
				     : g_strdup("-"));
	ww_table_take(table,
		      allocs->knows_faults ? ww_count_text(allocs->n_faults) : g_strdup("-"));
	ww_table_take(table, calls_text(allocs));
}

static void print_notes(const struct ww_report *report, const GPtrArray *all, size_t n_shown)
{
	bool lacks_calls = false;

	for (guint i = 0; i < all->len; i++)
		lacks_calls |= !((const struct ww_allocs *)all->pdata[i])->knows_calls;
	if (lacks_calls)
		ww_text_paragraph(report->text, "", 0,
				  "Which system calls an allocator makes is in a trace of "
				  "trace-record --syscalls all.");
}

static const char *const titles[] = { "CALL",          "AT",      "OF",          ">TIMES",
				      ">SIZE",         ">TOTAL",  ">MAX",        "?>RUNNING",
				      "?>BLOCKED",     "?>READY", "?>MMAP LOCK", ">FAULTS",
				      "?KERNEL CALLS", NULL };

static const struct ww_row_writer writer = {
	.titles = titles,
	.nothing = "no slow call of the allocator was recorded",
	.write_json = write_json,
	.add_text_row = add_text_row,
	.print_notes = print_notes,
};

static bool run(const struct ww_report *report, GError **error)
{
	const struct ww_filter filter = ww_report_filter(report);
	g_autoptr(GPtrArray) all =
		ww_allocs_collect(report->trace, &filter, report->thread != NULL);

	ww_report_rows(report, all, &writer);
	return true;
}

const struct ww_view ww_view_allocs = {
	.name = "allocs",
	.summary = "where the allocator was slow, and what happened meanwhile",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.text_top = 20,
	.run = run,
};

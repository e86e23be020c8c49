// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * latency: how long threads were ready before they ran, as a distribution.
 *
 * The histogram has 32 buckets per power of two, so a bucket is at most 3 % wide.
 */
#include "analysis/explain/lengths.h"
#include "analysis/report/report.h"

#define BUCKET_BITS 5

struct latency {
	uint32_t utid; /* WW_UTID_NONE: all of them */
	struct ww_lengths lengths;
	uint64_t n_censored;
};

static void clear_latency(void *data)
{
	struct latency *latency = data;

	ww_lengths_clear(&latency->lengths);
}

static struct latency latency_of(uint32_t utid)
{
	struct latency latency = { .utid = utid };

	ww_lengths_init(&latency.lengths);
	return latency;
}

static void add_wait(struct latency *latency, const struct ww_interval *wait)
{
	if (wait->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT))
		latency->n_censored++;
	else
		ww_lengths_add(&latency->lengths, wait->span);
}

static int compare_latencies(const void *a_data, const void *b_data)
{
	const struct latency *a = a_data, *b = b_data;

	if (a->lengths.total_ns != b->lengths.total_ns)
		return a->lengths.total_ns > b->lengths.total_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

/* The row of all threads first, then by total time. */
static GArray *measure(const struct ww_report *report)
{
	g_autoptr(GArray) utids = ww_report_threads(report);
	GArray *latencies = g_array_new(false, false, sizeof(struct latency));
	struct latency all = latency_of(WW_UTID_NONE);

	g_array_set_clear_func(latencies, clear_latency);
	for (guint i = 0; i < utids->len; i++) {
		struct latency latency = latency_of(g_array_index(utids, uint32_t, i));
		struct ww_lane lane = { WW_LANE_THREAD, latency.utid };
		struct ww_interval_iter iter;
		struct ww_interval wait;

		ww_interval_iter_init(&iter, report->trace, lane, report->span);
		while (ww_interval_iter_next(&iter, &wait)) {
			if (wait.state != WW_STATE_RUNNABLE ||
			    ww_span_length_ns(wait.span) < report->min_ns)
				continue;
			add_wait(&latency, &wait);
			add_wait(&all, &wait);
		}
		ww_lengths_sort(&latency.lengths);
		g_array_append_val(latencies, latency);
	}
	ww_lengths_sort(&all.lengths);
	g_array_sort(latencies, compare_latencies);
	g_array_prepend_val(latencies, all);
	return latencies;
}

/* The exclusive upper bound of the bucket that holds @ns. */
static int64_t bucket_upper_ns(int64_t ns)
{
	unsigned int n_bits = ns == 0 ? 0 : 64 - (unsigned int)__builtin_clzll((uint64_t)ns);
	unsigned int shift = n_bits > BUCKET_BITS + 1 ? n_bits - BUCKET_BITS - 1 : 0;

	return ((ns >> shift) + 1) << shift;
}

static void add_histogram(JsonBuilder *json, const GArray *lengths_ns)
{
	guint i = 0;

	json_builder_set_member_name(json, "histogram");
	json_builder_begin_array(json);
	while (i < lengths_ns->len) {
		int64_t upper_ns = bucket_upper_ns(g_array_index(lengths_ns, int64_t, i));
		guint first = i;

		while (i < lengths_ns->len && g_array_index(lengths_ns, int64_t, i) < upper_ns)
			i++;
		json_builder_begin_array(json);
		json_builder_add_int_value(json, upper_ns);
		json_builder_add_int_value(json, i - first);
		json_builder_end_array(json);
	}
	json_builder_end_array(json);
}

static void write_json(const struct ww_report *report, const struct latency *latency)
{
	JsonBuilder *json = ww_json_rows_builder(report->rows);
	const struct ww_lengths *lengths = &latency->lengths;
	bool has_any = lengths->ns->len > 0;

	json_builder_begin_object(json);
	ww_json_thread(json, "thread", report->trace, latency->utid);
	ww_json_int(json, "count", lengths->ns->len);
	ww_json_int(json, "total_ns", lengths->total_ns);
	ww_json_known_int(json, "p50_ns", ww_lengths_rank_ns(lengths, 500), has_any);
	ww_json_known_int(json, "p90_ns", ww_lengths_rank_ns(lengths, 900), has_any);
	ww_json_known_int(json, "p99_ns", ww_lengths_rank_ns(lengths, 990), has_any);
	ww_json_known_int(json, "p999_ns", ww_lengths_rank_ns(lengths, 999), has_any);
	ww_json_known_int(json, "max_ns", lengths->max_ns, has_any);
	ww_json_known_int(json, "max_at_ns", lengths->max_at_ns, has_any);
	add_histogram(json, lengths->ns);
	ww_json_int(json, "censored", (int64_t)latency->n_censored);
	json_builder_end_object(json);
	ww_json_rows_add(report->rows);
}

static void add_text_row(const struct ww_report *report, const struct latency *latency,
			 struct ww_table *table)
{
	static const unsigned int ranks[] = { 500, 900, 990, 999, 1000 };
	const struct ww_lengths *lengths = &latency->lengths;

	ww_table_take(table, latency->utid == WW_UTID_NONE
				     ? g_strdup("all of them")
				     : ww_trace_thread_text(report->trace, latency->utid));
	ww_table_take(table, ww_count_text(lengths->ns->len));
	ww_table_take(table, ww_duration_text(lengths->total_ns));
	for (size_t i = 0; i < G_N_ELEMENTS(ranks); i++) {
		int64_t ns = ww_lengths_rank_ns(lengths, ranks[i]);

		ww_table_take(table, ns < 0 ? g_strdup("-") : ww_duration_text(ns));
	}
	ww_table_take(table,
		      lengths->max_at_ns < 0 ? g_strdup("-") : ww_instant_text(lengths->max_at_ns));
}

static bool run(const struct ww_report *report, GError **error)
{
	static const char *const titles[] = { "READY", ">TIMES", ">TOTAL", ">P50",    ">P90",
					      ">P99",  ">P99.9", ">MAX",   ">MAX AT", NULL };
	g_autoptr(GArray) latencies = measure(report);
	ww_auto(table) table = ww_table_new(titles);
	size_t n_rows = report->top > 0 ? MIN(report->top + 1, latencies->len) : latencies->len;

	for (guint i = 0; i < n_rows; i++) {
		const struct latency *latency = &g_array_index(latencies, struct latency, i);

		if (report->rows)
			write_json(report, latency);
		else
			add_text_row(report, latency, table);
	}
	if (report->text)
		ww_table_print(table, report->text);
	return true;
}

const struct ww_view ww_view_latency = {
	.name = "latency",
	.summary = "how long threads were ready before they ran",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.run = run,
};

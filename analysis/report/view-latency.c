// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * latency: how long threads were ready before they ran, as a distribution.
 *
 * The histogram has 32 buckets per power of two, so a bucket is at most 3 % wide.
 */
#include "analysis/aggregate/latency.h"
#include "analysis/report/report.h"

#define BUCKET_BITS 5
#define BAR_WIDTH 40 /* columns */

static GArray *measure(const struct ww_report *report)
{
	const struct ww_filter filter = ww_report_filter(report);

	return ww_latencies(report->trace, &filter);
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

static void write_json(const struct ww_report *report, const struct ww_latency *latency)
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

/* 0, 1, 2, 5, 10, 20, 50, ... */
static int64_t next_step_ns(int64_t ns)
{
	int64_t power = 1;

	if (ns == 0)
		return 1;
	while (power <= ns / 10)
		power *= 10;
	return ns < 2 * power ? 2 * power : ns < 5 * power ? 5 * power : 10 * power;
}

static int64_t first_step_ns(int64_t ns)
{
	int64_t step_ns = 0;

	while (next_step_ns(step_ns) <= ns)
		step_ns = next_step_ns(step_ns);
	return step_ns;
}

/* In eighths of a column where the terminal has signs for them; something is never nothing. */
static char *bar(uint64_t n, uint64_t n_most)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	const uint64_t length = n > 0 ? MAX(n * 8 * BAR_WIDTH / n_most, 1) : 0;
	GString *text = g_string_new(NULL);

	if (!g_get_charset(NULL)) {
		for (uint64_t i = 0; i < (length + 7) / 8; i++)
			g_string_append_c(text, '#');
		return g_string_free(text, false);
	}
	for (uint64_t i = 0; i < length / 8; i++)
		g_string_append(text, "█");
	g_string_append(text, eighths[length % 8]);
	return g_string_free(text, false);
}

/* How many are shorter than @ns. */
static guint n_below(const GArray *lengths_ns, int64_t ns)
{
	guint low = 0, high = lengths_ns->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(lengths_ns, int64_t, middle) < ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct step {
	int64_t from_ns, to_ns;
	guint n;
};

static GArray *steps_of(const GArray *lengths_ns)
{
	GArray *steps = g_array_new(false, false, sizeof(struct step));
	struct step step = { 0 };

	step.to_ns = first_step_ns(g_array_index(lengths_ns, int64_t, 0));
	while (n_below(lengths_ns, step.to_ns) < lengths_ns->len) {
		step.from_ns = step.to_ns;
		step.to_ns = next_step_ns(step.from_ns);
		step.n = n_below(lengths_ns, step.to_ns) - n_below(lengths_ns, step.from_ns);
		g_array_append_val(steps, step);
	}
	return steps;
}

static void draw_histogram(const struct ww_text *text, const GArray *lengths_ns)
{
	static const char *const titles[] = { ">READY FROM", ">TO", ">TIMES", "", NULL };
	ww_auto(table) table = ww_table_new(titles);
	g_autoptr(GArray) steps = NULL;
	guint n_most = 0;

	if (lengths_ns->len == 0)
		return;
	steps = steps_of(lengths_ns);
	for (guint i = 0; i < steps->len; i++)
		n_most = MAX(n_most, g_array_index(steps, struct step, i).n);
	for (guint i = 0; i < steps->len; i++) {
		const struct step *step = &g_array_index(steps, struct step, i);

		ww_table_take(table, ww_duration_text(step->from_ns));
		ww_table_take(table, ww_duration_text(step->to_ns));
		ww_table_take(table, ww_count_text(step->n));
		ww_table_take(table, bar(step->n, n_most));
	}
	fputc('\n', text->out);
	ww_table_print(table, text);
}

static void add_text_row(const struct ww_report *report, const struct ww_latency *latency,
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
	static const char *const titles[] = { "!READY", ">TIMES",  ">TOTAL", "?>P50",   "?>P90",
					      ">P99",   "?>P99.9", ">MAX",   ">MAX AT", NULL };
	g_autoptr(GArray) latencies = measure(report);
	ww_auto(table) table = ww_table_new(titles);
	size_t n_rows = report->top > 0 ? MIN(report->top + 1, latencies->len) : latencies->len;

	for (guint i = 0; i < n_rows; i++) {
		const struct ww_latency *latency = &g_array_index(latencies, struct ww_latency, i);

		if (report->rows)
			write_json(report, latency);
		else
			add_text_row(report, latency, table);
	}
	if (!report->text)
		return true;
	ww_table_print(table, report->text);
	draw_histogram(report->text, g_array_index(latencies, struct ww_latency, 0).lengths.ns);
	return true;
}

const struct ww_view ww_view_latency = {
	.name = "latency",
	.summary = "how long threads were ready before they ran",
	.options = WW_REPORT_THREAD | WW_REPORT_PROCESS | WW_REPORT_SPAN | WW_REPORT_MIN |
		   WW_REPORT_TOP,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/aggregate/latency.h"

#include "analysis/explain/workers.h"

#define PIECE_THREADS 16u

struct measure {
	const struct ww_trace *trace;
	const struct ww_filter *filter;
	GArray *latencies; /* struct ww_latency, of each thread */
};

static void clear_latency(void *data)
{
	struct ww_latency *latency = data;

	ww_lengths_clear(&latency->lengths);
}

static void add_thread(GArray *latencies, uint32_t utid)
{
	struct ww_latency latency = { .utid = utid };

	ww_lengths_init(&latency.lengths);
	g_array_append_val(latencies, latency);
}

static void find_threads(const struct measure *measure)
{
	const struct ww_filter *filter = measure->filter;

	for (uint32_t utid = 0; utid < ww_trace_info(measure->trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(measure->trace, utid);

		if (filter->wants_thread(thread, filter->data) &&
		    ww_span_overlaps(thread->life, filter->span))
			add_thread(measure->latencies, utid);
	}
}

static void measure_thread(const struct measure *measure, struct ww_latency *latency)
{
	const struct ww_filter *filter = measure->filter;
	const struct ww_lane lane = { WW_LANE_THREAD, latency->utid };
	struct ww_interval_iter iter;
	struct ww_interval wait;

	ww_interval_iter_init(&iter, measure->trace, lane, filter->span);
	while (ww_interval_iter_next(&iter, &wait)) {
		if (wait.state != WW_STATE_RUNNABLE ||
		    ww_span_length_ns(wait.span) < filter->min_ns)
			continue;
		if (wait.flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT))
			latency->n_censored++;
		else
			ww_lengths_add(&latency->lengths, wait.span);
	}
	ww_lengths_sort(&latency->lengths);
}

static void measure_threads(guint piece, guint worker, void *data)
{
	const struct measure *measure = data;
	const guint end = MIN(measure->latencies->len, (piece + 1) * PIECE_THREADS);

	for (guint i = piece * PIECE_THREADS; i < end; i++)
		measure_thread(measure, &g_array_index(measure->latencies, struct ww_latency, i));
}

static void add_to_all(struct ww_latency *all, const struct ww_latency *one)
{
	struct ww_lengths *sum = &all->lengths;
	const struct ww_lengths *lengths = &one->lengths;
	const bool is_longest =
		lengths->max_ns > sum->max_ns ||
		(lengths->max_ns == sum->max_ns && lengths->max_at_ns < sum->max_at_ns);

	all->n_censored += one->n_censored;
	if (lengths->ns->len == 0)
		return;
	g_array_append_vals(sum->ns, lengths->ns->data, lengths->ns->len);
	sum->total_ns += lengths->total_ns;
	if (is_longest) {
		sum->max_ns = lengths->max_ns;
		sum->max_at_ns = lengths->max_at_ns;
	}
}

static int by_total(const void *pa, const void *pb)
{
	const struct ww_latency *a = pa, *b = pb;

	if (a->lengths.total_ns != b->lengths.total_ns)
		return a->lengths.total_ns > b->lengths.total_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

GArray *ww_latencies(const struct ww_trace *trace, const struct ww_filter *filter)
{
	GArray *latencies = g_array_new(false, false, sizeof(struct ww_latency));
	struct measure measure = { trace, filter, latencies };
	struct ww_latency all = { .utid = WW_UTID_NONE };
	guint n_pieces;

	g_array_set_clear_func(latencies, clear_latency);
	find_threads(&measure);
	n_pieces = (latencies->len + PIECE_THREADS - 1) / PIECE_THREADS;
	ww_workers_run(ww_workers_for(n_pieces), n_pieces, measure_threads, &measure);
	ww_lengths_init(&all.lengths);
	for (guint i = 0; i < latencies->len; i++)
		add_to_all(&all, &g_array_index(latencies, struct ww_latency, i));
	ww_lengths_sort(&all.lengths);
	g_array_sort(latencies, by_total);
	g_array_prepend_val(latencies, all);
	return latencies;
}

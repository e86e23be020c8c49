// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/concurrency.h"

struct edge {
	int64_t at_ns;
	int change;
};

static int by_time(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return a->change - b->change;
}

static void add_edges(GArray *edges, const struct ww_trace *trace, struct ww_span span,
		      uint32_t utid)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const struct ww_span inside = ww_span_intersect(interval.span, span);
		const struct edge both[] = { { inside.begin_ns, 1 }, { inside.end_ns, -1 } };

		if (interval.state == WW_STATE_RUNNING)
			g_array_append_vals(edges, both, 2);
	}
}

struct ww_concurrency ww_concurrency_of(const struct ww_trace *trace, struct ww_span span,
					const GArray *utids)
{
	g_autoptr(GArray) edges = g_array_new(false, false, sizeof(struct edge));
	struct ww_concurrency concurrency = { 0 };
	int64_t since_ns = span.begin_ns;
	int n_running = 0;

	for (guint i = 0; i < utids->len; i++)
		add_edges(edges, trace, span, g_array_index(utids, uint32_t, i));
	g_array_sort(edges, by_time);
	for (guint i = 0; i < edges->len; i++) {
		const struct edge *edge = &g_array_index(edges, struct edge, i);
		const int64_t ns = edge->at_ns - since_ns;

		concurrency.any_ns += n_running >= 1 ? ns : 0;
		concurrency.several_ns += n_running >= 2 ? ns : 0;
		since_ns = edge->at_ns;
		n_running += edge->change;
	}
	return concurrency;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/steal.h"

static bool is_of_thread(enum ww_cause cause)
{
	return cause == WW_CAUSE_OUTRANKED || cause == WW_CAUSE_SHARED ||
	       cause == WW_CAUSE_NOT_PREEMPTED;
}

/* Of @n, what @share has of @all. */
static int64_t portion(int64_t n, int64_t share, int64_t all)
{
	return (int64_t)((__int128)n * share / all);
}

/* @stolen_ns were stolen inside @period. */
static void spread(GArray *slices, struct ww_span period, int64_t stolen_ns)
{
	const int64_t length_ns = ww_span_length_ns(period);

	stolen_ns = MIN(stolen_ns, length_ns);
	for (guint i = 0; i < slices->len; i++) {
		struct ww_slice *slice = &g_array_index(slices, struct ww_slice, i);
		const int64_t inside_ns = ww_span_length_ns(ww_span_intersect(slice->span, period));

		if (is_of_thread(slice->part.cause) && inside_ns > 0)
			slice->stolen_ns += portion(stolen_ns, inside_ns, length_ns);
	}
}

static struct ww_span whole(const GArray *slices)
{
	return (struct ww_span){
		g_array_index(slices, struct ww_slice, 0).span.begin_ns,
		g_array_index(slices, struct ww_slice, slices->len - 1).span.end_ns,
	};
}

void ww_steal_from(const struct ww_trace *trace, uint16_t cpu, GArray *slices)
{
	const struct ww_span span = slices->len > 0 ? whole(slices) : (struct ww_span){ 0 };
	struct ww_steal before;
	bool has_before = ww_query_steal_at(trace, cpu, span.begin_ns, &before);
	g_autoptr(GArray) totals = ww_query_steal(
		trace, cpu, (struct ww_span){ span.begin_ns + 1, span.end_ns + WW_STEAL_READ_NS });

	for (guint i = 0; i < totals->len; i++) {
		const struct ww_steal now = g_array_index(totals, struct ww_steal, i);
		const int64_t t_ns = now.span.begin_ns;

		if (has_before && now.total_ns > before.total_ns)
			spread(slices,
			       (struct ww_span){ MAX(before.span.begin_ns, t_ns - WW_STEAL_READ_NS),
						 t_ns },
			       now.total_ns - before.total_ns);
		before = now;
		has_before = true;
	}
}

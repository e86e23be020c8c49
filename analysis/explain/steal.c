// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/steal.h"

/* Of @n, what @share has of @all. */
static int64_t portion(int64_t n, int64_t share, int64_t all)
{
	return (int64_t)((__int128)n * share / all);
}

/* A total was read @before and is read @now. */
static void add_theft(const struct ww_steal *before, const struct ww_steal *now, GArray *thefts)
{
	const int64_t t_ns = now->span.begin_ns;
	struct ww_theft theft = {
		.span = { MAX(before->span.begin_ns, t_ns - WW_STEAL_READ_NS), t_ns },
	};

	if (now->total_ns <= before->total_ns || theft.span.begin_ns >= t_ns)
		return;
	theft.stolen_ns = MIN(now->total_ns - before->total_ns, ww_span_length_ns(theft.span));
	g_array_append_val(thefts, theft);
}

GArray *ww_thefts(const struct ww_trace *trace, uint16_t cpu, struct ww_span span)
{
	struct ww_steal before;
	bool has_before = ww_query_steal_at(trace, cpu, span.begin_ns, &before);
	g_autoptr(GArray) totals = ww_query_steal(
		trace, cpu, (struct ww_span){ span.begin_ns + 1, span.end_ns + WW_STEAL_READ_NS });
	GArray *thefts = g_array_new(false, false, sizeof(struct ww_theft));

	for (guint i = 0; i < totals->len; i++) {
		const struct ww_steal now = g_array_index(totals, struct ww_steal, i);

		if (has_before)
			add_theft(&before, &now, thefts);
		before = now;
		has_before = true;
	}
	return thefts;
}

/* The first that ends behind @t_ns. */
static guint first_behind(const GArray *thefts, int64_t t_ns)
{
	guint low = 0, high = thefts->len;

	while (low < high) {
		const guint middle = low + (high - low) / 2;

		if (g_array_index(thefts, struct ww_theft, middle).span.end_ns <= t_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t ww_stolen_ns(const GArray *thefts, struct ww_span span)
{
	int64_t stolen_ns = 0;

	for (guint i = first_behind(thefts, span.begin_ns); i < thefts->len; i++) {
		const struct ww_theft *theft = &g_array_index(thefts, struct ww_theft, i);
		const struct ww_span both = ww_span_intersect(theft->span, span);

		if (theft->span.begin_ns >= span.end_ns)
			break;
		stolen_ns += portion(theft->stolen_ns, ww_span_length_ns(both),
				     ww_span_length_ns(theft->span));
	}
	return stolen_ns;
}

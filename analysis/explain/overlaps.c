// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/overlaps.h"

/* One span more, or one less. */
struct step {
	int64_t at_ns;
	int32_t change;
};

GArray *ww_overlaps_new(void)
{
	return g_array_new(false, false, sizeof(struct step));
}

void ww_overlaps_add(GArray *overlaps, struct ww_span span)
{
	const struct step both[] = { { span.begin_ns, 1 }, { span.end_ns, -1 } };

	if (ww_span_length_ns(span) > 0)
		g_array_append_vals(overlaps, both, 2);
}

void ww_overlaps_add_thread(GArray *overlaps, const struct ww_trace *trace, uint32_t utid,
			    struct ww_span span, unsigned int states)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_interval_iter_next(&iter, &interval))
		if (states & 1u << interval.state)
			ww_overlaps_add(overlaps, ww_span_intersect(interval.span, span));
}

static int by_time(const void *pa, const void *pb)
{
	const struct step *a = pa, *b = pb;

	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return a->change - b->change;
}

void ww_overlaps_sort(GArray *overlaps)
{
	g_array_sort(overlaps, by_time);
}

uint32_t ww_overlaps_most(const GArray *overlaps)
{
	int32_t n = 0, most = 0;

	for (guint i = 0; i < overlaps->len; i++) {
		n += g_array_index(overlaps, struct step, i).change;
		most = MAX(most, n);
	}
	return (uint32_t)most;
}

int64_t ww_overlaps_ns(const GArray *overlaps, uint32_t n_wanted)
{
	int64_t ns = 0, since_ns = 0;
	int32_t n = 0;

	for (guint i = 0; i < overlaps->len; i++) {
		const struct step *step = &g_array_index(overlaps, struct step, i);

		if (n >= (int32_t)n_wanted)
			ns += step->at_ns - since_ns;
		since_ns = step->at_ns;
		n += step->change;
	}
	return ns;
}

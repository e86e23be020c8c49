// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/steal.h"

static bool is_of_thread(enum ww_cause cause)
{
	return cause == WW_CAUSE_OUTRANKED || cause == WW_CAUSE_SHARED ||
	       cause == WW_CAUSE_NOT_PREEMPTED;
}

/* @n of @whole as @share has it of @all; all of them are at most a day, so nothing overflows. */
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

void ww_steal_from(const struct ww_trace *trace, uint16_t cpu, GArray *slices)
{
	const int64_t begin_ns =
		slices->len > 0 ? g_array_index(slices, struct ww_slice, 0).span.begin_ns : 0;
	struct ww_row_iter iter;
	struct ww_track_row row;
	uint64_t total_ns = 0;
	int64_t read_ns = -1;

	ww_row_iter_init(&iter, trace, WW_TRACK_STEAL, cpu,
			 (struct ww_span){ INT64_MIN, INT64_MAX });
	while (slices->len > 0 && ww_row_iter_next(&iter, &row)) {
		const uint64_t now_ns = row.fields[WW_ROW_STEAL_TOTAL_NS];
		const struct ww_span period = { MAX(read_ns, row.span.begin_ns - WW_STEAL_READ_NS),
						row.span.begin_ns };

		if (read_ns >= 0 && now_ns > total_ns && period.end_ns > begin_ns)
			spread(slices, period, (int64_t)MIN(now_ns - total_ns, INT64_MAX));
		total_ns = now_ns;
		read_ns = row.span.begin_ns;
	}
}

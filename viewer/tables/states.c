// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * States: everything that one lane did, interval by interval. The picture of the lane in words.
 *
 * A thread may have millions of intervals: they are asked for one by one, when they come onto the
 * screen. Those of a CPU have no numbers to ask by; the first ones are kept.
 */
#include "viewer/app/i18n.h"
#include "viewer/tables/kinds.h"
#include "viewer/view/text.h"

#define THREAD_ROWS_MAX 20000000 /* more than that many rows are too high for a window system */
#define CPU_ROWS_MAX 200000

G_STATIC_ASSERT(sizeof(struct ww_interval) <= WW_LISTING_ROW_BYTES);

/* The places of the first and last interval of a thread that overlap the span. */
static bool find_ends(const struct ww_listing *listing, uint32_t *first, uint32_t *last)
{
	const unsigned int any = (1u << WW_STATE_N) - 1;
	const struct ww_lane lane = listing->scope.lane;
	const struct ww_span span = listing->scope.span;
	struct ww_interval begin, end;
	struct ww_wait_ref a, b;

	if (!ww_query_at(listing->trace, lane, span.begin_ns, &begin) &&
	    !ww_query_next(listing->trace, lane, span.begin_ns, any, &begin))
		return false;
	if (!ww_query_at(listing->trace, lane, span.end_ns - 1, &end) &&
	    !ww_query_previous(listing->trace, lane, span.end_ns, any, &end))
		return false;
	if (!ww_query_wait_at(listing->trace, lane.index, begin.span.begin_ns, &a) ||
	    !ww_query_wait_at(listing->trace, lane.index, end.span.begin_ns, &b) ||
	    b.index < a.index)
		return false;
	*first = a.index;
	*last = b.index;
	return true;
}

static void number_thread(struct ww_listing *listing)
{
	uint32_t last;

	if (!find_ends(listing, &listing->first, &last))
		return;
	listing->n_rows = MIN(last - listing->first + 1, THREAD_ROWS_MAX);
	if (listing->n_rows == THREAD_ROWS_MAX)
		listing->note = g_strdup(_("the first 20 million; select an area to see others"));
}

static void keep_cpu(struct ww_listing *listing, GCancellable *cancellable)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;

	listing->rows = g_array_new(FALSE, FALSE, sizeof(struct ww_interval));
	ww_interval_iter_init(&iter, listing->trace, listing->scope.lane, listing->scope.span);
	while (ww_interval_iter_next(&iter, &interval) &&
	       !g_cancellable_is_cancelled(cancellable)) {
		if (listing->rows->len == CPU_ROWS_MAX) {
			listing->note =
				g_strdup(_("the first 200,000; select an area to see others"));
			return;
		}
		g_array_append_val(listing->rows, interval);
	}
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	const struct ww_lane lane = listing->scope.lane;

	if (lane.kind == WW_LANE_CPU)
		keep_cpu(listing, cancellable);
	else if (lane.index < ww_trace_info(listing->trace)->n_threads)
		number_thread(listing);
}

static bool row_at(const struct ww_listing *listing, uint32_t i, void *space)
{
	const struct ww_wait_ref ref = { listing->scope.lane.index, listing->first + i };

	return ww_query_wait(listing->trace, ref, space);
}

static bool find_cpu(const struct ww_listing *listing, const struct ww_selection *selection,
		     uint32_t *place)
{
	guint low = 0, high = listing->rows->len;

	while (low < high) {
		const guint middle = low + (high - low) / 2;

		if (g_array_index(listing->rows, struct ww_interval, middle).span.end_ns <=
		    selection->span.begin_ns)
			low = middle + 1;
		else
			high = middle;
	}
	*place = low;
	return low < listing->rows->len;
}

static bool find(const struct ww_listing *listing, const struct ww_selection *selection,
		 uint32_t *i)
{
	struct ww_wait_ref ref;

	if (!ww_lane_is_equal(selection->lane, listing->scope.lane))
		return false;
	if (listing->rows)
		return find_cpu(listing, selection, i);
	if (!ww_query_wait_at(listing->trace, selection->lane.index, selection->span.begin_ns,
			      &ref) ||
	    ref.index < listing->first || ref.index - listing->first >= listing->n_rows)
		return false;
	*i = ref.index - listing->first;
	return true;
}

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct ww_interval *interval = row;

	return (struct ww_target){
		.kind = WW_TARGET_INTERVAL,
		.lane = listing->scope.lane,
		.span = { interval->span.begin_ns, interval->span.begin_ns },
	};
}

static const struct ww_listing_column columns[] = {
	{ N_("Begin"), 11, false, ww_cell_begin, ww_key_begin },
	{ N_("Length"), 9, false, ww_cell_length, ww_key_length },
	{ N_("State"), 18, false, ww_cell_state, NULL },
	{ N_("Reason"), 18, true, ww_cell_reason, NULL },
	{ N_("Object"), 16, true, ww_cell_object, NULL },
	{ N_("Woken by"), 18, true, ww_cell_waker, NULL },
};

const struct ww_listing_kind ww_listing_states = {
	.id = "states",
	.title = N_("States"),
	.empty = N_("Select a lane to read what it did"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.is_of_lane = true,
	.follows = true,
	.compute = compute,
	.row = row_at,
	.find = find,
	.target = target,
};

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/lane-data.h"

/* Up to so many lanes a group has a column for each pixel. */
#define LANES_FINE 8
/* Beyond, its cost stays that of about this many lanes, until columns become too few. */
#define LANES_COARSE 48
#define COLUMNS_MIN 256
/* What is left and right of a state may take a little of its pixels' shares. */
#define SHARE_FULL 250
#define STEPS_MAX 32
/* From so many intervals a pixel of a CPU on, this many pixels show one of them. */
#define INTERVALS_DENSE 12
#define PX_DENSE 4

/*
 * The first interval of running that ends after @t_ns. @interval: the one that came last.
 * Neighbours are stepped over, because an interval that is asked for by its time costs as much as
 * thirty steps; where many are in between, it is asked for.
 */
static bool find_running(struct ww_interval_iter *iter, int64_t t_ns, struct ww_interval *interval)
{
	int n_steps = 0;

	while (interval->span.end_ns <= t_ns || interval->state != WW_STATE_RUNNING) {
		if (n_steps++ == STEPS_MAX)
			ww_interval_iter_init(iter, iter->trace, iter->lane,
					      (struct ww_span){ t_ns, iter->span.end_ns });
		if (!ww_interval_iter_next(iter, interval))
			return false;
	}
	return true;
}

static uint32_t interval_index(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, lane, (struct ww_span){ t_ns, INT64_MAX });
	return ww_interval_iter_next(&iter, &interval) ? ww_interval_iter_index(&iter) : 0;
}

/* How many pixels show the same thread: one, unless each has so many that any is as good. */
static uint32_t pixels_a_thread(const struct ww_trace *trace, struct ww_lane lane,
				struct ww_span span, uint32_t n_px)
{
	const uint32_t first = interval_index(trace, lane, span.begin_ns);
	const uint32_t last = interval_index(trace, lane, span.end_ns - 1);

	return last / INTERVALS_DENSE >= first / INTERVALS_DENSE + n_px ? PX_DENSE : 1;
}

/* The first thread that runs in each pixel; how much of it is in the pixels' shares. */
static uint32_t *find_utids(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
			    const struct ww_pixel *pixels, uint32_t n_px)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;
	const uint32_t step_px = pixels_a_thread(trace, lane, span, n_px);
	uint32_t *utids = g_new(uint32_t, n_px);
	struct ww_interval interval = { .span.end_ns = INT64_MIN };
	struct ww_interval_iter iter;
	bool is_more = true;

	ww_interval_iter_init(&iter, trace, lane, span);
	for (uint32_t x = 0; x < n_px; x++) {
		if (x % step_px == 0 && is_more)
			is_more = find_running(&iter, span.begin_ns + (int64_t)(x * ns_per_px),
					       &interval);
		utids[x] = is_more && pixels[x].share[WW_STATE_RUNNING] > 0 ? interval.utid
									    : WW_UTID_NONE;
	}
	return utids;
}

uint32_t ww_lane_data_n_columns(uint32_t n_lanes, uint32_t n_px)
{
	const uint32_t coarseness = 2 + n_lanes / LANES_COARSE;

	if (n_lanes <= LANES_FINE)
		return n_px;
	return MIN(MAX(n_px / coarseness, COLUMNS_MIN), n_px);
}

struct ww_lane_data *ww_lane_data_new(const struct ww_trace *trace, bool is_group,
				      const struct ww_lane *lanes, uint32_t n_lanes,
				      struct ww_span span, uint32_t n_px)
{
	struct ww_lane_data *data = g_new0(struct ww_lane_data, 1);

	data->span = span;
	data->n_px = n_px;
	if (is_group) {
		data->concurrency = ww_concurrency_new(trace, lanes, n_lanes, span,
						       ww_lane_data_n_columns(n_lanes, n_px));
		return data;
	}
	data->pixels = g_new0(struct ww_pixel, n_px);
	ww_query_pixels(trace, lanes[0], span, n_px, data->pixels);
	if (lanes[0].kind == WW_LANE_CPU)
		data->utids = find_utids(trace, lanes[0], span, data->pixels, n_px);
	return data;
}

void ww_lane_data_free(struct ww_lane_data *data)
{
	if (!data)
		return;
	g_free(data->pixels);
	g_free(data->utids);
	ww_concurrency_free(data->concurrency);
	g_free(data);
}

int64_t ww_lane_data_column(const struct ww_lane_data *data, uint32_t n_columns,
			    struct ww_span span, uint32_t n_px, uint32_t x)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;
	const double from_data_ns =
		(double)(span.begin_ns - data->span.begin_ns) + (x + 0.5) * ns_per_px;
	const double column = from_data_ns * n_columns / (double)ww_span_length_ns(data->span);

	return 0 <= column && column < n_columns ? (int64_t)column : -1;
}

struct ww_lane_data *ww_lane_data_stretch(const struct ww_lane_data *data, struct ww_span span,
					  uint32_t n_px)
{
	struct ww_lane_data *stretched = g_new0(struct ww_lane_data, 1);

	stretched->span = span;
	stretched->n_px = n_px;
	stretched->pixels = g_new0(struct ww_pixel, n_px);
	if (data->utids)
		stretched->utids = g_new(uint32_t, n_px);
	for (uint32_t x = 0; x < n_px; x++) {
		const int64_t column = ww_lane_data_column(data, data->n_px, span, n_px, x);

		if (column >= 0)
			stretched->pixels[x] = data->pixels[column];
		if (data->utids)
			stretched->utids[x] = column < 0 ? WW_UTID_NONE : data->utids[column];
	}
	return stretched;
}

/* The state that has the pixel to itself; WW_STATE_N: none has. */
static int sole_state(const struct ww_pixel *pixel)
{
	int state = 0;

	while (state < WW_STATE_N && pixel->share[state] < SHARE_FULL)
		state++;
	return state;
}

uint32_t ww_lane_data_next_wide(const struct ww_lane_data *data, uint32_t x, uint32_t min_px)
{
	int last = WW_STATE_N;
	uint32_t begin = x;

	for (; x < data->n_px; x++) {
		const int state = sole_state(&data->pixels[x]);

		if (state == WW_STATE_N || state != last)
			begin = x;
		if (state != WW_STATE_N && x - begin + 1 >= min_px)
			return begin;
		last = state;
	}
	return data->n_px;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/lane-data.h"

/* Up to so many lanes a group has a column for each pixel. */
#define LANES_FINE 8
/* Beyond, its cost stays that of about this many lanes, until columns become too few. */
#define LANES_COARSE 48
#define COLUMNS_MIN 256
/* What is left and right of a state may take a little of its pixels' shares. */
#define SHARE_FULL 250

/* The first thread that runs in each pixel; how much of it is in the pixels' shares. */
static uint32_t *find_utids(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
			    const struct ww_pixel *pixels, uint32_t n_px)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;
	uint32_t *utids = g_new(uint32_t, n_px);
	struct ww_interval interval = { 0 };

	for (uint32_t x = 0; x < n_px; x++) {
		const int64_t t_ns = span.begin_ns + (int64_t)(x * ns_per_px);

		utids[x] = WW_UTID_NONE;
		if (pixels[x].share[WW_STATE_RUNNING] == 0)
			continue;
		if (!ww_span_contains(interval.span, t_ns) &&
		    !(ww_query_at(trace, lane, t_ns, &interval) &&
		      interval.state == WW_STATE_RUNNING) &&
		    !ww_query_next(trace, lane, t_ns, 1u << WW_STATE_RUNNING, &interval))
			continue;
		if (interval.state == WW_STATE_RUNNING)
			utids[x] = interval.utid;
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

void ww_lane_data_stretch(const struct ww_lane_data *data, struct ww_span span, uint32_t n_px,
			  struct ww_pixel *pixels, uint32_t *utids)
{
	for (uint32_t x = 0; x < n_px; x++) {
		const int64_t column = ww_lane_data_column(data, data->n_px, span, n_px, x);

		pixels[x] = column < 0 ? (struct ww_pixel){ { 0 } } : data->pixels[column];
		if (data->utids)
			utids[x] = column < 0 ? WW_UTID_NONE : data->utids[column];
	}
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

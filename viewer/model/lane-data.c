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
/* Neighbouring pixels of a CPU, and from how many intervals in them on they are too many to tell.
 */
#define PX_TOGETHER 4
#define INTERVALS_DENSE 64

/* Goes from one thread that runs on a CPU to the next. */
struct runner {
	struct ww_interval_iter iter;
	struct ww_interval interval; /* the one that came last; at first none, long ago */
	bool is_gone;                /* nobody runs any more */
};

/*
 * Goes to the first thread that runs after @t_ns, never back. Neighbours are stepped over, because
 * an interval that is asked for by its time costs as much as thirty steps; where many are in
 * between, it is asked for.
 */
static void go_to(struct runner *runner, int64_t t_ns)
{
	struct ww_interval_iter *iter = &runner->iter;
	int n_steps = 0;

	while (!runner->is_gone && (runner->interval.span.end_ns <= t_ns ||
				    runner->interval.state != WW_STATE_RUNNING)) {
		if (n_steps++ == STEPS_MAX)
			ww_interval_iter_init(iter, iter->trace, iter->lane,
					      (struct ww_span){ t_ns, iter->span.end_ns });
		runner->is_gone = !ww_interval_iter_next(iter, &runner->interval);
	}
}

static uint32_t utid_of(const struct runner *runner)
{
	return runner->is_gone ? WW_UTID_NONE : runner->interval.utid;
}

struct runs {
	int64_t begin_ns;
	double ns_per_px;
	const struct ww_pixel *pixels;
	uint32_t *utids;
};

static int64_t begin_of(const struct runs *runs, uint32_t x)
{
	return runs->begin_ns + (int64_t)(x * runs->ns_per_px);
}

/*
 * The first thread that runs in each pixel from @x up to @end. Where hundreds of intervals crowd
 * into these pixels any thread is as good, so the first of them stands for the others; but a pixel
 * that one may have had to itself is looked at.
 */
static void fill_utids(const struct runs *runs, struct runner *runner, uint32_t x, uint32_t end)
{
	struct runner next;
	bool is_dense;

	go_to(runner, begin_of(runs, x));
	runs->utids[x] = utid_of(runner);
	next = *runner;
	go_to(&next, begin_of(runs, end));
	is_dense = !next.is_gone &&
		   ww_interval_iter_index(&next.iter) - ww_interval_iter_index(&runner->iter) >=
			   INTERVALS_DENSE;
	for (uint32_t i = x + 1; i < end; i++) {
		if (!is_dense || runs->pixels[i].share[WW_STATE_RUNNING] == UINT8_MAX)
			go_to(runner, begin_of(runs, i));
		runs->utids[i] = utid_of(runner);
	}
	*runner = next;
}

static uint32_t *find_utids(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
			    const struct ww_pixel *pixels, uint32_t n_px)
{
	const struct runs runs = {
		.begin_ns = span.begin_ns,
		.ns_per_px = (double)ww_span_length_ns(span) / n_px,
		.pixels = pixels,
		.utids = g_new(uint32_t, n_px),
	};
	struct runner runner = { .interval.span.end_ns = INT64_MIN };

	ww_interval_iter_init(&runner.iter, trace, lane, span);
	for (uint32_t x = 0; x < n_px; x += PX_TOGETHER)
		fill_utids(&runs, &runner, x, MIN(x + PX_TOGETHER, n_px));
	/* How much of a pixel somebody ran is in its shares. */
	for (uint32_t x = 0; x < n_px; x++) {
		if (pixels[x].share[WW_STATE_RUNNING] == 0)
			runs.utids[x] = WW_UTID_NONE;
	}
	return runs.utids;
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is drawn in one row: the numbers behind the pixels of a span of time.
 *
 * Made of a sealed trace on any thread, constant from then on. Whoever has moved on meanwhile asks
 * for another span of the same data: it is then stretched, coarser and with empty ends.
 */
#ifndef WW_VIEWER_MODEL_LANE_DATA_H
#define WW_VIEWER_MODEL_LANE_DATA_H

#include "viewer/model/concurrency.h"

struct ww_lane_data {
	struct ww_span span;
	uint32_t n_px;           /* asked for; groups may have fewer columns */
	struct ww_pixel *pixels; /* of a lane; NULL of groups */
	/* Of a CPU: who ran first in each pixel, WW_UTID_NONE nobody; where dozens of intervals
	 * crowd into a few pixels, who ran first in these. NULL of others. */
	uint32_t *utids;
	struct ww_concurrency *concurrency; /* of a group; NULL of others */
};

/* @n_lanes above 1 or @is_group: a group. */
struct ww_lane_data *ww_lane_data_new(const struct ww_trace *trace, bool is_group,
				      const struct ww_lane *lanes, uint32_t n_lanes,
				      struct ww_span span, uint32_t n_px);
void ww_lane_data_free(struct ww_lane_data *data); /* NULL is fine */
WW_DEFINE_AUTO(lane_data)

/* How many columns a group of @n_lanes has on @n_px pixels: the more lanes, the fewer. */
uint32_t ww_lane_data_n_columns(uint32_t n_lanes, uint32_t n_px);

/* The column of @data (-1: none) that pixel @x of @n_px of @span lies in. @n_columns: of the data.
 */
int64_t ww_lane_data_column(const struct ww_lane_data *data, uint32_t n_columns,
			    struct ww_span span, uint32_t n_px, uint32_t x);

/* A lane's pixels, and its threads if it has any, as @n_px of @span. Free with ww_lane_data_free.
 */
struct ww_lane_data *ww_lane_data_stretch(const struct ww_lane_data *data, struct ww_span span,
					  uint32_t n_px);

/*
 * The first pixel at or after @x from which on one state fills @min_px pixels; n_px when there is
 * none. Spans that are narrower need not be looked for. Of a lane.
 */
uint32_t ww_lane_data_next_wide(const struct ww_lane_data *data, uint32_t x, uint32_t min_px);

#endif

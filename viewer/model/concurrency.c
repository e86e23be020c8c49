// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/concurrency.h"

/* Counts are sums of shares of 1/255: what is this near to a whole number is that number. */
#define EXACT 0.02f

static void add(struct ww_concurrency *concurrency, const struct ww_pixel *pixels, bool is_cpu)
{
	for (uint32_t x = 0; x < concurrency->n_columns; x++) {
		struct ww_concurrency_column *column = &concurrency->columns[x];
		const uint8_t *share = pixels[x].share;

		column->running += (float)share[WW_STATE_RUNNING] / 255.0f;
		if (is_cpu)
			continue;
		column->runnable += (float)share[WW_STATE_RUNNABLE] / 255.0f;
		column->blocked += (float)share[WW_STATE_BLOCKED] / 255.0f;
	}
}

static void find_most(struct ww_concurrency *concurrency)
{
	for (uint32_t x = 0; x < concurrency->n_columns; x++) {
		const struct ww_concurrency_column *column = &concurrency->columns[x];

		concurrency->most_running = MAX(concurrency->most_running, column->running);
		concurrency->most_runnable = MAX(concurrency->most_runnable, column->runnable);
		concurrency->most_active =
			MAX(concurrency->most_active, column->running + column->runnable);
	}
}

struct ww_concurrency *ww_concurrency_new(const struct ww_trace *trace, const struct ww_lane *lanes,
					  uint32_t n_lanes, struct ww_span span, uint32_t n_columns)
{
	struct ww_concurrency *concurrency = g_new0(struct ww_concurrency, 1);
	g_autofree struct ww_pixel *pixels = g_new0(struct ww_pixel, n_columns);

	concurrency->n_columns = n_columns;
	concurrency->columns = g_new0(struct ww_concurrency_column, n_columns);
	for (uint32_t i = 0; i < n_lanes; i++) {
		ww_query_pixels(trace, lanes[i], span, n_columns, pixels);
		add(concurrency, pixels, lanes[i].kind == WW_LANE_CPU);
	}
	find_most(concurrency);
	return concurrency;
}

void ww_concurrency_free(struct ww_concurrency *concurrency)
{
	if (!concurrency)
		return;
	g_free(concurrency->columns);
	g_free(concurrency);
}

uint32_t ww_concurrency_scale(float most_active, uint32_t n_lanes)
{
	uint32_t power = 1;
	uint32_t scale = 1;

	while ((float)scale + EXACT < most_active && scale < n_lanes) {
		const bool is_power = scale == power;

		/* 1 and 2 have nothing between them. */
		scale = is_power && power > 1 ? power + power / 2 : 2 * power;
		if (!is_power || power == 1)
			power *= 2;
	}
	return CLAMP(scale, 1, MAX(n_lanes, 1));
}

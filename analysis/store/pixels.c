// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A lane as pixels.
 *
 * Few intervals per pixel: one pass over them. Many: the difference of the prefix sums at the
 * pixel's edges, so the cost does not grow with the trace. Both are exact, hence a short rare state
 * is never lost between samples.
 */
#include "analysis/query.h"
#include "analysis/store/store-private.h"

#define SCAN_INTERVALS_PER_PX 16

/* Where pixel @px of @n_px begins; products of a long span and a wide window do not fit 64 bits. */
static int64_t edge_ns(struct ww_span span, uint32_t n_px, uint32_t px)
{
	const int64_t length = ww_span_length_ns(span);

	return span.begin_ns + length / n_px * px + length % n_px * px / n_px;
}

static struct ww_pixel pixel_of(const struct ww_lane_sums *sums, int64_t width_ns)
{
	struct ww_pixel pixel = { 0 };

	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const double share = (double)sums->ns[state] * UINT8_MAX / (double)width_ns;

		if (sums->ns[state] > 0)
			pixel.share[state] = share < 1 ? 1 : (uint8_t)MIN(share, UINT8_MAX);
	}
	return pixel;
}

/* Below one nanosecond per pixel neighbours show the same nanosecond. */
static struct ww_span pixel_span(struct ww_span span, uint32_t n_px, uint32_t px)
{
	const int64_t begin_ns = edge_ns(span, n_px, px);

	return (struct ww_span){ begin_ns, MAX(edge_ns(span, n_px, px + 1), begin_ns + 1) };
}

static void scan(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		 struct ww_pixel *pixels)
{
	uint32_t i = ww_lane_find(lane, span.begin_ns);

	for (uint32_t px = 0; px < n_px; px++) {
		const struct ww_span width = pixel_span(span, n_px, px);
		struct ww_lane_sums sums = { 0 };

		for (; i < lane->n_intervals; i++) {
			const struct ww_interval *interval = &lane->intervals[i];

			sums.ns[interval->state] +=
				ww_span_length_ns(ww_span_intersect(interval->span, width));
			if (interval->span.end_ns >= width.end_ns)
				break;
		}
		pixels[px] = pixel_of(&sums, ww_span_length_ns(width));
	}
}

/* The edges only move forward, so the nodes are walked, not searched: memory comes in order. */
static void subtract(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		     struct ww_pixel *pixels)
{
	const uint32_t n_nodes = ww_lane_n_nodes(lane);
	uint32_t node = ww_lane_find_node(lane, span.begin_ns);
	struct ww_lane_sums before = ww_lane_sums_until(lane, node, span.begin_ns);

	for (uint32_t px = 0; px < n_px; px++) {
		const struct ww_span width = pixel_span(span, n_px, px);
		struct ww_lane_sums until, inside;

		while (node + 1 < n_nodes && lane->nodes[node + 1].begin_ns <= width.end_ns)
			node++;
		until = ww_lane_sums_until(lane, node, width.end_ns);
		for (unsigned int state = 0; state < WW_STATE_N; state++)
			inside.ns[state] = until.ns[state] - before.ns[state];
		pixels[px] = pixel_of(&inside, ww_span_length_ns(width));
		before = until;
	}
}

void ww_lane_pixels(const struct ww_store_lane *lane, struct ww_span span, uint32_t n_px,
		    struct ww_pixel *pixels)
{
	const uint32_t n_intervals =
		ww_lane_find(lane, span.end_ns) - ww_lane_find(lane, span.begin_ns);

	if (n_intervals / SCAN_INTERVALS_PER_PX <= n_px)
		scan(lane, span, n_px, pixels);
	else
		subtract(lane, span, n_px, pixels);
}

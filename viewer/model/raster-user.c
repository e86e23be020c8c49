// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/raster-user.h"

#include <math.h>
#include <string.h>

#include "viewer/model/raster.h"

#define AREA_ALPHA 0x38
#define LINE_PX 2

/* Beyond the row's ends a span may begin and end anywhere. */
static int64_t pixel_of(struct ww_span span, uint32_t n_px, int64_t t_ns)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;

	return (int64_t)floor(CLAMP((double)(t_ns - span.begin_ns) / ns_per_px, -1, n_px));
}

void ww_raster_level(const struct ww_nesting *nesting, uint32_t level, struct ww_span span,
		     uint32_t n_px, enum ww_theme theme, uint32_t *bgra)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;
	uint32_t n_spans;
	const struct ww_nested *spans = ww_nesting_level(nesting, level, &n_spans);
	uint32_t i = ww_nesting_from(nesting, level, span.begin_ns);
	int64_t next_px = 0;

	memset(bgra, 0, n_px * sizeof(*bgra));
	while (i < n_spans && spans[i].span.begin_ns < span.end_ns) {
		const struct ww_nested *nested = &spans[i];
		const int64_t first = MAX(pixel_of(span, n_px, nested->span.begin_ns), next_px);
		const int64_t end = pixel_of(span, n_px, nested->span.end_ns);
		const int64_t last =
			MIN(MAX(end - (end < n_px && end - first >= 3), first + 1), n_px);
		const uint32_t word = ww_raster_pixel(ww_palette_task(nested->name, theme), 255);

		for (int64_t x = first; x < last; x++)
			bgra[x] = word;
		next_px = MAX(last, end);
		/* Those that begin in a pixel that is taken are passed over by the dozen. */
		if (next_px == last && i + 1 < n_spans &&
		    pixel_of(span, n_px, spans[i + 1].span.begin_ns) < next_px)
			i = MAX(i + 1, ww_nesting_from(nesting, level,
						       span.begin_ns + (int64_t)((double)next_px *
										 ns_per_px)));
		else
			i++;
	}
}

/* From the bottom; inside of the plot. */
static double height_of(int64_t value, int64_t least, int64_t most, uint32_t height_px)
{
	const double range = (double)most - (double)least;

	if (range <= 0)
		return height_px / 2.0;
	return ((double)value - (double)least) / range * (height_px - LINE_PX);
}

void ww_raster_counter(const struct ww_counter_pixel *pixels, uint32_t n_px, uint32_t height_px,
		       int64_t least, int64_t most, struct ww_color color, uint32_t *bgra)
{
	const uint32_t line = ww_raster_pixel(color, 255);
	const uint32_t area = ww_raster_pixel(color, AREA_ALPHA);

	for (uint32_t x = 0; x < n_px; x++) {
		const double low = height_of(pixels[x].least, least, most, height_px);
		const double high = height_of(pixels[x].most, least, most, height_px) + LINE_PX;

		for (uint32_t y = 0; y < height_px; y++) {
			uint32_t *pixel = &bgra[(size_t)(height_px - 1 - y) * n_px + x];

			if (!pixels[x].is_known || y >= round(high))
				*pixel = 0;
			else
				*pixel = y >= round(low) ? line : area;
		}
	}
}

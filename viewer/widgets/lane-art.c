// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/lane-art.h"

#include <math.h>

#include "viewer/model/raster.h"
#include "viewer/widgets/paint.h"

/* Space between the bars of neighbouring lanes. */
#define LANE_MARGIN_PX 2
/* A strip of very many threads is computed in coarser columns, so that its cost stays that of this
 * many lanes. */
#define STRIP_LANES_MAX 48

struct ww_lane_art {
	WwView *view;
	GHashTable *pictures; /* of gint64 * (row_key) to struct picture * */
};

struct picture {
	GdkTexture *bands[WW_BAND_N]; /* NULL: nothing reaches the band */
};

static void picture_free(gpointer data)
{
	struct picture *picture = data;

	for (int band = 0; band < WW_BAND_N; band++)
		g_clear_object(&picture->bands[band]);
	g_free(picture);
}

struct ww_lane_art *ww_lane_art_new(WwView *view)
{
	struct ww_lane_art *art = g_new0(struct ww_lane_art, 1);

	art->view = view;
	art->pictures = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, picture_free);
	return art;
}

void ww_lane_art_free(struct ww_lane_art *art)
{
	if (!art)
		return;
	g_hash_table_unref(art->pictures);
	g_free(art);
}

void ww_lane_art_invalidate(struct ww_lane_art *art)
{
	g_hash_table_remove_all(art->pictures);
}

static gint64 row_key(const struct ww_row *row)
{
	return (gint64)row->kind << 40 | (gint64)row->lane.kind << 36 | row->lane.index;
}

/* Takes @bgra. */
static GdkTexture *texture_new(uint32_t *bgra, uint32_t n_px)
{
	const size_t n_bytes = n_px * sizeof(*bgra);
	g_autoptr(GBytes) bytes = g_bytes_new_take(bgra, n_bytes);

	return gdk_memory_texture_new((int)n_px, 1, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes,
				      n_bytes);
}

typedef bool (*raster)(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band band,
		       bool is_dark, uint32_t *bgra);

static void fill_bands(struct picture *picture, raster draw, const struct ww_pixel *pixels,
		       uint32_t n_px)
{
	for (int band = 0; band < WW_BAND_N; band++) {
		uint32_t *bgra = g_new(uint32_t, n_px);

		if (draw(pixels, n_px, band, ww_paint_is_dark(), bgra))
			picture->bands[band] = texture_new(bgra, n_px);
		else
			g_free(bgra);
	}
}

/* The colour of the first thread that runs in each pixel; how much of it is in the pixels' shares.
 */
static void color_cpu(const struct ww_trace *trace, struct ww_lane lane, struct ww_span span,
		      const struct ww_pixel *pixels, struct ww_color *colors, uint32_t n_px)
{
	const double ns_per_px = (double)ww_span_length_ns(span) / n_px;
	const bool is_dark = ww_paint_is_dark();
	struct ww_interval interval = { 0 };

	for (uint32_t x = 0; x < n_px; x++) {
		const int64_t t_ns = span.begin_ns + (int64_t)(x * ns_per_px);

		colors[x] = ww_palette_state(WW_STATE_RUNNING, is_dark);
		if (pixels[x].share[WW_STATE_RUNNING] == 0)
			continue;
		if (!ww_span_contains(interval.span, t_ns) &&
		    !(ww_query_at(trace, lane, t_ns, &interval) &&
		      interval.state == WW_STATE_RUNNING) &&
		    !ww_query_next(trace, lane, t_ns, 1u << WW_STATE_RUNNING, &interval))
			continue;
		if (interval.state == WW_STATE_RUNNING && interval.utid < WW_UTID_IDLE) {
			const uint32_t upid = ww_trace_thread(trace, interval.utid)->upid;

			colors[x] = ww_palette_process(ww_trace_process(trace, upid), is_dark);
		}
	}
}

static void picture_cpu(struct picture *picture, const struct ww_trace *trace, struct ww_lane lane,
			struct ww_span span, uint32_t n_px)
{
	g_autofree struct ww_pixel *pixels = g_new0(struct ww_pixel, n_px);
	g_autofree struct ww_color *colors = g_new(struct ww_color, n_px);
	uint32_t *bgra = g_new(uint32_t, n_px);

	ww_query_pixels(trace, lane, span, n_px, pixels);
	color_cpu(trace, lane, span, pixels, colors, n_px);
	if (ww_raster_running(pixels, colors, n_px, bgra))
		picture->bands[WW_BAND_BODY] = texture_new(bgra, n_px);
	else
		g_free(bgra);
}

/* A CPU that idles is not blocked: only what ran counts. */
static void keep_running(struct ww_pixel *pixels, uint32_t n_px)
{
	for (uint32_t x = 0; x < n_px; x++) {
		const uint8_t running = pixels[x].share[WW_STATE_RUNNING];

		pixels[x] = (struct ww_pixel){ .share = { [WW_STATE_RUNNING] = running } };
	}
}

static void picture_lanes(struct picture *picture, const struct ww_trace *trace,
			  const struct ww_lane *lanes, uint32_t n_lanes, struct ww_span span,
			  uint32_t n_px)
{
	const uint32_t coarseness = 1 + n_lanes / STRIP_LANES_MAX;
	const uint32_t n_columns = (n_px + coarseness - 1) / coarseness;
	g_autofree struct ww_pixel *sum = g_new0(struct ww_pixel, n_columns);
	g_autofree struct ww_pixel *pixels = g_new0(struct ww_pixel, n_columns);

	for (uint32_t i = 0; i < n_lanes; i++) {
		ww_query_pixels(trace, lanes[i], span, n_columns, pixels);
		ww_raster_merge(sum, pixels, n_columns);
	}
	if (lanes[0].kind == WW_LANE_CPU)
		keep_running(sum, n_columns);
	fill_bands(picture, n_lanes > 1 ? ww_raster_strip : ww_raster_band, sum, n_columns);
}

static const struct picture *picture_of(struct ww_lane_art *art, const struct ww_row *row,
					int scale)
{
	const struct ww_viewport *viewport = ww_view_viewport(art->view);
	const struct ww_trace *trace = ww_view_trace(art->view);
	const uint32_t n_px = (uint32_t)viewport->width_px * (uint32_t)scale;
	const gint64 key = row_key(row);
	struct picture *picture = g_hash_table_lookup(art->pictures, &key);
	const struct ww_lane *lanes;
	uint32_t n_lanes;

	if (picture)
		return picture;
	picture = g_new0(struct picture, 1);
	lanes = ww_rows_lanes(ww_view_rows(art->view), row, &n_lanes);
	if (row->kind == WW_ROW_LANE && row->lane.kind == WW_LANE_CPU)
		picture_cpu(picture, trace, row->lane, viewport->span, n_px);
	else
		picture_lanes(picture, trace, lanes, n_lanes, viewport->span, n_px);
	g_hash_table_insert(art->pictures, g_memdup2(&key, sizeof(key)), picture);
	return picture;
}

static void paint_band(GtkSnapshot *snapshot, GdkTexture *texture, double x, double y, double width,
		       double height)
{
	gtk_snapshot_append_texture(
		snapshot, texture,
		&GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

void ww_lane_art_paint(struct ww_lane_art *art, GtkSnapshot *snapshot, const struct ww_row *row,
		       double x, double y, int scale)
{
	const struct picture *picture = picture_of(art, row, scale);
	const double width = ww_view_viewport(art->view)->width_px;
	const double lane_height = row->height_px - 2 * LANE_MARGIN_PX;
	const double middle = y + row->height_px / 2.0;
	double inside = 0;

	for (int band = 0; band < WW_BAND_N; band++) {
		/* Whole pixels on both sides of the middle keep the edges of the bands sharp. */
		const double half = round(lane_height * ww_band_height(band) / 2);

		if (picture->bands[band] && inside == 0) {
			paint_band(snapshot, picture->bands[band], x, middle - half, width,
				   2 * half);
		} else if (picture->bands[band]) {
			paint_band(snapshot, picture->bands[band], x, middle - half, width,
				   half - inside);
			paint_band(snapshot, picture->bands[band], x, middle + inside, width,
				   half - inside);
		}
		if (picture->bands[band])
			inside = half;
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/lane-art.h"

#include <math.h>

#include "viewer/model/raster.h"
#include "viewer/view/lane-jobs.h"
#include "viewer/widgets/paint.h"

/* Space between the bars of neighbouring lanes. */
#define LANE_MARGIN_PX 2
#define STRIP_MARGIN_PX 3
/* Up to so many columns of lanes are computed at once: 1 to 2 ms. */
#define COLUMNS_AT_ONCE 40000
/* What a frame may spend on computing rows; a lane takes about 50 us, on a cold disk far more. */
#define FRAME_US 5000
/* So many rows are remembered after they were last seen. */
#define PICTURES_MAX 400

struct ww_lane_art {
	WwView *view;
	struct ww_lane_jobs *jobs;
	void (*changed)(void *data);
	void *data;
	GHashTable *pictures;         /* of gint64 * (row_key) to struct picture * */
	guint64 frame;                /* counts them */
	const struct ww_trace *trace; /* of the last frame: only to tell when it is another */
	uint64_t n_events;            /* of it */
	guint64 generation;           /* counts traces */
	unsigned int n_begun;         /* those that begin otherwise */
	int64_t spent_us;             /* of this frame */
	int scale;
	uint32_t n_px;
};

struct picture {
	struct ww_lane_data *data; /* NULL: nothing is known yet */
	guint64 generation;        /* of the trace that the data is of */
	/* What the textures show; not equal to the viewport: to be drawn anew. */
	struct ww_span span;
	uint32_t n_px;
	GdkTexture *texture;  /* of all but the margins above and below; NULL: nothing to see */
	uint32_t strip_scale; /* lanes that fill its height; only ever grows */
	guint64 frame;        /* when it was last painted */
};

static void drop_textures(struct picture *picture)
{
	g_clear_object(&picture->texture);
	picture->n_px = 0;
}

static void picture_free(gpointer data)
{
	struct picture *picture = data;

	drop_textures(picture);
	ww_lane_data_free(picture->data);
	g_free(picture);
}

static struct picture *picture_at(struct ww_lane_art *art, gint64 key)
{
	struct picture *picture = g_hash_table_lookup(art->pictures, &key);

	if (picture)
		return picture;
	picture = g_new0(struct picture, 1);
	picture->strip_scale = 1;
	g_hash_table_insert(art->pictures, g_memdup2(&key, sizeof(key)), picture);
	return picture;
}

/* Takes @data. */
static void set_data(const struct ww_lane_art *art, struct picture *picture,
		     struct ww_lane_data *data)
{
	picture->generation = art->generation;
	ww_lane_data_free(picture->data);
	picture->data = data;
	picture->n_px = 0;
}

static void on_ready(int64_t key, struct ww_lane_data *data, void *user_data)
{
	struct ww_lane_art *art = user_data;

	set_data(art, picture_at(art, key), data);
}

static void on_done(void *user_data)
{
	struct ww_lane_art *art = user_data;

	art->changed(art->data);
}

struct ww_lane_art *ww_lane_art_new(WwView *view, void (*changed)(void *data), void *data)
{
	struct ww_lane_art *art = g_new0(struct ww_lane_art, 1);

	art->view = view;
	art->changed = changed;
	art->data = data;
	art->jobs = ww_lane_jobs_new(on_ready, on_done, art);
	art->pictures = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, picture_free);
	return art;
}

void ww_lane_art_free(struct ww_lane_art *art)
{
	if (!art)
		return;
	ww_lane_jobs_free(art->jobs);
	g_hash_table_unref(art->pictures);
	g_free(art);
}

void ww_lane_art_restyle(struct ww_lane_art *art)
{
	GHashTableIter iter;
	gpointer picture;

	g_hash_table_iter_init(&iter, art->pictures);
	while (g_hash_table_iter_next(&iter, NULL, &picture))
		drop_textures(picture);
}

/* A trace that goes on is another one: what is known of it stands in until it is known anew. */
static void notice_trace(struct ww_lane_art *art)
{
	const struct ww_trace *trace = ww_view_trace(art->view);
	const uint64_t n_events = ww_trace_info(trace)->n_events;

	if (trace == art->trace && n_events == art->n_events)
		return;
	ww_lane_jobs_cancel(art->jobs);
	if (art->n_begun != ww_view_n_begun(art->view))
		g_hash_table_remove_all(art->pictures);
	art->n_begun = ww_view_n_begun(art->view);
	art->trace = trace;
	art->n_events = n_events;
	art->generation++;
}

static gboolean is_old(gpointer key, gpointer value, gpointer data)
{
	const struct picture *picture = value;
	const struct ww_lane_art *art = data;

	return picture->frame != art->frame;
}

void ww_lane_art_begin(struct ww_lane_art *art, int scale)
{
	if (g_hash_table_size(art->pictures) > PICTURES_MAX)
		g_hash_table_foreach_remove(art->pictures, is_old, art);
	notice_trace(art);
	art->frame++;
	art->spent_us = 0;
	art->scale = scale;
	art->n_px = (uint32_t)ww_view_viewport(art->view)->width_px * (uint32_t)scale;
	ww_lane_jobs_clear(art->jobs);
}

void ww_lane_art_end(struct ww_lane_art *art)
{
	const struct ww_viewport *viewport = ww_view_viewport(art->view);
	struct ww_document *document = (gpointer)(uintptr_t)ww_view_document(art->view);

	ww_lane_jobs_start(art->jobs, document, viewport->span, art->n_px);
}

bool ww_lane_art_is_settled(const struct ww_lane_art *art)
{
	return ww_lane_jobs_is_idle(art->jobs);
}

static gint64 row_key(const struct ww_row *row)
{
	/* Which lane comes first in a group is a matter of the order. */
	const guint64 index = row->kind == WW_ROW_PROCESS ? row->upid
			      : ww_row_is_group(row)      ? 0
							  : row->lane.index;

	return (gint64)((guint64)row->kind << 40 | (guint64)row->lane.kind << 36 | index);
}

/*
 * Takes @rgb. Opaque, without a fourth byte and of the very size that it is drawn in, because that
 * is how GTK 4.8 hands a texture to Cairo in a fifteenth of the time, and Cairo draws it in half:
 * all other formats go through floats.
 */
static GdkTexture *texture_new(uint8_t *rgb, uint32_t n_px, uint32_t height_px)
{
	const size_t row_bytes = 3 * (size_t)n_px;
	g_autoptr(GBytes) bytes = g_bytes_new_take(rgb, row_bytes * height_px);

	return gdk_memory_texture_new((int)n_px, (int)height_px, GDK_MEMORY_R8G8B8, bytes,
				      row_bytes);
}

/* What each band of a lane looks like: one row of three bytes a pixel; NULL: nothing reaches it. */
struct bands {
	uint8_t *rgb[WW_BAND_N];
};

static void bands_clear(struct bands *bands)
{
	for (int band = 0; band < WW_BAND_N; band++)
		g_free(bands->rgb[band]);
}

/* As the rasteriser wants them. */
static size_t rgb_bytes(size_t n_px)
{
	return 3 * n_px + 1;
}

static uint8_t *flat(const uint32_t *bgra, uint32_t n_px, struct ww_color paper)
{
	uint8_t *rgb = g_malloc(rgb_bytes(n_px));

	ww_raster_flatten(bgra, n_px, paper, rgb);
	return rgb;
}

/* Each line shows the innermost band that reaches it. */
static GdkTexture *stack(const struct bands *bands, uint32_t n_px, uint32_t height_px,
			 struct ww_color paper)
{
	const size_t row_bytes = 3 * (size_t)n_px;
	uint8_t *rgb = g_malloc(row_bytes * height_px);
	g_autofree uint32_t *nothing = g_new0(uint32_t, n_px);
	g_autofree uint8_t *empty = flat(nothing, n_px, paper);

	for (uint32_t y = 0; y < height_px; y++) {
		const double off_middle_px = fabs(y + 0.5 - height_px / 2.0);
		const uint8_t *line = empty;

		for (int band = 0; band < WW_BAND_N && line == empty; band++) {
			if (bands->rgb[band] &&
			    off_middle_px < round(height_px * ww_band_height(band) / 2))
				line = bands->rgb[band];
		}
		memcpy(rgb + y * row_bytes, line, row_bytes);
	}
	return texture_new(rgb, n_px, height_px);
}

static struct ww_color paper_of(const struct ww_row *row)
{
	return ww_palette_paper(ww_row_is_group(row), ww_paint_theme());
}

static struct ww_color color_of(const struct ww_trace *trace, uint32_t utid, enum ww_theme theme)
{
	uint32_t upid;

	/* A stand-in may be of a trace with more threads. */
	if (utid >= ww_trace_info(trace)->n_threads)
		return ww_palette_state(WW_STATE_RUNNING, theme);
	upid = ww_trace_thread(trace, utid)->upid;
	return ww_palette_process(ww_trace_process(trace, upid), theme);
}

static void draw_cpu(struct bands *bands, const struct ww_trace *trace,
		     const struct ww_lane_data *data, struct ww_color paper)
{
	const enum ww_theme theme = ww_paint_theme();
	g_autofree struct ww_color *colors = g_new(struct ww_color, data->n_px);
	g_autofree uint32_t *bgra = g_new(uint32_t, data->n_px);

	for (uint32_t x = 0; x < data->n_px; x++)
		colors[x] = color_of(trace, data->utids[x], theme);
	if (ww_raster_running(data->pixels, colors, data->n_px, bgra))
		bands->rgb[WW_BAND_BODY] = flat(bgra, data->n_px, paper);
}

static void draw_bands(struct bands *bands, const struct ww_lane_data *data, struct ww_color paper)
{
	unsigned int reached;

	for (int band = 0; band < WW_BAND_N; band++)
		bands->rgb[band] = g_malloc(rgb_bytes(data->n_px));
	reached = ww_raster_lane(data->pixels, data->n_px, ww_paint_theme(), paper, bands->rgb);
	for (int band = 0; band < WW_BAND_N; band++) {
		if (!(reached & 1u << band))
			g_clear_pointer(&bands->rgb[band], g_free);
	}
}

static void draw_strip(struct ww_lane_art *art, struct picture *picture, const struct ww_row *row,
		       struct ww_span span)
{
	const struct ww_concurrency *counts = picture->data->concurrency;
	const uint32_t height_px = (uint32_t)((row->height_px - 2 * STRIP_MARGIN_PX) * art->scale);
	g_autofree int64_t *columns = g_new(int64_t, art->n_px);
	const struct ww_color paper = paper_of(row);
	const size_t n_all = (size_t)art->n_px * height_px;
	g_autofree uint32_t *bgra = g_new(uint32_t, n_all);
	uint8_t *rgb = g_malloc(rgb_bytes(n_all));
	uint32_t n_lanes;

	ww_rows_lanes(ww_view_rows(art->view), row, &n_lanes);
	picture->strip_scale = row->kind == WW_ROW_CPUS
				       ? n_lanes
				       : MAX(picture->strip_scale,
					     ww_concurrency_scale(counts->most_active, n_lanes));
	for (uint32_t x = 0; x < art->n_px; x++)
		columns[x] =
			ww_lane_data_column(picture->data, counts->n_columns, span, art->n_px, x);
	ww_raster_concurrency(counts, columns, art->n_px, height_px, picture->strip_scale,
			      ww_paint_theme(), bgra);
	ww_raster_flatten(bgra, n_all, paper, rgb);
	picture->texture = texture_new(rgb, art->n_px, height_px);
}

/* @data: as it is shown. */
static void draw_lane(struct ww_lane_art *art, struct picture *picture, const struct ww_row *row,
		      const struct ww_lane_data *data)
{
	const uint32_t height_px = (uint32_t)((row->height_px - 2 * LANE_MARGIN_PX) * art->scale);
	const struct ww_color paper = paper_of(row);
	struct bands bands = { 0 };

	if (data->utids)
		draw_cpu(&bands, ww_view_trace(art->view), data, paper);
	else
		draw_bands(&bands, data, paper);
	picture->texture = stack(&bands, data->n_px, height_px, paper);
	bands_clear(&bands);
}

static bool is_span(struct ww_span a, struct ww_span b)
{
	return a.begin_ns == b.begin_ns && a.end_ns == b.end_ns;
}

static bool is_of(const struct ww_lane_data *data, struct ww_span span, uint32_t n_px)
{
	return data->n_px == n_px && is_span(data->span, span);
}

/* Draws what is known of the row as the viewport shows it. */
static void draw(struct ww_lane_art *art, struct picture *picture, const struct ww_row *row)
{
	const struct ww_span span = ww_view_viewport(art->view)->span;

	if (!picture->data || (picture->n_px == art->n_px && is_span(picture->span, span)))
		return;
	drop_textures(picture);
	if (picture->data->concurrency) {
		draw_strip(art, picture, row, span);
	} else if (is_of(picture->data, span, art->n_px)) {
		draw_lane(art, picture, row, picture->data);
	} else {
		ww_auto(lane_data) stretched = ww_lane_data_stretch(picture->data, span, art->n_px);

		draw_lane(art, picture, row, stretched);
	}
	picture->span = span;
	picture->n_px = art->n_px;
}

/* Computes the row now or asks a worker to. */
static void compute(struct ww_lane_art *art, struct picture *picture, const struct ww_row *row)
{
	const int64_t begin_us = g_get_monotonic_time();
	const struct ww_span span = ww_view_viewport(art->view)->span;
	const bool is_group = ww_row_is_group(row);
	const struct ww_lane *lanes;
	uint32_t n_lanes;

	lanes = ww_rows_lanes(ww_view_rows(art->view), row, &n_lanes);
	if (art->spent_us > FRAME_US ||
	    n_lanes * ww_lane_data_n_columns(n_lanes, art->n_px) > COLUMNS_AT_ONCE) {
		ww_lane_jobs_want(art->jobs, row_key(row), is_group, lanes, n_lanes);
		return;
	}
	set_data(art, picture,
		 ww_lane_data_new(ww_view_trace(art->view), is_group, lanes, n_lanes, span,
				  art->n_px));
	art->spent_us += g_get_monotonic_time() - begin_us;
}

static struct picture *picture_of(struct ww_lane_art *art, const struct ww_row *row)
{
	const struct ww_span span = ww_view_viewport(art->view)->span;
	struct picture *picture = picture_at(art, row_key(row));
	const struct ww_lane_data *data = picture->data;

	picture->frame = art->frame;
	if (!data || picture->generation != art->generation || !is_of(data, span, art->n_px))
		compute(art, picture, row);
	draw(art, picture, row);
	return picture;
}

void ww_lane_art_paint(struct ww_lane_art *art, GtkSnapshot *snapshot, const struct ww_row *row,
		       double x, double y)
{
	const struct picture *picture = picture_of(art, row);
	const int margin_px = ww_row_is_group(row) ? STRIP_MARGIN_PX : LANE_MARGIN_PX;

	if (picture->texture)
		gtk_snapshot_append_texture(
			snapshot, picture->texture,
			&GRAPHENE_RECT_INIT((float)x, (float)(y + margin_px),
					    (float)ww_view_viewport(art->view)->width_px,
					    (float)(row->height_px - 2 * margin_px)));
}

double ww_lane_art_next_wide(const struct ww_lane_art *art, const struct ww_row *row, double x,
			     double min_px)
{
	const struct ww_viewport *viewport = ww_view_viewport(art->view);
	const gint64 key = row_key(row);
	const struct picture *picture = g_hash_table_lookup(art->pictures, &key);
	const struct ww_lane_data *data = picture ? picture->data : NULL;
	/* Of its first and last pixel a span may have a part only. */
	const uint32_t min_full_px = (uint32_t)MAX(min_px * art->scale - 2, 1);

	if (!data || !data->pixels || !is_of(data, viewport->span, art->n_px))
		return x;
	if (x >= viewport->width_px)
		return viewport->width_px;
	return (double)ww_lane_data_next_wide(data, (uint32_t)(x * art->scale), min_full_px) /
	       art->scale;
}

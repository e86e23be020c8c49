// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/raster.h"

#include <string.h>

#define HATCH_PERIOD_PX 6
#define DASH_PERIOD_PX 5

static uint32_t strength(uint32_t share)
{
	share = MIN(share, 255);
	return share == 0 ? 0 : WW_RASTER_TICK_ALPHA + (255 - WW_RASTER_TICK_ALPHA) * share / 255;
}

/* What fills a pixel is broken up by its pattern; what is there for a part of it must not fall into
 * a gap of the pattern. */
static bool pattern_covers(enum ww_pattern pattern, uint8_t share, uint32_t x_px)
{
	if (share < UINT8_MAX)
		return true;
	switch (pattern) {
	case WW_PATTERN_HATCHED:
		return x_px % HATCH_PERIOD_PX < HATCH_PERIOD_PX / 2;
	case WW_PATTERN_DASHED:
		return x_px % DASH_PERIOD_PX < DASH_PERIOD_PX - 2;
	case WW_PATTERN_PLAIN:
		break;
	}
	return true;
}

struct band {
	const struct ww_look *looks[WW_STATE_N]; /* NULL: does not reach it */
	enum ww_theme theme;
};

static void band_init(struct band *band, enum ww_band which, enum ww_theme theme)
{
	band->theme = theme;
	for (int state = 0; state < WW_STATE_N; state++) {
		const struct ww_look *look = ww_palette_look(state);
		const bool reaches =
			look->weight > 0 && look->reach != WW_BAND_N && look->reach >= which;

		band->looks[state] = reaches ? look : NULL;
	}
}

/*
 * The state that had most of the pixel among those that reach the band. Mixing the colours would
 * make brown of green and orange; this way neighbouring pixels stay pure and dither, and what is
 * rare still shows in the bands it has to itself. @is_patterned: the next pixel may look otherwise.
 */
static uint32_t band_pixel(const struct band *band, const struct ww_pixel *pixel, uint32_t x_px,
			   bool *is_patterned)
{
	const struct ww_look *loudest = NULL;
	uint32_t most = 0, share = 0;

	for (int state = 0; state < WW_STATE_N; state++) {
		const struct ww_look *look = band->looks[state];
		uint32_t weight;

		if (!look || pixel->share[state] == 0)
			continue;
		*is_patterned |= look->pattern != WW_PATTERN_PLAIN;
		if (!pattern_covers(look->pattern, pixel->share[state], x_px))
			continue;
		weight = (uint32_t)pixel->share[state] * look->weight;
		share += pixel->share[state];
		if (weight > most) {
			most = weight;
			loudest = look;
		}
	}
	if (!loudest)
		return 0;
	return ww_raster_pixel(loudest->color[band->theme], strength(share));
}

bool ww_raster_band(const struct ww_pixel *pixels, uint32_t n_px, enum ww_band which,
		    enum ww_theme theme, uint32_t *bgra)
{
	bool is_patterned = false;
	struct band band;
	uint32_t any = 0;

	band_init(&band, which, theme);
	for (uint32_t x = 0; x < n_px; x++)
		any |= bgra[x] = band_pixel(&band, &pixels[x], x, &is_patterned);
	return any != 0;
}

static uint8_t on_paper(uint32_t ink, uint32_t paper, uint32_t through)
{
	const uint32_t product = paper * through + 128;

	return (uint8_t)(ink + ((product + (product >> 8)) >> 8)); /* exactly divided by 255 */
}

/* The bytes of one pixel of RGB, in memory order. */
static uint32_t flatten(uint32_t pixel, struct ww_color paper)
{
	const uint32_t through = 255 - (pixel >> 24);

	return GUINT32_TO_LE(on_paper(pixel >> 16 & 0xff, paper.red, through) |
			     on_paper(pixel >> 8 & 0xff, paper.green, through) << 8 |
			     on_paper(pixel & 0xff, paper.blue, through) << 16);
}

/* Writes a byte too much: what comes next writes over it. */
static inline void put_rgb(uint8_t *rgb, uint32_t flat)
{
	memcpy(rgb, &flat, sizeof(flat));
}

/* As most are, of a long wait or of nothing. */
static bool is_as_before(const struct ww_pixel *pixel)
{
	return memcmp(pixel, pixel - 1, sizeof(*pixel)) == 0;
}

unsigned int ww_raster_lane(const struct ww_pixel *pixels, uint32_t n_px, enum ww_theme theme,
			    struct ww_color paper, uint8_t *const rgb[WW_BAND_N])
{
	struct band bands[WW_BAND_N];
	uint32_t flat[WW_BAND_N] = { 0 };
	bool is_patterned = true;
	unsigned int reached = 0;

	for (int i = 0; i < WW_BAND_N; i++)
		band_init(&bands[i], i, theme);
	for (uint32_t x = 0; x < n_px; x++) {
		const bool is_new = is_patterned || !is_as_before(&pixels[x]);

		is_patterned &= !is_new;
		for (int i = 0; i < WW_BAND_N; i++) {
			if (is_new) {
				const uint32_t pixel =
					band_pixel(&bands[i], &pixels[x], x, &is_patterned);

				reached |= (pixel != 0) << i;
				flat[i] = flatten(pixel, paper);
			}
			put_rgb(rgb[i] + 3 * (size_t)x, flat[i]);
		}
	}
	return reached;
}

bool ww_raster_running(const struct ww_pixel *pixels, const struct ww_color *colors, uint32_t n_px,
		       uint32_t *bgra)
{
	uint32_t any = 0;

	for (uint32_t x = 0; x < n_px; x++) {
		const uint32_t alpha = strength(pixels[x].share[WW_STATE_RUNNING]);

		bgra[x] = ww_raster_pixel(colors[x], alpha);
		any |= bgra[x];
	}
	return any != 0;
}

/* How much of a threads waits is drawn: a background. */
#define WAITING_STRENGTH 0.22f

struct layer {
	float red, green, blue, alpha; /* premultiplied, 0 to 255 */
};

static struct layer layer_of(enum ww_state state, float strength_share, enum ww_theme theme)
{
	const struct ww_color color = ww_palette_state(state, theme);

	return (struct layer){ color.red * strength_share, color.green * strength_share,
			       color.blue * strength_share, 255 * strength_share };
}

static uint32_t mix(const struct layer layers[3], const float parts[3])
{
	struct layer sum = { 0.5f, 0.5f, 0.5f, 0.5f };

	for (int i = 0; i < 3; i++) {
		sum.red += layers[i].red * parts[i];
		sum.green += layers[i].green * parts[i];
		sum.blue += layers[i].blue * parts[i];
		sum.alpha += layers[i].alpha * parts[i];
	}
	return (uint32_t)sum.alpha << 24 | (uint32_t)sum.red << 16 | (uint32_t)sum.green << 8 |
	       (uint32_t)sum.blue;
}

/* Where each layer of one column ends, in pixels from the bottom. */
struct tops {
	float px[3];
};

/* The pixel that begins @y_px from the bottom. */
static uint32_t stacked_pixel(const struct layer layers[3], const uint32_t whole[3],
			      const struct tops *tops, float y_px)
{
	float parts[3], below = 0, up_to;

	for (int i = 0; i < 3; i++) {
		if (below == 0 && tops->px[i] >= y_px + 1)
			return whole[i];
		up_to = CLAMP(tops->px[i] - y_px, below, 1);
		parts[i] = up_to - below;
		below = up_to;
	}
	return below > 0 ? mix(layers, parts) : 0;
}

static float at_least_a_pixel(float length_px)
{
	return length_px > 0 ? MAX(length_px, 1) : 0;
}

void ww_raster_concurrency(const struct ww_concurrency *concurrency, const int64_t *columns,
			   uint32_t n_px, uint32_t height_px, uint32_t scale, enum ww_theme theme,
			   uint32_t *bgra)
{
	static const struct ww_concurrency_column nothing = { 0 };
	const float px_per_lane = (float)height_px / (float)scale;
	const struct layer layers[3] = {
		layer_of(WW_STATE_RUNNING, 1, theme),
		layer_of(WW_STATE_RUNNABLE, 1, theme),
		layer_of(WW_STATE_BLOCKED, WAITING_STRENGTH, theme),
	};
	const uint32_t whole[3] = { mix(layers, (const float[3]){ 1, 0, 0 }),
				    mix(layers, (const float[3]){ 0, 1, 0 }),
				    mix(layers, (const float[3]){ 0, 0, 1 }) };
	g_autofree struct tops *tops = g_new(struct tops, n_px);

	for (uint32_t x = 0; x < n_px; x++) {
		const struct ww_concurrency_column *column =
			columns[x] < 0 ? &nothing : &concurrency->columns[columns[x]];
		const float running = at_least_a_pixel(column->running * px_per_lane);
		const float both = running + at_least_a_pixel(column->runnable * px_per_lane);

		tops[x] = (struct tops){ { running, both, both + column->blocked * px_per_lane } };
	}
	for (uint32_t y = 0; y < height_px; y++) {
		uint32_t *line = &bgra[(size_t)y * n_px];

		for (uint32_t x = 0; x < n_px; x++)
			line[x] = x > 0 && columns[x] == columns[x - 1]
					  ? line[x - 1]
					  : stacked_pixel(layers, whole, &tops[x],
							  (float)(height_px - 1 - y));
	}
}

void ww_raster_flatten(const uint32_t *bgra, size_t n_px, struct ww_color paper, uint8_t *rgb)
{
	uint32_t flat = 0;

	for (size_t i = 0; i < n_px; i++) {
		if (i == 0 || bgra[i] != bgra[i - 1])
			flat = flatten(bgra[i], paper);
		put_rgb(rgb + 3 * i, flat);
	}
}

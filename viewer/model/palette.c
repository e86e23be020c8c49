// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/palette.h"

#include <glib.h>
#include <math.h>

/* clang-format off */
static const struct ww_look looks[WW_STATE_N] = {
	/*                      light               dark                clear light         clear dark             reach         pattern            weight */
	[WW_STATE_UNKNOWN]  = { { { 0x5e, 0x5c, 0x64 }, { 0xd2, 0xd0, 0xcd }, { 0x3d, 0x3a, 0x44 }, { 0xf4, 0xf3, 0xf0 } }, WW_BAND_BODY, WW_PATTERN_HATCHED, 4 },
	[WW_STATE_RUNNING]  = { { { 0x1a, 0x8f, 0x6a }, { 0x33, 0xc4, 0x93 }, { 0x00, 0x78, 0x3a }, { 0x4f, 0xdb, 0xa8 } }, WW_BAND_BODY, WW_PATTERN_PLAIN,   2 },
	[WW_STATE_RUNNABLE] = { { { 0xe0, 0x4f, 0x00 }, { 0xff, 0x82, 0x33 }, { 0xbd, 0x3d, 0x00 }, { 0xff, 0x9a, 0x52 } }, WW_BAND_FULL, WW_PATTERN_PLAIN,   2 },
	[WW_STATE_BLOCKED]  = { { { 0x6e, 0x8c, 0xb4 }, { 0x5f, 0x7f, 0xac }, { 0x42, 0x66, 0xb0 }, { 0x7a, 0xa4, 0xe6 } }, WW_BAND_CORE, WW_PATTERN_PLAIN,   1 },
	[WW_STATE_STOPPED]  = { { { 0x81, 0x31, 0x9c }, { 0xdc, 0x8a, 0xdd }, { 0x85, 0x00, 0x70 }, { 0xff, 0x9c, 0xd0 } }, WW_BAND_CORE, WW_PATTERN_DASHED,  4 },
	[WW_STATE_DEAD]     = { { { 0x77, 0x76, 0x7b }, { 0x9a, 0x99, 0x96 }, { 0x3d, 0x3a, 0x44 }, { 0xf4, 0xf3, 0xf0 } }, WW_BAND_N,    WW_PATTERN_PLAIN,   0 },
};

static const struct ww_color texts[WW_THEME_N] = { { 0x24, 0x1f, 0x31 }, { 0xf6, 0xf5, 0xf4 }, { 0, 0, 0 }, { 0xff, 0xff, 0xff } };

/* What follows is the same in the clear looks: light, dark. */
static const struct ww_color backgrounds[2] = { { 0xff, 0xff, 0xff }, { 0x1e, 0x1e, 0x1e } };
static const struct ww_color groups[2] = { { 0xf3, 0xf3, 0xf4 }, { 0x29, 0x29, 0x29 } };

static const struct ww_color processes[WW_PALETTE_PROCESSES_N][2] = {
	{ { 0x3b, 0x77, 0xc4 }, { 0x62, 0xa0, 0xea } },
	{ { 0x8a, 0x5a, 0xb0 }, { 0xb8, 0x8d, 0xdc } },
	{ { 0x8f, 0x6e, 0x1f }, { 0xd0, 0xad, 0x4e } },
	{ { 0xb0, 0x4a, 0x7c }, { 0xe0, 0x84, 0xb2 } },
	{ { 0x2b, 0x83, 0x93 }, { 0x5b, 0xb9, 0xc9 } },
};
/* Hues that no state has: a cause is no state. */
static const struct ww_color parts[WW_PALETTE_PARTS_N][2] = {
	{ { 0x1c, 0x71, 0xd8 }, { 0x62, 0xa0, 0xea } },
	{ { 0x91, 0x41, 0xac }, { 0xc0, 0x7f, 0xd8 } },
	{ { 0x9a, 0x6b, 0x00 }, { 0xe5, 0xb8, 0x3b } },
	{ { 0xb8, 0x3f, 0x74 }, { 0xe8, 0x8a, 0xb8 } },
	{ { 0x1f, 0x83, 0x96 }, { 0x5b, 0xb9, 0xc9 } },
	{ { 0x77, 0x76, 0x7b }, { 0x9a, 0x99, 0x96 } },
};
static const struct ww_color overlays[WW_OVERLAY_N][2] = {
	[WW_OVERLAY_WAKEUP] = { { 0x24, 0x1f, 0x31 }, { 0xf6, 0xf5, 0xf4 } },
	[WW_OVERLAY_OWNER]  = { { 0x7a, 0x4b, 0x00 }, { 0xf5, 0xc2, 0x11 } },
	[WW_OVERLAY_PATH]   = { { 0xb0, 0x1a, 0x72 }, { 0xff, 0x7a, 0xc6 } },
};
static const struct ww_color marks[2] = { { 0x61, 0x35, 0x83 }, { 0xdc, 0x8a, 0xdd } };
static const struct ww_color kernel[2] = { { 0x7a, 0x7f, 0x87 }, { 0x8b, 0x93, 0x9e } };
/* clang-format on */

/* Lanes are mostly blocked: a thin line keeps them quiet, so that what runs or should run stands
 * out. */
static const double heights[WW_BAND_N] = { 0.28, 0.68, 1.0 };

bool ww_theme_is_dark(enum ww_theme theme)
{
	return theme == WW_THEME_DARK || theme == WW_THEME_CLEAR_DARK;
}

bool ww_theme_is_clear(enum ww_theme theme)
{
	return theme == WW_THEME_CLEAR_LIGHT || theme == WW_THEME_CLEAR_DARK;
}

const struct ww_look *ww_palette_look(enum ww_state state)
{
	return &looks[state < WW_STATE_N ? state : WW_STATE_UNKNOWN];
}

struct ww_color ww_palette_state(enum ww_state state, enum ww_theme theme)
{
	return ww_palette_look(state)->color[theme];
}

enum ww_state ww_palette_order(size_t i)
{
	static const enum ww_state order[WW_STATE_N] = {
		WW_STATE_RUNNING, WW_STATE_RUNNABLE, WW_STATE_BLOCKED,
		WW_STATE_STOPPED, WW_STATE_UNKNOWN,  WW_STATE_DEAD,
	};

	return order[i];
}

struct ww_color ww_palette_background(enum ww_theme theme)
{
	return backgrounds[ww_theme_is_dark(theme)];
}

struct ww_color ww_palette_paper(bool is_group, enum ww_theme theme)
{
	return is_group ? groups[ww_theme_is_dark(theme)] : backgrounds[ww_theme_is_dark(theme)];
}

struct ww_color ww_palette_text(enum ww_theme theme)
{
	return texts[theme];
}

struct ww_color ww_palette_text_on(struct ww_color color)
{
	const struct ww_color black = { 0, 0, 0 };
	const struct ww_color white = { 0xff, 0xff, 0xff };

	return ww_color_contrast(color, white) >= ww_color_contrast(color, black) ? white : black;
}

struct ww_color ww_palette_process(const struct ww_process *process, enum ww_theme theme)
{
	if (process->is_target)
		return ww_palette_state(WW_STATE_RUNNING, theme);
	if (process->is_kernel)
		return kernel[ww_theme_is_dark(theme)];
	/* Neighbouring ids spread over the set: Knuth's multiplicative hash. */
	return processes[(process->upid * 2654435769u >> 16) % WW_PALETTE_PROCESSES_N]
			[ww_theme_is_dark(theme)];
}

struct ww_color ww_palette_task(const char *name, enum ww_theme theme)
{
	return name ? processes[g_str_hash(name) % WW_PALETTE_PROCESSES_N][ww_theme_is_dark(theme)]
		    : kernel[ww_theme_is_dark(theme)];
}

struct ww_color ww_palette_part(uint32_t i, enum ww_theme theme)
{
	if (i == WW_PART_UNKNOWN)
		return ww_palette_state(WW_STATE_UNKNOWN, theme);
	return parts[MIN(i, WW_PALETTE_PARTS_N - 1)][ww_theme_is_dark(theme)];
}

struct ww_color ww_palette_overlay(enum ww_overlay_kind kind, enum ww_theme theme)
{
	return overlays[kind][ww_theme_is_dark(theme)];
}

struct ww_color ww_palette_mark(enum ww_theme theme)
{
	return marks[ww_theme_is_dark(theme)];
}

static double linear(uint8_t channel)
{
	const double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(struct ww_color color)
{
	return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) +
	       0.0722 * linear(color.blue);
}

double ww_color_contrast(struct ww_color a, struct ww_color b)
{
	const double la = luminance(a);
	const double lb = luminance(b);

	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

double ww_band_height(enum ww_band band)
{
	return heights[band];
}

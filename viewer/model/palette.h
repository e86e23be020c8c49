/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a state looks like. Lanes, legend, panel, labels and minimap all read this one table.
 *
 * Colour is never the only carrier: a state also has a reach (how tall its bar is) and a pattern.
 * Each colour has a contrast of at least 3:1 against the background of its theme (a test computes
 * it), and stays apart from the others for the three common kinds of colour blindness (another
 * test). Hues follow Okabe and Ito's set.
 */
#ifndef WW_VIEWER_MODEL_PALETTE_H
#define WW_VIEWER_MODEL_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/model.h"
#include "viewer/model/overlay.h"

struct ww_color {
	uint8_t red, green, blue;
};

/* The clear ones are for high contrast. */
enum ww_theme {
	WW_THEME_LIGHT,
	WW_THEME_DARK,
	WW_THEME_CLEAR_LIGHT,
	WW_THEME_CLEAR_DARK,
	WW_THEME_N,
};

bool ww_theme_is_dark(enum ww_theme theme);
bool ww_theme_is_clear(enum ww_theme theme);

/* A lane is three bands around its middle line: a state fills the bands up to its reach. */
enum ww_band {
	WW_BAND_CORE, /* the middle line: whatever a thread is doing */
	WW_BAND_BODY, /* around it: it is on a CPU, or nobody knows */
	WW_BAND_FULL, /* the whole lane: it could run and does not */
	WW_BAND_N,    /* as a reach: drawn nowhere */
};

enum ww_pattern {
	WW_PATTERN_PLAIN,
	WW_PATTERN_HATCHED,
	WW_PATTERN_DASHED,
};

struct ww_look {
	struct ww_color color[WW_THEME_N];
	enum ww_band reach;
	enum ww_pattern pattern;
	uint16_t weight; /* when states share a pixel: how much its time counts */
};

const struct ww_look *ww_palette_look(enum ww_state state);
struct ww_color ww_palette_state(enum ww_state state, enum ww_theme theme);

/* The order in which people meet the states: legends and bars, @i below WW_STATE_N. */
enum ww_state ww_palette_order(size_t i);

/* What lanes are drawn on: the theme's view background. */
struct ww_color ww_palette_background(enum ww_theme theme);
struct ww_color ww_palette_text(enum ww_theme theme);
/* The background of one row: groups stand out a little. */
struct ww_color ww_palette_paper(bool is_group, enum ww_theme theme);
/* The text colour, black or white, that reads better on @color. */
struct ww_color ww_palette_text_on(struct ww_color color);

/* CPU lanes: a process that is not the target, from a small set by @upid; kernel threads share one.
 */
#define WW_PALETTE_PROCESSES_N 5
struct ww_color ww_palette_process(const struct ww_process *process, enum ww_theme theme);

/* A task, region or counter, by its name; NULL: of several. */
struct ww_color ww_palette_task(const char *name, enum ww_theme theme);

/* The parts of a bar that sums to 100 %, by their order. */
#define WW_PALETTE_PARTS_N 6
#define WW_PART_UNKNOWN UINT32_MAX /* looks like the unknown state: grey and hatched */
struct ww_color ww_palette_part(uint32_t i, enum ww_theme theme);

/* What lies over the lanes. */
struct ww_color ww_palette_overlay(enum ww_overlay_kind kind, enum ww_theme theme);
struct ww_color ww_palette_mark(enum ww_theme theme); /* of a person's own */

/* WCAG 2 contrast ratio, 1 to 21. */
double ww_color_contrast(struct ww_color a, struct ww_color b);

/* The share of the lane's height that @band and those inside it take together. */
double ww_band_height(enum ww_band band);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks and regions of one thread, packed into levels so that none overlaps another of its
 * level.
 *
 * A span lies below every one that encloses it, else as high as there is room: what is properly
 * nested looks so, and what merely overlaps (requests that a dispatcher began) lies side by side.
 * Levels are bounded: what finds no room in the first ones shares the last, where overlapping spans
 * are one without a name.
 *
 * Immutable once made: any thread.
 */
#ifndef WW_VIEWER_MODEL_NESTING_H
#define WW_VIEWER_MODEL_NESTING_H

#include <glib.h>
#include <stdbool.h>

#include "base/auto.h"
#include "base/units.h"

#define WW_NESTING_LEVELS_MAX 6

struct ww_nested {
	struct ww_span span;
	const char *name; /* borrowed from whoever gave it; NULL: of several, or it has none */
	uint32_t level;
	uint32_t n_merged; /* how many it stands for; 1 but on the last level */
	bool is_task;      /* else a region */
};

struct ww_nesting;

/* Takes nothing of @spans (struct ww_nested; their level and n_merged are not read). */
struct ww_nesting *ww_nesting_new(const GArray *spans);
void ww_nesting_free(struct ww_nesting *nesting); /* NULL is fine */
WW_DEFINE_AUTO(nesting)

uint32_t ww_nesting_n_levels(const struct ww_nesting *nesting); /* 0: there was nothing */
/* Those of one level in time order. Borrowed. */
const struct ww_nested *ww_nesting_level(const struct ww_nesting *nesting, uint32_t level,
					 uint32_t *n_spans);
/* The index of the first span of @level that ends after @t_ns; @n_spans of it when none does. */
uint32_t ww_nesting_from(const struct ww_nesting *nesting, uint32_t level, int64_t t_ns);
/* The one that covers @t_ns; NULL when none does. */
const struct ww_nested *ww_nesting_at(const struct ww_nesting *nesting, uint32_t level,
				      int64_t t_ns);

#endif

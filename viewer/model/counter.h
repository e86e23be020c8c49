/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A counter of a program: a number that holds from each of its samples to the next.
 *
 * Filled in time order by whoever made it, constant from then on: any thread.
 */
#ifndef WW_VIEWER_MODEL_COUNTER_H
#define WW_VIEWER_MODEL_COUNTER_H

#include <glib.h>
#include <stdbool.h>

#include "base/auto.h"
#include "base/units.h"

struct ww_counter {
	const char *name;    /* borrowed from the trace */
	uint32_t upid;       /* whose it is */
	GArray *samples;     /* struct ww_sample */
	int64_t least, most; /* over the whole trace */
};

struct ww_sample {
	int64_t time_ns;
	int64_t value;
};

/* What it was during one pixel. */
struct ww_counter_pixel {
	int64_t least, most;
	int64_t last;  /* at its end */
	bool is_known; /* false before the first sample */
};

struct ww_counter *ww_counter_new(const char *name, uint32_t upid);
void ww_counter_free(struct ww_counter *counter); /* NULL is fine */
WW_DEFINE_AUTO(counter)

void ww_counter_add(struct ww_counter *counter, int64_t time_ns, int64_t value);
/* Exact; the cost grows with the samples in @span. */
void ww_counter_pixels(const struct ww_counter *counter, struct ww_span span, uint32_t n_px,
		       struct ww_counter_pixel *pixels);
/* What it is at @t_ns; false before the first sample. */
bool ww_counter_at(const struct ww_counter *counter, int64_t t_ns, int64_t *value);

#endif

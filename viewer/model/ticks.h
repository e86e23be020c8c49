/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a ruler puts its marks: round steps of 1, 2 or 5 times a power of ten. Pure. */
#ifndef WW_VIEWER_MODEL_TICKS_H
#define WW_VIEWER_MODEL_TICKS_H

#include "viewer/model/viewport.h"

struct ww_ticks {
	int64_t first_ns;      /* the first labelled mark at or before the left edge */
	int64_t step_ns;       /* between labelled marks */
	int64_t minor_step_ns; /* between all marks; divides step_ns */
};

/* Labelled marks are at least @min_px apart; one is at @origin_ns, or would be. */
void ww_ticks_place(const struct ww_viewport *viewport, int64_t origin_ns, double min_px,
		    struct ww_ticks *ticks);

#endif

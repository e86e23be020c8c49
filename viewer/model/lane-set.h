/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of lanes: those that an area crosses.
 *
 * Filled once, by whoever made it, and constant from then on; only its reference count changes, so
 * any thread may hold it.
 */
#ifndef WW_VIEWER_MODEL_LANE_SET_H
#define WW_VIEWER_MODEL_LANE_SET_H

#include "analysis/query.h"
#include "base/auto.h"

struct ww_lane_set;

struct ww_lane_set *ww_lane_set_new(void);
void ww_lane_set_add(struct ww_lane_set *set, struct ww_lane lane); /* again is fine */

const struct ww_lane_set *ww_lane_set_ref(const struct ww_lane_set *set);
void ww_lane_set_unref(const struct ww_lane_set *set);
static inline void ww_lane_set_free(struct ww_lane_set *set)
{
	if (set)
		ww_lane_set_unref(set);
}
WW_DEFINE_AUTO(lane_set)

bool ww_lane_set_has(const struct ww_lane_set *set, struct ww_lane lane);
uint32_t ww_lane_set_n_threads(const struct ww_lane_set *set);
uint32_t ww_lane_set_n_cpus(const struct ww_lane_set *set);
bool ww_lane_set_is_equal(const struct ww_lane_set *a, const struct ww_lane_set *b);

#endif

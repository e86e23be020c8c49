/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instants of a lane at which something happened: a state began, it woke a thread or was woken,
 * a wait for a lock or a slow call of the allocator began or ended, and whatever the program said
 * of itself (tasks, regions, log). Pure.
 */
#ifndef WW_VIEWER_MODEL_EVENTS_H
#define WW_VIEWER_MODEL_EVENTS_H

#include "analysis/query.h"

struct ww_lane_event {
	int64_t t_ns;
	char *text; /* "Woke hog/102", "Runnable begins"; free with g_free */
};

/* The nearest event after (@direction 1) or before (-1) @t_ns, not at it. False when there is none;
 * @event is then untouched. */
bool ww_lane_event_find(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns,
			int direction, struct ww_lane_event *event);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is selected: a plain value, copied freely; the set of lanes in it is borrowed. */
#ifndef WW_VIEWER_MODEL_SELECTION_H
#define WW_VIEWER_MODEL_SELECTION_H

#include "viewer/model/lane-set.h"

enum ww_selection_kind {
	WW_SELECTION_NONE,
	WW_SELECTION_INTERVAL, /* one state of a thread, or one stretch of a CPU */
	WW_SELECTION_AREA,     /* a range of time, of all lanes or of some */
};

struct ww_selection {
	enum ww_selection_kind kind;
	struct ww_lane lane;         /* INTERVAL */
	struct ww_interval interval; /* INTERVAL */
	struct ww_span span;         /* both: what is selected */
	/* AREA: the lanes it crosses; NULL: all. Borrowed from the view, as long as which it is
	 * valid: a worker that goes on longer takes a reference. */
	const struct ww_lane_set *lanes;
	/* AREA: of the task or region that it is; NULL: of none. Never freed: to be compared as a
	 * text, for the trace has it at another place. */
	const char *title;
};

/*
 * Whether @utid belongs to what is selected: nothing selected covers every thread, an interval the
 * thread it is of (on a CPU: who ran), an area the threads whose lanes it crosses, or all when it
 * crosses those of CPUs only.
 */
bool ww_selection_covers_thread(const struct ww_selection *selection, uint32_t utid);
/* Whether the area is drawn over @lane. False for what is no area. */
bool ww_selection_crosses_lane(const struct ww_selection *selection, struct ww_lane lane);

/* By what is selected, not by what it was called. */
bool ww_selection_is_same(const struct ww_selection *a, const struct ww_selection *b);

#endif

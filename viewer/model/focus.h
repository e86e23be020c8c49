/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose threads the person cares about: the recorded target's, or every user thread but the
 * recorder's when there is none. */
#ifndef WW_VIEWER_MODEL_FOCUS_H
#define WW_VIEWER_MODEL_FOCUS_H

#include "analysis/trace.h"

struct ww_focus {
	const struct ww_trace *trace;
	bool has_target;
};

/* @trace is borrowed and must outlive the focus. */
void ww_focus_init(struct ww_focus *focus, const struct ww_trace *trace);
bool ww_focus_covers(const struct ww_focus *focus, const struct ww_thread *thread);

#endif

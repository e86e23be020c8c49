/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short texts about what the window shows. All results are freed with g_free. */
#ifndef WW_VIEWER_VIEW_TEXT_H
#define WW_VIEWER_VIEW_TEXT_H

#include "viewer/view/view-marks.h"

/* "redis-server/4100", "CPU 1". */
char *ww_text_lane(const struct ww_trace *trace, struct ww_lane lane);

/* Inside a span: what fits a glance. "mutex cache_lock", "epoll_wait", "preempted", a thread's name
 * on a CPU; "" for nothing. */
char *ww_text_label(const struct ww_trace *trace, struct ww_lane lane,
		    const struct ww_interval *interval);

/* "Blocked (mutex cache_lock)", "Runnable (preempted)", "Running on CPU 1", "Idle". */
char *ww_text_state(const struct ww_trace *trace, struct ww_lane lane,
		    const struct ww_interval *interval);

/* An instant as ruler and panel say it: "1.234567 s" from the trace's begin, "+0.000120 s" or
 * "-0.000120 s" from an origin of its own. */
char *ww_text_instant(WwView *view, int64_t t_ns);
/* The same with as many digits as @resolution_ns needs. */
char *ww_text_instant_at(WwView *view, int64_t t_ns, int64_t resolution_ns);

/* "1.20 s to 1.45 s", with as many digits as the present scale needs. */
char *ww_text_range(WwView *view);

/* The whole view in a sentence: range and selection. For screen readers and tests. */
char *ww_text_view(WwView *view);

/* What was waited for: "cache_lock", "descriptor 7"; NULL when nothing is known. */
char *ww_text_object(const struct ww_trace *trace, const struct ww_interval *interval);

#endif

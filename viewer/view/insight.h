/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwInsight: what is known about the selection of a view. Panel, timeline and commands ask it; it
 * asks the analysis on a worker thread, one question at a time, and drops answers that nobody wants
 * any more.
 *
 * Signals: "answered" (there is an answer for the present selection), "found" (the findings are
 * there), "overlaid" (another path is shown over the lanes, or none). Main thread only.
 */
#ifndef WW_VIEWER_VIEW_INSIGHT_H
#define WW_VIEWER_VIEW_INSIGHT_H

#include <glib-object.h>

#include "analysis/findings/findings.h"
#include "viewer/view/answer.h"

typedef struct _WwView WwView;

#define WW_TYPE_INSIGHT (ww_insight_get_type())
G_DECLARE_FINAL_TYPE(WwInsight, ww_insight, WW, INSIGHT, GObject)

/* @view owns it. */
WwInsight *ww_insight_new(WwView *view);

/* Of the present selection. NULL while it is on its way, and when nothing is selected. Borrowed
 * until the selection changes. */
const struct ww_answer *ww_insight_answer(WwInsight *insight);
/* False while an answer, or findings that somebody asked for, are on their way. */
bool ww_insight_is_settled(WwInsight *insight);

/* Elements: struct ww_finding *. Borrowed. NULL until they are there; the first call asks for them.
 */
const GPtrArray *ww_insight_findings(WwInsight *insight);

/* The wait or window whose path is shown over the lanes, whatever is selected now; NULL: none.
 * Borrowed until "overlaid". */
const struct ww_answer *ww_insight_path(WwInsight *insight);
/* Shows the path of the present selection as soon as it is known. */
void ww_insight_show_path(WwInsight *insight);
void ww_insight_hide_path(WwInsight *insight);

#endif

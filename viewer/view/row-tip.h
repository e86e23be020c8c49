/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is to say about a row beyond its name, of the part of the trace that is visible. Free
 * the results with g_free. */
#ifndef WW_VIEWER_VIEW_ROW_TIP_H
#define WW_VIEWER_VIEW_ROW_TIP_H

#include "viewer/view/view.h"

/* "Running 42 %, ready 3 %, blocked 55 %" of the visible time; "" where nothing lived. Of a group
 * all of its lanes together. Costs about 2 us for each lane. */
char *ww_row_tip_shares(WwView *view, const struct ww_row *row);

/* For the pointer: name and id, process and control group, shares. */
char *ww_row_tip_text(WwView *view, const struct ww_row *row);

/* "thread victim 101": what a row is called where nobody sees it. */
char *ww_row_tip_name(WwView *view, const struct ww_row *row);

#endif

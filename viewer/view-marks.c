// SPDX-License-Identifier: GPL-2.0-or-later
/* Where time is counted from. */
#include "viewer/view-private.h"

int64_t ww_view_origin_ns(WwView *view)
{
	return view->origin_ns;
}

void ww_view_set_origin(WwView *view, int64_t t_ns)
{
	if (t_ns == view->origin_ns)
		return;
	view->origin_ns = t_ns;
	ww_view_emit(view, WW_VIEW_ORIGIN);
}

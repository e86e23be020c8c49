/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the panel says, as text for the clipboard. Times are absolute: trace-report understands
 * them. */
#ifndef WW_VIEWER_WINDOW_COPY_H
#define WW_VIEWER_WINDOW_COPY_H

#include "viewer/view/view.h"

/* Of the selection, or of the whole trace. Free with g_free. */
char *ww_copy_text(WwView *view);

#endif

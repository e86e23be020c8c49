/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between a view and what is remembered of it. Panel and tables belong to the window, which fills
 * and reads those members itself. */
#ifndef WW_VIEWER_VIEW_VIEW_MEMORY_H
#define WW_VIEWER_VIEW_VIEW_MEMORY_H

#include "viewer/view/memory.h"
#include "viewer/view/view.h"

/* What is to be remembered now. */
struct ww_memory *ww_view_remember(WwView *view);
/* Brings it back; the history begins there. A person who has looked around already stays there, and
 * only what lies on the time axis comes back. */
void ww_view_recall(WwView *view, const struct ww_memory *memory);

#endif

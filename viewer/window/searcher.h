/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search of one view: what there is to find is collected on a worker thread when it is first
 * asked for, names at once and sums of waits when they are known.
 */
#ifndef WW_VIEWER_WINDOW_SEARCHER_H
#define WW_VIEWER_WINDOW_SEARCHER_H

#include "viewer/view/view.h"
#include "viewer/widgets/chooser.h"

struct ww_searcher;

/* Takes a reference on @view. */
struct ww_searcher *ww_searcher_new(WwView *view);
void ww_searcher_free(struct ww_searcher *searcher); /* NULL is fine */

/* What is chosen is gone to; waits for one thing can then be stepped through. */
void ww_searcher_open(struct ww_searcher *searcher, WwChooser *chooser);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwOpening: how a window comes to its trace. Reads it, reads it again, stops reading; and says in
 * the window's notice how far it is, what was left out, and that there is more to read by now.
 *
 * Signals: "loaded" (another document is to be shown), "opened" (it is one of all that will be
 * read), "failed" (a sentence: there is nothing to show). Main thread only.
 */
#ifndef WW_VIEWER_WINDOW_OPENING_H
#define WW_VIEWER_WINDOW_OPENING_H

#include "viewer/trace/document.h"
#include "viewer/widgets/notice.h"
#include "viewer/window/loading-page.h"

#define WW_TYPE_OPENING (ww_opening_get_type())
G_DECLARE_FINAL_TYPE(WwOpening, ww_opening, WW, OPENING, GObject)

/* Both are borrowed and must outlive it. */
WwOpening *ww_opening_new(WwLoadingPage *page, WwNotice *notice);

/* What was on its way before is left. */
void ww_opening_start(WwOpening *opening, const char *path);
/* Reads the same trace once more; what is shown stays until all of it is read. False: there is
 * none. */
bool ww_opening_reload(WwOpening *opening);
/* Reads no further. False when nothing has been shown yet: then all of it is left. */
bool ww_opening_stop(WwOpening *opening);

/* Borrowed until "loaded"; NULL until the first one. */
const struct ww_document *ww_opening_document(WwOpening *opening);
/* More is on its way, of the trace or of what is derived from it. */
bool ww_opening_is_busy(WwOpening *opening);

#endif

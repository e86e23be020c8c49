/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a window begins to look when the command line says so. */
#ifndef WW_VIEWER_APP_START_H
#define WW_VIEWER_APP_START_H

#include "viewer/view/view.h"

/*
 * What --at and --thread ask for: looks at @at_ns (-1: not said) and selects what @tid
 * (WW_TID_UNKNOWN: not said) did then, or its longest wait. Fails with WW_ERROR_USAGE when the
 * trace has no such thread or time.
 */
bool ww_start_select(WwView *view, int64_t at_ns, int32_t tid, GError **error);

#endif

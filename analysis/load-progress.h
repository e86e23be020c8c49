/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading a trace the way a command does: with a line on the terminal that says how far it is. */
#ifndef WW_ANALYSIS_LOAD_PROGRESS_H
#define WW_ANALYSIS_LOAD_PROGRESS_H

#include <stdio.h>

#include "analysis/trace.h"

/* As ww_trace_load(). The line is written to @stream (base/progress.h) and is gone when this returns. */
struct ww_trace *ww_trace_load_with_progress(const char *path, enum ww_index_use index, FILE *stream, GError **error);

#endif

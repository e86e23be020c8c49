/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an explanation does not know, and why, in sentences. Pure: any thread. */
#ifndef WW_VIEWER_MODEL_UNKNOWNS_H
#define WW_VIEWER_MODEL_UNKNOWNS_H

#include "analysis/explain/explain.h"

/*
 * What is uncertain about this wait first, then those sentences of the trace about what it lacks
 * that may be the reason. Empty: everything is known. Elements: char *. Free with
 * g_ptr_array_unref.
 */
GPtrArray *ww_unknowns_of(const struct ww_trace *trace, const struct ww_explanation *explanation);

#endif

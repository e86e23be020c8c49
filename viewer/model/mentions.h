/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that a sentence of an explanation names, and where each of them is to be seen: so that a
 * name can be a link.
 */
#ifndef WW_VIEWER_MODEL_MENTIONS_H
#define WW_VIEWER_MODEL_MENTIONS_H

#include "analysis/explain/explain.h"

struct ww_mention {
	size_t begin, end; /* bytes of the sentence */
	uint32_t utid;
	int64_t t_ns; /* begin of what it did for most of the wait */
};

/*
 * In order of the sentence; the thread that waited is not among them. Elements: struct ww_mention.
 * Free with g_array_unref. Looks at a bounded number of intervals: quick.
 */
GArray *ww_mentions_of(const struct ww_trace *trace, const struct ww_explanation *explanation);

#endif

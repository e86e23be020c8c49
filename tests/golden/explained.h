/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explanations as text, for tests that compare them; every one that is asked for has its sums
 * asserted.
 */
#ifndef WW_TESTS_GOLDEN_EXPLAINED_H
#define WW_TESTS_GOLDEN_EXPLAINED_H

#include "analysis/explain/explain.h"

/* The explanation of the wait of @utid at @t_ns, which must be one. Free with ww_explanation_free.
 */
struct ww_explanation *ww_explained_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns);

/* Asserts that causes, avoidability and path cover the wait to the nanosecond. */
void ww_explained_assert_sums(const struct ww_explanation *explanation);

/* One line a part, "CAUSE THREAD RELATION NS", "-" for none. All: free with g_free. */
char *ww_explained_causes(const struct ww_trace *trace, const struct ww_explanation *explanation);
/* "KIND CPU NS", -1 for no CPU. */
char *ww_explained_avoidables(const struct ww_explanation *explanation);
/* "DEPTH THREAD EDGE STATE NS". */
char *ww_explained_path(const struct ww_trace *trace, const struct ww_explanation *explanation);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a lock had been taken that others then waited for.
 *
 * Hooks see no lock that was free, so only this is known: a wait began while somebody had the lock, and
 * the last one that got it by waiting is the same thread. That one may have let it go since and taken it
 * again elsewhere, at once: it was last seen to take it there. Whoever took it at once is told as nobody.
 */
#ifndef WW_ANALYSIS_FINDINGS_HOLDS_H
#define WW_ANALYSIS_FINDINGS_HOLDS_H

#include "analysis/query.h"

/*
 * "Of 120 waits 110 began while who had it was last seen to take it at want+0x49, 4 at need+0x12.", the two most frequent; NULL
 * when of less than half it is known. Free with g_free.
 */
char *ww_holds_text(const struct ww_trace *trace, uint32_t upid, uint64_t address, struct ww_span span);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a finding says beyond its figures: a sentence to go behind its own.
 *
 * NULL when the recording does not tell. Free with g_free. Pure: any thread.
 */
#ifndef WW_ANALYSIS_FINDINGS_DETAILS_H
#define WW_ANALYSIS_FINDINGS_DETAILS_H

#include "analysis/findings/rules.h"

/* How many ns the wait of rank @per_cent of all that stood before an idle CPU took; there is one at least. */
uint32_t ww_idle_exit_ns(const struct ww_census *census, unsigned int per_cent);

/* "Half of all such waits take at most 20.0 us, one of a hundred more than 110 us. In the worst one the CPU was in idle state 2." */
char *ww_detail_idle_exits(const struct ww_census *census, const struct ww_finding *finding);
/* "In the worst one H/10 had it." */
char *ww_detail_mmap_holder(const struct ww_census *census, const struct ww_finding *finding);
/* "1.20 ms of it for the limit of control group /api, 300 us because the machine had too little." */
char *ww_detail_reclaim(const struct ww_census *census, const struct ww_finding *finding);
/* "Control group /api may have 20.0 ms of every 100 ms; when it had them 3 of its threads ran: hog/11 for 15.0 ms, ...". */
char *ww_detail_quota(const struct ww_census *census, const struct ww_finding *finding);

#endif

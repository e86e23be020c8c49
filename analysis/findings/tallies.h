/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one runnable wait adds to the tallies of its thread. Pure but for the home, which reads on. */
#ifndef WW_ANALYSIS_FINDINGS_TALLIES_H
#define WW_ANALYSIS_FINDINGS_TALLIES_H

#include "analysis/explain/runnable.h"
#include "analysis/findings/census.h"

struct ww_shares {
	int64_t ns[WW_TALLY_N];
	int64_t inferred_ns[WW_TALLY_N];
	int64_t idle_exit_ns; /* while its CPU woke from idle */
};

/* Of the part of the wait inside the census's span. False: there are none. @home is of the wait's CPU. */
bool ww_shares_of(const struct ww_census *census, struct ww_home *home, const struct ww_waiting *waiting,
		  struct ww_shares *shares);

/* @tallies: WW_TALLY_N. */
void ww_tallies_add(struct ww_tally *tallies, const struct ww_shares *shares, struct ww_wait_ref ref);
/* Of equal ones the first is the worst, in whatever order they are added. */
void ww_tally_add(struct ww_tally *to, const struct ww_tally *from);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which programs had the CPUs that threads of a finding wanted. Pure: any thread. */
#ifndef WW_ANALYSIS_FINDINGS_OCCUPANTS_H
#define WW_ANALYSIS_FINDINGS_OCCUPANTS_H

#include "analysis/findings/rules.h"

/*
 * "Mostly behind cc1, as and ld.": by name, most first, of the thread that waited most; without figures, as of many waits only
 * a uniform sample is looked at. NULL when none stands out. Free with g_free.
 */
char *ww_occupants_text(const struct ww_census *census, const struct ww_finding *finding);

/* The CPU was had by a program that is neither the waiter's own process nor the kernel nor the recorder. */
bool ww_is_of_other_program(enum ww_cause cause, enum ww_relation relation);

#endif

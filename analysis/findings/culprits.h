/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What most of the waits of a finding were about, by name: a sentence to go behind that of the finding.
 *
 * Of the threads that waited most, most first, without figures, as of many waits only a uniform sample is looked at: "Mostly"
 * where those named are half of it, else "Among others". NULL when nothing stands out. Free with g_free. Pure: any thread.
 */
#ifndef WW_ANALYSIS_FINDINGS_CULPRITS_H
#define WW_ANALYSIS_FINDINGS_CULPRITS_H

#include "analysis/findings/rules.h"

/* "Mostly behind cc1, as and ld.": programs that had the CPUs. */
char *ww_culprits_programs(const struct ww_census *census, const struct ww_finding *finding);

/* "Mostly in fdatasync of /var/lib/log.": calls that waited for the disk, with their files. */
char *ww_culprits_files(const struct ww_census *census, const struct ww_finding *finding);

/* "Mostly behind softirq NET_RX on CPU 0." */
char *ww_culprits_interrupts(const struct ww_census *census, const struct ww_finding *finding);

/* The CPU was had by a process that is neither the waiter's own nor the kernel's nor the recorder's. */
bool ww_is_of_other_process(enum ww_cause cause, enum ww_relation relation);

#endif

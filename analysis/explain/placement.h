/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a thread may run, and in which control group it was, at an instant: the last that was said
 * of it until then.
 */
#ifndef WW_ANALYSIS_EXPLAIN_PLACEMENT_H
#define WW_ANALYSIS_EXPLAIN_PLACEMENT_H

#include "analysis/query.h"

/* Which CPUs a thread may use. */
struct ww_allowed {
	bool is_known;
	uint64_t first; /* bit n: CPU n; those above are not told one by one */
	unsigned int n; /* how many in all */
};

enum ww_permission { WW_PERMISSION_NO, WW_PERMISSION_YES, WW_PERMISSION_UNKNOWN };
enum ww_permission ww_allowed_has(const struct ww_allowed *allowed, uint16_t cpu);

struct ww_allowed ww_allowed_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns);
struct ww_allowed ww_allowed_by(const struct ww_affinity *affinity);

/* The kernel's number of the control group; 0 unknown. */
uint64_t ww_cgroup_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns);

#endif

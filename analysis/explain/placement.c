// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/placement.h"

#define N_TOLD 64 /* CPUs of struct ww_allowed.first */

struct ww_allowed ww_allowed_by(const struct ww_affinity *affinity)
{
	return (struct ww_allowed){ true, affinity->allowed_cpus, affinity->n_allowed };
}

struct ww_allowed ww_allowed_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	struct ww_affinity affinity;

	return ww_query_affinity_at(trace, utid, t_ns, &affinity) ? ww_allowed_by(&affinity)
								  : (struct ww_allowed){ 0 };
}

enum ww_permission ww_allowed_has(const struct ww_allowed *allowed, uint16_t cpu)
{
	const unsigned int n_told = (unsigned int)__builtin_popcountll(allowed->first);

	if (!allowed->is_known)
		return WW_PERMISSION_UNKNOWN;
	if (cpu < N_TOLD)
		return allowed->first >> cpu & 1 ? WW_PERMISSION_YES : WW_PERMISSION_NO;
	return allowed->n <= n_told ? WW_PERMISSION_NO : WW_PERMISSION_UNKNOWN;
}

uint64_t ww_cgroup_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	struct ww_cgroup_of found;

	return ww_query_cgroup_of_at(trace, utid, t_ns, &found) ? found.cgroup : 0;
}

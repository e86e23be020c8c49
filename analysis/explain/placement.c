// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/placement.h"

#define N_TOLD 64 /* CPUs of struct ww_allowed.first */

/* The last row at or before @t_ns; false when there is none. *@next_ns: the time of the one behind
 * it. */
static bool last_row(const struct ww_trace *trace, enum ww_track kind, uint32_t utid, int64_t t_ns,
		     struct ww_track_row *last, int64_t *next_ns)
{
	struct ww_row_iter iter;
	struct ww_track_row row;
	bool is_found = false;

	*next_ns = INT64_MAX;
	ww_row_iter_init(&iter, trace, kind, utid, (struct ww_span){ INT64_MIN, INT64_MAX });
	while (ww_row_iter_next(&iter, &row)) {
		if (row.span.begin_ns > t_ns) {
			*next_ns = row.span.begin_ns;
			break;
		}
		*last = row;
		is_found = true;
	}
	return is_found;
}

struct ww_allowed ww_allowed_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns,
				int64_t *until_ns)
{
	struct ww_allowed allowed = { 0 };
	struct ww_track_row row = { 0 };

	allowed.is_known = last_row(trace, WW_TRACK_AFFINITY, utid, t_ns, &row, until_ns);
	if (!allowed.is_known)
		return allowed;
	allowed.first = row.fields[WW_ROW_AFFINITY_BITS];
	allowed.n = row.fields[WW_ROW_AFFINITY_N_ALLOWED];
	return allowed;
}

enum ww_answer ww_allowed_has(const struct ww_allowed *allowed, uint16_t cpu)
{
	const uint64_t n_told = (uint64_t)__builtin_popcountll(allowed->first);

	if (!allowed->is_known)
		return WW_ANSWER_UNKNOWN;
	if (cpu < N_TOLD)
		return allowed->first >> cpu & 1 ? WW_ANSWER_YES : WW_ANSWER_NO;
	return allowed->n <= n_told ? WW_ANSWER_NO : WW_ANSWER_UNKNOWN;
}

uint64_t ww_cgroup_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	struct ww_track_row row;
	int64_t next_ns;

	return last_row(trace, WW_TRACK_CGROUP, utid, t_ns, &row, &next_ns)
		       ? row.fields[WW_ROW_CGROUP_CGROUP]
		       : 0;
}

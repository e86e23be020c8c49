// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/worst.h"

#include "analysis/explain/explain.h"

/* So many are looked at: nobody goes through more one by one. */
#define LOOKED_AT_MAX 24

static bool is_unexplained(const struct ww_trace *trace, struct ww_wait_ref ref)
{
	ww_auto(explanation) explanation = ww_explain_wait(trace, ref, NULL);
	int64_t unknown_ns = 0;

	if (!explanation)
		return true;
	for (guint i = 0; i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);

		if (part->cause == WW_CAUSE_UNKNOWN || part->cause == WW_CAUSE_LOST)
			unknown_ns += part->ns;
	}
	return unknown_ns > ww_span_length_ns(explanation->span) / 2;
}

void ww_worst_order(const struct ww_trace *trace, GArray *groups, GCancellable *cancellable)
{
	g_autoptr(GArray) last = g_array_new(FALSE, FALSE, sizeof(struct ww_wait_group));
	const guint n = MIN(groups->len, LOOKED_AT_MAX);
	guint n_kept = 0;

	for (guint i = 0; i < n; i++) {
		struct ww_wait_group group = g_array_index(groups, struct ww_wait_group, i);

		if (!g_cancellable_is_cancelled(cancellable) &&
		    is_unexplained(trace, group.longest))
			g_array_append_val(last, group);
		else
			g_array_index(groups, struct ww_wait_group, n_kept++) = group;
	}
	g_array_remove_range(groups, n_kept, n - n_kept);
	g_array_append_vals(groups, last->data, last->len);
}

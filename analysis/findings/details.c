// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/details.h"

#include "analysis/explain/placement.h"
#include "analysis/explain/quota.h"
#include "base/wire.h"

uint32_t ww_idle_exit_ns(const struct ww_census *census, unsigned int per_cent)
{
	const GArray *exits = census->idle_exits;

	return g_array_index(exits, uint32_t, (uint64_t)(exits->len - 1) * per_cent / 100);
}

/* The worst wait of @finding; false: there is none to look at. */
static bool worst_of(const struct ww_census *census, const struct ww_finding *finding,
		     struct ww_interval *wait)
{
	return finding->has_exemplar && ww_query_wait(census->trace, finding->exemplar, wait);
}

char *ww_detail_idle_exits(const struct ww_census *census, const struct ww_finding *finding)
{
	g_autofree char *half = ww_duration_text(ww_idle_exit_ns(census, 50));
	g_autofree char *hundredth = ww_duration_text(ww_idle_exit_ns(census, 99));
	GString *text = g_string_new(NULL);
	struct ww_interval wait;
	struct ww_idle idle;

	g_string_append_printf(
		text, "Half of all such waits take at most %s, one of a hundred more than %s.",
		half, hundredth);
	if (worst_of(census, finding, &wait) && wait.cpu != WW_CPU_UNKNOWN &&
	    ww_query_idle_at(census->trace, wait.cpu, wait.span.begin_ns, &idle))
		g_string_append_printf(text, " In the worst one CPU %u was in idle state %u.",
				       wait.cpu, idle.state);
	return g_string_free(text, FALSE);
}

char *ww_detail_mmap_holder(const struct ww_census *census, const struct ww_finding *finding)
{
	g_autofree char *name = NULL;
	g_autoptr(GArray) locks = NULL;
	struct ww_interval wait;

	if (!worst_of(census, finding, &wait))
		return NULL;
	locks = ww_query_kernel_lock(census->trace, finding->exemplar.utid, wait.span);
	for (guint i = 0; i < locks->len && !name; i++) {
		const uint32_t owner_utid =
			g_array_index(locks, struct ww_kernel_lock, i).owner_utid;

		if (owner_utid < WW_UTID_IDLE)
			name = ww_trace_thread_text(census->trace, owner_utid);
	}
	return name ? g_strdup_printf("In the worst one %s had it.", name) : NULL;
}

static const struct ww_cgroup *cgroup_of(const struct ww_trace *trace, uint64_t id)
{
	return ww_manifest_cgroup(ww_trace_info(trace)->manifest, id);
}

char *ww_detail_reclaim(const struct ww_census *census, const struct ww_finding *finding)
{
	static const char *const whys[WW_WIRE_RECLAIM_N] = {
		[WW_WIRE_RECLAIM_DIRECT] = "because the machine had too little",
		[WW_WIRE_RECLAIM_CGROUP] = "because its control group was at its limit",
		[WW_WIRE_RECLAIM_NODE] = "because its NUMA node had too little",
		[WW_WIRE_RECLAIM_COMPACTION] = "to make room for a large page",
	};
	int64_t ns[WW_WIRE_RECLAIM_N] = { 0 };
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < finding->utids->len; i++) {
		const uint32_t utid = g_array_index(finding->utids, uint32_t, i);
		g_autoptr(GArray) rows = ww_query_reclaim(census->trace, utid, census->span);

		for (guint j = 0; j < rows->len; j++) {
			const struct ww_reclaim *row = &g_array_index(rows, struct ww_reclaim, j);

			if (row->kind < WW_WIRE_RECLAIM_N)
				ns[row->kind] += ww_span_length_ns(
					ww_span_intersect(row->span, census->span));
		}
	}
	for (int kind = 0; kind < WW_WIRE_RECLAIM_N; kind++) {
		g_autofree char *length = ww_duration_text(ns[kind]);

		if (ns[kind] > 0)
			g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", length,
					       whys[kind]);
	}
	if (text->len > 0)
		g_string_append_c(text, '.');
	return g_string_free(text, text->len == 0);
}

#define SPENDERS_MAX 3
#define DEPTH_MAX 64 /* of control groups; ends a ring in a damaged manifest */

/* What a thread had of its group's quota. */
struct spender {
	uint32_t utid;
	int64_t ns;
};

static int most_first(const void *pa, const void *pb)
{
	const struct spender *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static bool is_below(const struct ww_trace *trace, uint64_t id, const struct ww_cgroup *above)
{
	const struct ww_cgroup *cgroup = cgroup_of(trace, id);

	for (int depth = 0; depth < DEPTH_MAX && cgroup && cgroup != above; depth++)
		cgroup = cgroup_of(trace, cgroup->parent);
	return cgroup == above;
}

/* Who of @cgroup ran inside @period. Elements: struct spender. */
static GArray *spenders_of(const struct ww_trace *trace, const struct ww_cgroup *cgroup,
			   struct ww_span period)
{
	const uint32_t n_threads = ww_trace_info(trace)->n_threads;
	g_autofree struct ww_state_sums *sums = g_new(struct ww_state_sums, n_threads);
	GArray *spenders = g_array_new(false, false, sizeof(struct spender));

	ww_query_thread_sums(trace, period, sums);
	for (uint32_t utid = 0; utid < n_threads; utid++) {
		const struct spender spender = { utid, sums[utid].ns[WW_STATE_RUNNING] };

		if (spender.ns > 0 &&
		    is_below(trace, ww_cgroup_at(trace, utid, period.end_ns), cgroup))
			g_array_append_val(spenders, spender);
	}
	g_array_sort(spenders, most_first);
	return spenders;
}

/* "hog/11 for 15.0 ms and 2 more for 5.00 ms". */
static char *spenders_text(const struct ww_trace *trace, const GArray *spenders)
{
	GString *text = g_string_new(NULL);
	int64_t rest_ns = 0;

	for (guint i = 0; i < spenders->len; i++) {
		const struct spender *spender = &g_array_index(spenders, struct spender, i);
		g_autofree char *name = ww_trace_thread_text(trace, spender->utid);
		g_autofree char *length = ww_duration_text(spender->ns);

		if (i < SPENDERS_MAX)
			g_string_append_printf(text, "%s%s for %s", i > 0 ? ", " : "", name,
					       length);
		else
			rest_ns += spender->ns;
	}
	if (rest_ns > 0) {
		g_autofree char *length = ww_duration_text(rest_ns);

		g_string_append_printf(text, ", %u more for %s", spenders->len - SPENDERS_MAX,
				       length);
	}
	return g_string_free(text, FALSE);
}

char *ww_detail_quota(const struct ww_census *census, const struct ww_finding *finding)
{
	const struct ww_cgroup *cgroup;
	g_autoptr(GArray) spenders = NULL;
	g_autofree char *quota = NULL;
	g_autofree char *period = NULL;
	g_autofree char *who = NULL;
	struct ww_interval wait;
	int64_t begin_ns;

	if (!worst_of(census, finding, &wait))
		return NULL;
	begin_ns = wait.span.begin_ns;
	wait.utid = finding->exemplar.utid;
	cgroup = ww_quota_used(census->trace, &wait);
	if (!cgroup || cgroup->period_us <= 0)
		return NULL;
	spenders = spenders_of(
		census->trace, cgroup,
		(struct ww_span){ MAX(begin_ns - cgroup->period_us * WW_NS_PER_US, 0), begin_ns });
	quota = ww_duration_text(cgroup->quota_us * WW_NS_PER_US);
	period = ww_duration_text(cgroup->period_us * WW_NS_PER_US);
	who = spenders_text(census->trace, spenders);
	return g_strdup_printf("Control group %s may have %s of every %s; in the last such time "
			       "before the worst wait %u of its threads ran: %s.",
			       cgroup->path, quota, period, spenders->len, who);
}

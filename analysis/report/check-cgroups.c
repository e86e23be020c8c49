// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Throttled time against each cgroup's cpu.stat.
 *
 * The kernel counts how long each CPU's queue of the cgroup was throttled, all CPUs added up, when
 * the throttling is over. In the trace that is from the first thread of the cgroup that leaves the
 * CPU because the quota is used up, to the first of them that runs again. At the most: no record
 * says when a thread was let go, and then it may stand behind others. At the least that part of it
 * in which its CPU was idle, for it would have run.
 */
#include "analysis/report/check.h"

struct episode {
	uint16_t cpu;
	struct ww_span span;
};

/* Limits of the cgroup and those above it: the one that has one, 0 when there is none or more. */
static uint64_t limiting_cgroup(const struct ww_manifest *manifest, uint64_t id)
{
	uint64_t found = 0;

	for (guint depth = 0; id && depth < manifest->cgroups->len; depth++) {
		const struct ww_cgroup *cgroup = ww_manifest_cgroup(manifest, id);

		if (!cgroup)
			return 0;
		if (cgroup->quota_us > 0 && found)
			return 0;
		if (cgroup->quota_us > 0)
			found = id;
		id = cgroup->parent;
	}
	return found;
}

static void collect(const struct ww_trace *trace, uint32_t utid, struct ww_span window,
		    GArray *episodes)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, window);
	while (ww_interval_iter_next(&iter, &interval)) {
		const struct episode episode = { interval.cpu, interval.span };

		if (interval.reason == WW_REASON_THROTTLED &&
		    interval.span.end_ns <= window.end_ns &&
		    !(interval.flags & WW_INTERVAL_CENSORED_RIGHT))
			g_array_append_val(episodes, episode);
	}
}

static int compare_episodes(gconstpointer a, gconstpointer b)
{
	const struct episode *left = a, *right = b;

	if (left->cpu != right->cpu)
		return left->cpu < right->cpu ? -1 : 1;
	return (left->span.begin_ns > right->span.begin_ns) -
	       (left->span.begin_ns < right->span.begin_ns);
}

struct throttlings {
	int64_t least_ns, most_ns;
	int64_t n;
};

static void add_throttling(const struct ww_trace *trace, const struct episode *episode,
			   struct throttlings *throttlings)
{
	struct ww_state_sums sums;

	ww_query_sums(trace, (struct ww_lane){ WW_LANE_CPU, episode->cpu }, episode->span, &sums);
	throttlings->least_ns += sums.ns[WW_STATE_BLOCKED];
	throttlings->most_ns += ww_span_length_ns(episode->span);
	throttlings->n++;
}

/* Those that overlap on one CPU are one throttling; the first that runs again ends it. */
static struct throttlings join(const struct ww_trace *trace, GArray *episodes)
{
	struct throttlings throttlings = { 0 };
	struct episode open = { 0 };

	g_array_sort(episodes, compare_episodes);
	for (guint i = 0; i < episodes->len; i++) {
		const struct episode *episode = &g_array_index(episodes, struct episode, i);
		const bool is_same = i > 0 && episode->cpu == open.cpu &&
				     episode->span.begin_ns < open.span.end_ns;

		if (is_same) {
			open.span.end_ns = MIN(open.span.end_ns, episode->span.end_ns);
			continue;
		}
		if (i > 0)
			add_throttling(trace, &open, &throttlings);
		open = *episode;
	}
	if (episodes->len > 0)
		add_throttling(trace, &open, &throttlings);
	return throttlings;
}

/* The threads whose only limit is that of @cgroup. */
static GArray *episodes_of(const struct ww_trace *trace, const struct ww_cgroup *cgroup)
{
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;
	const struct ww_span window = { ww_check_time(trace, cgroup->begin.at_ns),
					ww_check_time(trace, cgroup->end.at_ns) };
	GArray *episodes = g_array_new(false, false, sizeof(struct episode));

	for (guint i = 0; i < manifest->schedstats->len; i++) {
		const struct ww_schedstat *stat =
			&g_array_index(manifest->schedstats, struct ww_schedstat, i);
		const uint32_t utid = ww_check_thread(trace, stat);

		if (utid != WW_UTID_NONE && limiting_cgroup(manifest, stat->cgroup) == cgroup->id)
			collect(trace, utid, window, episodes);
	}
	return episodes;
}

static void compare_cgroup(const struct ww_trace *trace, const struct ww_cgroup *cgroup,
			   struct ww_check_finding *finding)
{
	g_autoptr(GArray) episodes = NULL;
	struct throttlings measured;
	int64_t expected_ns, distance_ns;

	if (!cgroup->begin.at_ns || !cgroup->end.at_ns || cgroup->begin.throttled_us < 0 ||
	    cgroup->end.throttled_us < 0) {
		ww_check_skip(finding, "the cpu.stat of some cgroups could not be read");
		return;
	}
	episodes = episodes_of(trace, cgroup);
	expected_ns = (cgroup->end.throttled_us - cgroup->begin.throttled_us) * WW_NS_PER_US;
	measured = join(trace, episodes);
	distance_ns = MAX(MAX(measured.least_ns - expected_ns, expected_ns - measured.most_ns), 0);
	if (ww_check_compare(finding, expected_ns,
			     CLAMP(expected_ns, measured.least_ns, measured.most_ns), distance_ns,
			     expected_ns / 50 + WW_NS_PER_MS * measured.n))
		ww_check_blame(finding, WW_UTID_NONE, g_strdup_printf("cgroup %s", cgroup->path));
}

void ww_check_throttled(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;
	guint n_limited = 0;

	for (guint i = 0; manifest && i < manifest->cgroups->len; i++) {
		const struct ww_cgroup *cgroup =
			&g_array_index(manifest->cgroups, struct ww_cgroup, i);

		if (cgroup->quota_us <= 0)
			continue;
		n_limited++;
		compare_cgroup(trace, cgroup, finding);
	}
	if (n_limited == 0)
		ww_check_skip(finding, manifest && manifest->cgroups->len > 0
					       ? "no cgroup of the target has a quota"
					       : "the trace has no accounts of cgroups");
}

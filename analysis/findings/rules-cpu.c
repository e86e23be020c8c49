// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that were ready and not running: each sort of cause with how much of it is too much.
 *
 * A thread counts when one of its limits is passed; the threads of one process are one finding.
 */
#include <string.h>

#include "analysis/explain/placement.h"
#include "analysis/findings/rules.h"

#define NEVER INT64_MAX

struct rule {
	enum ww_finding_kind kind;
	enum ww_tally_kind tally;
	int64_t total_ns;  /* at least, in all */
	int64_t single_ns; /* or in one wait */
	double share;      /* or of the thread's time, when it is SHARE_MIN_NS at least; 0: does not
			      matter */
	const char *why;
	bool (*holds)(const struct ww_census *census,
		      uint32_t upid); /* NULL: nothing more is asked */
};

/* A share of next to nothing is nothing. */
#define SHARE_MIN_NS WW_NS_PER_MS

static bool has_too_many_threads(const struct ww_census *census, uint32_t upid);
static bool has_irq_storm(const struct ww_census *census, uint32_t upid);

/* clang-format off */
static const struct rule rules[] = {
	{ WW_FINDING_QUOTA_THROTTLE, WW_TALLY_THROTTLED, NEVER, 10 * WW_NS_PER_MS, 0.01,
	  "although ready: the CPU quota of the control group was used up", NULL },
	{ WW_FINDING_RT_STARVATION, WW_TALLY_OUTRANKED_BY_RT, 100 * WW_NS_PER_MS, NEVER, 0,
	  "ready behind threads of real-time priority", NULL },
	{ WW_FINDING_RT_BUDGET, WW_TALLY_RT_BUDGET, WW_NS_PER_MS, NEVER, 0,
	  "ready with real-time priority: real-time threads had used up what the kernel lets them have of a CPU", NULL },
	{ WW_FINDING_LOAD_BALANCE_MISS, WW_TALLY_ALLOWED_IDLE, WW_NS_PER_MS, NEVER, 0,
	  "ready while another CPU, also allowed, was idle", NULL },
	{ WW_FINDING_AFFINITY_CLASH, WW_TALLY_PINNED_BEHIND_PINNED, NEVER, NEVER, 0.05,
	  "ready behind threads pinned to the same CPU while another CPU was idle", NULL },
	{ WW_FINDING_OVERSUBSCRIPTION, WW_TALLY_SAME_PROCESS, NEVER, NEVER, 0.10,
	  "ready behind threads of their own process", has_too_many_threads },
	{ WW_FINDING_IRQ_STORM, WW_TALLY_IRQ, WW_NS_PER_MS, NEVER, 0,
	  "ready behind interrupts", has_irq_storm },
	{ WW_FINDING_MEMORY_PRESSURE, WW_TALLY_RECLAIM, WW_NS_PER_MS, NEVER, 0,
	  "for memory to be freed", NULL },
	{ WW_FINDING_STEAL, WW_TALLY_STEAL, NEVER, NEVER, 0.01,
	  "ready while the hypervisor ran something else", NULL },
	{ WW_FINDING_RECORDER_OVERHEAD, WW_TALLY_RECORDER, NEVER, NEVER, 0.01,
	  "ready behind the recorder itself", NULL },
};
/* clang-format on */

static bool passes(const struct rule *rule, const struct ww_census_thread *thread)
{
	const struct ww_tally *tally = &thread->tallies[rule->tally];
	const bool has_share = rule->share > 0 && tally->total_ns >= SHARE_MIN_NS &&
			       (double)tally->total_ns >= rule->share * (double)thread->lived_ns;

	return tally->total_ns >= rule->total_ns || tally->worst_ns >= rule->single_ns || has_share;
}

static void add_tally(struct ww_found *found, const struct ww_census_thread *thread,
		      const struct ww_tally *tally)
{
	struct ww_finding *finding = found->finding;

	ww_finding_add_wait(finding, thread->utid, tally->worst, tally->worst_ns);
	finding->count += tally->count - 1;
	finding->total_ns += tally->total_ns - tally->worst_ns;
	found->lived_ns += thread->lived_ns;
	found->inferred_ns += tally->inferred_ns;
}

static int by_tally(const void *pa, const void *pb, void *data)
{
	const enum ww_tally_kind kind = *(const enum ww_tally_kind *)data;
	const struct ww_census_thread *a = *(const struct ww_census_thread *const *)pa,
				      *b = *(const struct ww_census_thread *const *)pb;
	const int64_t of_a = a->tallies[kind].total_ns, of_b = b->tallies[kind].total_ns;

	if (of_a != of_b)
		return of_a > of_b ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

/* The threads of process @upid that pass. Elements: const struct ww_census_thread *. */
static GPtrArray *who_passes(const struct ww_census *census, const struct rule *rule, uint32_t upid)
{
	GPtrArray *threads = g_ptr_array_new();
	enum ww_tally_kind tally = rule->tally;

	for (guint i = 0; i < census->threads->len; i++) {
		struct ww_census_thread *thread =
			&g_array_index(census->threads, struct ww_census_thread, i);

		if (ww_trace_thread(census->trace, thread->utid)->upid == upid &&
		    passes(rule, thread))
			g_ptr_array_add(threads, thread);
	}
	g_ptr_array_sort_with_data(threads, by_tally, &tally);
	return threads;
}

static void apply(const struct ww_census *census, const struct rule *rule, uint32_t upid,
		  GPtrArray *findings)
{
	g_autoptr(GPtrArray) threads = who_passes(census, rule, upid);
	struct ww_found found = { .why = rule->why };

	if (threads->len == 0 || (rule->holds && !rule->holds(census, upid)))
		return;
	found.finding = ww_finding_add(findings, rule->kind);
	for (guint i = 0; i < threads->len; i++) {
		const struct ww_census_thread *thread = threads->pdata[i];

		add_tally(&found, thread, &thread->tallies[rule->tally]);
	}
	if (found.inferred_ns > found.finding->total_ns / 10)
		found.finding->confidence = WW_CONFIDENCE_LIKELY;
	found.finding->sentence = ww_finding_sentence(census->trace, &found);
}

void ww_rules_cpu(const struct ww_census *census, GPtrArray *findings)
{
	g_autofree bool *is_done = g_new0(bool, ww_trace_info(census->trace)->n_processes);

	for (guint i = 0; i < census->threads->len; i++) {
		const uint32_t utid =
			g_array_index(census->threads, struct ww_census_thread, i).utid;
		const uint32_t upid = ww_trace_thread(census->trace, utid)->upid;

		for (size_t rule = 0; rule < G_N_ELEMENTS(rules) && !is_done[upid]; rule++)
			apply(census, &rules[rule], upid, findings);
		is_done[upid] = true;
	}
}

struct edge {
	int64_t at_ns;
	int change;
};

static int by_time(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return a->change - b->change;
}

/* When threads of the process begin and end to want a CPU. */
static GArray *edges_of(const struct ww_census *census, uint32_t upid)
{
	GArray *edges = g_array_new(false, false, sizeof(struct edge));
	struct ww_interval_iter iter;
	struct ww_interval interval;

	for (guint i = 0; i < census->threads->len; i++) {
		const uint32_t utid =
			g_array_index(census->threads, struct ww_census_thread, i).utid;

		if (ww_trace_thread(census->trace, utid)->upid != upid)
			continue;
		ww_interval_iter_init(&iter, census->trace,
				      (struct ww_lane){ WW_LANE_THREAD, utid }, census->span);
		while (ww_interval_iter_next(&iter, &interval)) {
			const struct ww_span span = ww_span_intersect(interval.span, census->span);
			const struct edge both[] = { { span.begin_ns, 1 }, { span.end_ns, -1 } };

			if (interval.state == WW_STATE_RUNNING ||
			    interval.state == WW_STATE_RUNNABLE)
				g_array_append_vals(edges, both, 2);
		}
	}
	g_array_sort(edges, by_time);
	return edges;
}

static unsigned int allowed_cpus(const struct ww_census *census, uint32_t upid)
{
	const unsigned int n_cpus = ww_trace_info(census->trace)->n_cpus;
	unsigned int n = 0;

	for (guint i = 0; i < census->threads->len; i++) {
		const uint32_t utid =
			g_array_index(census->threads, struct ww_census_thread, i).utid;
		struct ww_allowed allowed;

		if (ww_trace_thread(census->trace, utid)->upid != upid)
			continue;
		allowed = ww_allowed_at(census->trace, utid, census->span.end_ns);
		n = MAX(n, allowed.is_known ? MIN(allowed.n, n_cpus) : n_cpus);
	}
	return n;
}

/* For half of the time more of its threads want a CPU than it may have. */
static bool has_too_many_threads(const struct ww_census *census, uint32_t upid)
{
	g_autoptr(GArray) edges = edges_of(census, upid);
	const int n_allowed = (int)allowed_cpus(census, upid);
	int64_t crowded_ns = 0, since_ns = census->span.begin_ns;
	int n_wanting = 0;

	for (guint i = 0; i < edges->len; i++) {
		const struct edge *edge = &g_array_index(edges, struct edge, i);

		if (n_wanting > n_allowed)
			crowded_ns += edge->at_ns - since_ns;
		since_ns = edge->at_ns;
		n_wanting += edge->change;
	}
	return crowded_ns >= ww_span_length_ns(census->span) / 2;
}

#define STORM_WINDOW_NS (10 * WW_NS_PER_MS)
#define STORM_SHARE 5 /* a fifth of the window */

/* The union of interrupts, which arrive by their ends: the inner ones first. */
static GArray *interrupted(const struct ww_census *census, uint16_t cpu)
{
	GArray *spans = g_array_new(false, false, sizeof(struct ww_span));
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_INTERRUPT, cpu, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		struct ww_span span = ww_span_intersect(row.span, census->span);

		while (spans->len > 0 &&
		       g_array_index(spans, struct ww_span, spans->len - 1).begin_ns >=
			       span.begin_ns)
			g_array_set_size(spans, spans->len - 1);
		if (spans->len > 0)
			span.begin_ns =
				MAX(span.begin_ns,
				    g_array_index(spans, struct ww_span, spans->len - 1).end_ns);
		if (span.begin_ns < span.end_ns)
			g_array_append_val(spans, span);
	}
	return spans;
}

static bool has_storm_on(const struct ww_census *census, uint16_t cpu)
{
	g_autoptr(GArray) spans = interrupted(census, cpu);
	int64_t window = -1, inside_ns = 0;

	for (guint i = 0; i < spans->len; i++) {
		const struct ww_span span = g_array_index(spans, struct ww_span, i);

		if (span.begin_ns / STORM_WINDOW_NS != window)
			inside_ns = 0;
		window = span.begin_ns / STORM_WINDOW_NS;
		inside_ns += ww_span_length_ns(span);
		if (inside_ns >= STORM_WINDOW_NS / STORM_SHARE)
			return true;
	}
	return false;
}

static bool has_irq_storm(const struct ww_census *census, uint32_t upid)
{
	g_autoptr(GArray) cpus = ww_query_cpus(census->trace);

	for (guint i = 0; i < cpus->len; i++)
		if (has_storm_on(census, g_array_index(cpus, uint16_t, i)))
			return true;
	return false;
}

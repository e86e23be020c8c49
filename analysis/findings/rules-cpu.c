// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that were ready and not running: each sort of cause with how much of it is too much.
 *
 * A thread counts when one of its limits is passed; the threads of one process are one finding.
 * What the machine does to threads, whatever they are, is one finding for all of them.
 */
#include "analysis/explain/overlaps.h"
#include "analysis/explain/placement.h"
#include "analysis/findings/culprits.h"
#include "analysis/findings/details.h"
#include "analysis/findings/rules.h"

#define NEVER INT64_MAX

struct rule {
	enum ww_finding_kind kind;
	enum ww_tally_kind tally;
	int64_t total_ns;  /* at least, in all */
	int64_t single_ns; /* or in one wait */
	double share;      /* or of the thread's time, when it is share_min_ns at least; 0: does not
			      matter */
	const char *why;
	/* @all: the threads of the process, or of the census; @passing: those that pass. NULL:
	 * nothing more is asked
	 */
	bool (*holds)(const struct ww_census *census, const GPtrArray *all,
		      const GPtrArray *passing);
	/* A sentence to go behind the one of the finding; NULL: there is none */
	char *(*more)(const struct ww_census *census, const struct ww_finding *finding);
	int64_t share_min_ns; /* 0: SHARE_MIN_NS */
	int64_t sum_min_ns;   /* of all that pass, together */
};

/* A share of next to nothing is nothing. */
#define SHARE_MIN_NS WW_NS_PER_MS

/* A program of a few milliseconds that came second once is no busy machine. */
#define WEIGHT_MIN_NS (100 * WW_NS_PER_MS)

static bool has_too_many_threads(const struct ww_census *census, const GPtrArray *all,
				 const GPtrArray *passing);
static bool has_irq_storm(const struct ww_census *census, const GPtrArray *all,
			  const GPtrArray *passing);
static bool has_slow_exits(const struct ww_census *census, const GPtrArray *all,
			   const GPtrArray *passing);
static bool has_missed_share(const struct ww_census *census, const GPtrArray *all,
			     const GPtrArray *passing);

/* clang-format off */
static const struct rule rules[] = {
	{ WW_FINDING_QUOTA_THROTTLE, WW_TALLY_THROTTLED, NEVER, 10 * WW_NS_PER_MS, 0.01,
	  "although ready: the CPU quota of the control group was used up", NULL, ww_detail_quota },
	{ WW_FINDING_RT_STARVATION, WW_TALLY_OUTRANKED_BY_RT, NEVER, 100 * WW_NS_PER_MS, 0.20,
	  "ready behind threads of real-time priority", NULL, NULL, 100 * WW_NS_PER_MS },
	{ WW_FINDING_RT_BUDGET, WW_TALLY_RT_BUDGET, WW_NS_PER_MS, NEVER, 0,
	  "ready with real-time priority: real-time threads had used up what the kernel lets them have of a CPU" },
	{ WW_FINDING_AFFINITY_CLASH, WW_TALLY_PINNED_BEHIND_PINNED, NEVER, NEVER, 0.05,
	  "ready behind threads pinned to the same CPU while another CPU was idle" },
	{ WW_FINDING_OVERSUBSCRIPTION, WW_TALLY_SAME_PROCESS, NEVER, NEVER, 0.10,
	  "ready behind threads of their own process", has_too_many_threads },
	{ WW_FINDING_IRQ_STORM, WW_TALLY_IRQ, NEVER, 2 * WW_NS_PER_MS, 0.01,
	  "ready behind interrupts", has_irq_storm, ww_culprits_interrupts },
	{ WW_FINDING_MEMORY_PRESSURE, WW_TALLY_RECLAIM, NEVER, WW_NS_PER_MS, 0.001,
	  "for memory to be freed", NULL, ww_detail_reclaim },
	{ WW_FINDING_DISK_BOUND, WW_TALLY_DISK, NEVER, NEVER, 0.20,
	  "for the disk", NULL, ww_culprits_files, 0, WEIGHT_MIN_NS },
	{ WW_FINDING_MMAP_LOCK_CONTENTION, WW_TALLY_MMAP_LOCK, NEVER, NEVER, 0.01,
	  "for the lock of its address space (mmap lock)", NULL, ww_detail_mmap_holder, 10 * WW_NS_PER_MS },
	{ WW_FINDING_ARENA_LOCK, WW_TALLY_ARENA, NEVER, NEVER, 0.01,
	  "inside of the allocator because another thread used the same arena", NULL, NULL, 5 * WW_NS_PER_MS },
};

static const struct rule machine_rules[] = {
	{ WW_FINDING_LOAD_BALANCE_MISS, WW_TALLY_ALLOWED_IDLE, NEVER, NEVER, 0.01,
	  "ready while another CPU, also allowed, was idle", has_missed_share },
	{ WW_FINDING_STEAL, WW_TALLY_STEAL, NEVER, NEVER, 0.01,
	  "ready while the hypervisor ran something else" },
	{ WW_FINDING_RECORDER_OVERHEAD, WW_TALLY_RECORDER, NEVER, NEVER, 0.01,
	  "ready behind the recorder itself" },
	{ WW_FINDING_BUSY_CPUS, WW_TALLY_OTHER_PROCESS, NEVER, NEVER, 0.20,
	  "ready behind other processes of equal priority", NULL, ww_culprits_programs, 0, WEIGHT_MIN_NS },
	{ WW_FINDING_DEEP_IDLE, WW_TALLY_SLOW_IDLE_EXIT, NEVER, NEVER, 0.02,
	  "ready until their CPU had woken from idle", has_slow_exits, ww_detail_idle_exits },
};
/* clang-format on */

static bool passes(const struct rule *rule, const struct ww_census_thread *thread)
{
	const struct ww_tally *tally = &thread->tallies[rule->tally];
	const int64_t least_ns = rule->share_min_ns > 0 ? rule->share_min_ns : SHARE_MIN_NS;
	const bool has_share = rule->share > 0 && tally->total_ns >= least_ns &&
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

/* Elements, as of all lists of threads here: const struct ww_census_thread *. */
static GPtrArray *who_passes(const struct rule *rule, const GPtrArray *all)
{
	GPtrArray *threads = g_ptr_array_new();
	enum ww_tally_kind tally = rule->tally;

	for (guint i = 0; i < all->len; i++)
		if (passes(rule, all->pdata[i]))
			g_ptr_array_add(threads, all->pdata[i]);
	g_ptr_array_sort_with_data(threads, by_tally, &tally);
	return threads;
}

/* Takes @more, which may be NULL. */
static void append(struct ww_finding *finding, char *more)
{
	char *longer = more ? g_strdup_printf("%s %s", finding->sentence, more) : NULL;

	if (!more)
		return;
	g_free(finding->sentence);
	g_free(more);
	finding->sentence = longer;
}

static int64_t sum_of(const GPtrArray *threads, enum ww_tally_kind tally)
{
	int64_t total_ns = 0;

	for (guint i = 0; i < threads->len; i++) {
		const struct ww_census_thread *thread = threads->pdata[i];

		total_ns += thread->tallies[tally].total_ns;
	}
	return total_ns;
}

static void apply(const struct ww_census *census, const struct rule *rule, const GPtrArray *all,
		  GPtrArray *findings)
{
	g_autoptr(GPtrArray) threads = who_passes(rule, all);
	struct ww_found found = { .why = rule->why };

	if (threads->len == 0 || sum_of(threads, rule->tally) < rule->sum_min_ns ||
	    (rule->holds && !rule->holds(census, all, threads)))
		return;
	found.finding = ww_finding_add(findings, rule->kind);
	for (guint i = 0; i < threads->len; i++) {
		const struct ww_census_thread *thread = threads->pdata[i];

		add_tally(&found, thread, &thread->tallies[rule->tally]);
	}
	if (found.inferred_ns > found.finding->total_ns / 10)
		found.finding->confidence = WW_CONFIDENCE_LIKELY;
	found.finding->sentence = ww_finding_sentence(census->trace, &found);
	if (rule->more)
		append(found.finding, rule->more(census, found.finding));
}

static void free_threads(void *threads)
{
	if (threads)
		g_ptr_array_unref(threads);
}

/* The threads of each process, by upid; NULL: none of it was counted. */
static GPtrArray *by_process(const struct ww_census *census)
{
	GPtrArray *processes = g_ptr_array_new_with_free_func(free_threads);

	g_ptr_array_set_size(processes, (int)ww_trace_info(census->trace)->n_processes);
	for (guint i = 0; i < census->threads->len; i++) {
		struct ww_census_thread *thread =
			&g_array_index(census->threads, struct ww_census_thread, i);
		const uint32_t upid = ww_trace_thread(census->trace, thread->utid)->upid;

		if (!processes->pdata[upid])
			processes->pdata[upid] = g_ptr_array_new();
		g_ptr_array_add(processes->pdata[upid], thread);
	}
	return processes;
}

void ww_rules_cpu(const struct ww_census *census, GPtrArray *findings)
{
	g_autoptr(GPtrArray) processes = by_process(census);
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint i = 0; i < census->threads->len; i++)
		g_ptr_array_add(all, &g_array_index(census->threads, struct ww_census_thread, i));
	for (size_t i = 0; i < G_N_ELEMENTS(machine_rules); i++)
		apply(census, &machine_rules[i], all, findings);
	for (guint upid = 0; upid < processes->len; upid++)
		for (size_t i = 0; processes->pdata[upid] && i < G_N_ELEMENTS(rules); i++)
			apply(census, &rules[i], processes->pdata[upid], findings);
}

/* How many CPUs one or the other of @threads may use. */
static unsigned int allowed_cpus(const struct ww_census *census, const GPtrArray *threads)
{
	const unsigned int n_cpus = ww_trace_info(census->trace)->n_cpus;
	uint64_t first = 0;
	unsigned int n = 0;

	for (guint i = 0; i < threads->len; i++) {
		const struct ww_census_thread *thread = threads->pdata[i];
		const struct ww_allowed allowed =
			ww_allowed_at(census->trace, thread->utid, census->span.end_ns);

		first |= allowed.first;
		n = MAX(n, allowed.is_known ? allowed.n : n_cpus);
	}
	return MIN(MAX(n, (unsigned int)__builtin_popcountll(first)), n_cpus);
}

/* What else keeps a thread from a CPU would do so with fewer threads, too. */
static bool is_top_cause(const GPtrArray *threads, enum ww_tally_kind tally)
{
	static const enum ww_tally_kind others[] = { WW_TALLY_THROTTLED, WW_TALLY_OUTRANKED_BY_RT,
						     WW_TALLY_OTHER_PROCESS, WW_TALLY_STEAL };

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (sum_of(threads, others[i]) > sum_of(threads, tally))
			return false;
	return true;
}

/* For half of the time more of its threads want a CPU than it may have. */
static bool has_too_many_threads(const struct ww_census *census, const GPtrArray *all,
				 const GPtrArray *passing)
{
	const unsigned int wanting = 1u << WW_STATE_RUNNING | 1u << WW_STATE_RUNNABLE;
	g_autoptr(GArray) overlaps = ww_overlaps_new();

	if (!is_top_cause(passing, WW_TALLY_SAME_PROCESS))
		return false;
	for (guint i = 0; i < all->len; i++) {
		const struct ww_census_thread *thread = all->pdata[i];

		ww_overlaps_add_thread(overlaps, census->trace, thread->utid, census->span,
				       wanting);
	}
	ww_overlaps_sort(overlaps);
	return ww_overlaps_ns(overlaps, allowed_cpus(census, all) + 1) >=
	       ww_span_length_ns(census->span) / 2;
}

/* Balancing looks at queues every few milliseconds: that somebody waits for as long now and then is
 * how it works. */
static bool has_missed_share(const struct ww_census *census, const GPtrArray *all,
			     const GPtrArray *passing)
{
	return sum_of(passing, WW_TALLY_ALLOWED_IDLE) >= ww_span_length_ns(census->span) / 100;
}

#define STORM_WINDOW_NS (10 * WW_NS_PER_MS)
#define STORM_SHARE 5 /* a fifth of the window */

/* In one of the windows that @span touches. Those that are nested count once. */
static bool has_storm_in(const struct ww_trace *trace, uint16_t cpu, struct ww_span span)
{
	const struct ww_span windows = {
		span.begin_ns / STORM_WINDOW_NS * STORM_WINDOW_NS,
		(span.end_ns / STORM_WINDOW_NS + 1) * STORM_WINDOW_NS,
	};
	g_autoptr(GArray) interrupts = ww_query_interrupt(trace, cpu, windows);
	int64_t window = -1, inside_ns = 0, until_ns = windows.begin_ns;

	for (guint i = 0; i < interrupts->len; i++) {
		const struct ww_span whole = g_array_index(interrupts, struct ww_interrupt, i).span;
		const int64_t begin_ns = MAX(whole.begin_ns, until_ns);

		if (begin_ns / STORM_WINDOW_NS != window)
			inside_ns = 0;
		window = begin_ns / STORM_WINDOW_NS;
		inside_ns += MAX(whole.end_ns - begin_ns, 0);
		until_ns = MAX(until_ns, whole.end_ns);
		if (inside_ns >= STORM_WINDOW_NS / STORM_SHARE)
			return true;
	}
	return false;
}

/* Where and when one of them waited longest behind interrupts. */
static bool has_irq_storm(const struct ww_census *census, const GPtrArray *all,
			  const GPtrArray *passing)
{
	for (guint i = 0; i < passing->len; i++) {
		const struct ww_census_thread *thread = passing->pdata[i];
		struct ww_interval wait;

		if (ww_query_wait(census->trace, thread->tallies[WW_TALLY_IRQ].worst, &wait) &&
		    has_storm_in(census->trace, wait.cpu, wait.span))
			return true;
	}
	return false;
}

#define EXITS_MIN 100 /* of fewer nobody knows which is one of a hundred */

/* One of a hundred CPUs takes more than twice as long as half of them. */
static bool has_slow_exits(const struct ww_census *census, const GPtrArray *all,
			   const GPtrArray *passing)
{
	return census->idle_exits->len >= EXITS_MIN &&
	       ww_idle_exit_ns(census, 99) > 2 * ww_idle_exit_ns(census, 50);
}

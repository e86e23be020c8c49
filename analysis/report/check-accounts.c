// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each thread against what the kernel counted of it.
 *
 * The kernel's account was read at two instants, each known to lie between two times, so what the
 * trace says is a range: from the shortest to the longest time between them. What differs by
 * nature:
 *
 * - schedstat learns of a running thread's time at its switch or at the next tick, so either end
 * may be a tick too small while the thread runs;
 * - a wait in a run queue counts once it is over, all of it;
 * - what a guest's host took while the thread had its CPU does not count as running;
 * - schedstat begins a wait where the thread is queued, the trace where somebody decided to wake
 * it; it counts a few us after each wake-up as running that the trace counts as waiting;
 * - it counts by the clock of the CPU's run queue, which a wake-up from another CPU finds standing
 *   where that CPU last looked at it: measured on a busy guest, up to 5 us a wait in the sum of
 *   both, and 1.2 ms in a single wait.
 */
#include "analysis/explain/steal.h"
#include "analysis/explain/summary.h"
#include "analysis/report/check.h"

#define TICK_NS (10 * WW_NS_PER_MS) /* of the slowest kernels */
#define CLOCK_SLACK_NS                                                                             \
	(500 * WW_NS_PER_US) /* its clock stands still from one look at it to the next; measured:  \
				up to 200 us on a guest whose host is busy */

/* What a thread had done by some instant. */
struct progress {
	int64_t ran_ns;
	int64_t waited_ns; /* in run queues, of waits that are over */
	int64_t n_waits;
	int64_t n_voluntary, n_involuntary;
	bool is_running;
};

/* Progress between the two readings, at least and at most. */
struct range {
	struct progress least, most;
};

/* What one check compares of an account. */
struct quantity {
	int64_t (*expected)(const struct ww_account *begin, const struct ww_account *end);
	int64_t (*measured)(const struct progress *progress);
	int64_t (*allowed)(int64_t expected, const struct range *range);
	bool needs_counts; /* those of status, which old traces lack */
	bool needs_queues; /* without wake-ups nobody knows when a thread was ready */
};

/* schedstat does not know of a thread before it is queued. */
static int64_t queued_ns(const struct ww_interval *wait)
{
	int64_t begin_ns = wait->span.begin_ns;

	if (wait->wakeup_ns > begin_ns)
		begin_ns = MIN(wait->wakeup_ns, wait->span.end_ns);
	return wait->span.end_ns - begin_ns;
}

/* @next: NULL: the thread ended, which the kernel counts as leaving by its own will. */
static bool left_by_will(const struct ww_interval *next)
{
	return !next || next->state == WW_STATE_DEAD || ww_left_by_will(next);
}

/* The last one may reach beyond the last event: nothing that changes it was recorded. */
static void add_interval(struct progress *progress, const struct ww_interval *interval,
			 const struct ww_interval *next, int64_t t_ns)
{
	const bool is_open = !next && (interval->flags & WW_INTERVAL_CENSORED_RIGHT);
	const bool is_over = !is_open && interval->span.end_ns <= t_ns;

	if (interval->state == WW_STATE_RUNNABLE && is_over) {
		progress->waited_ns += queued_ns(interval);
		progress->n_waits++;
	}
	if (interval->state != WW_STATE_RUNNING)
		return;
	progress->ran_ns += (is_over ? interval->span.end_ns : t_ns) - interval->span.begin_ns;
	progress->is_running = !is_over;
	if (is_over && left_by_will(next))
		progress->n_voluntary++;
	else if (is_over)
		progress->n_involuntary++;
}

static struct progress progress_until(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	struct progress progress = { 0 };
	struct ww_interval interval, next;
	struct ww_interval_iter iter;
	bool has_interval, has_next;

	ww_interval_iter_init(&iter, trace, lane, (struct ww_span){ INT64_MIN, INT64_MAX });
	has_interval = ww_interval_iter_next(&iter, &interval);
	while (has_interval && interval.span.begin_ns < t_ns) {
		has_next = ww_interval_iter_next(&iter, &next);
		add_interval(&progress, &interval, has_next ? &next : NULL, t_ns);
		interval = next;
		has_interval = has_next;
	}
	return progress;
}

static struct progress between(const struct progress *begin, const struct progress *end)
{
	return (struct progress){
		.ran_ns = end->ran_ns - begin->ran_ns,
		.waited_ns = end->waited_ns - begin->waited_ns,
		.n_waits = end->n_waits - begin->n_waits,
		.n_voluntary = end->n_voluntary - begin->n_voluntary,
		.n_involuntary = end->n_involuntary - begin->n_involuntary,
		.is_running = begin->is_running || end->is_running,
	};
}

/* Nothing was lost, and each change of the thread's state is a record, not an estimate. */
static bool is_whole(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	const uint8_t unsure = WW_INTERVAL_DEGRADED | WW_INTERVAL_INFERRED;
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (interval.state == WW_STATE_UNKNOWN || (interval.flags & unsure))
			return false;
		/* A wait whose begin nobody saw counts in full once it is over. */
		if (interval.state == WW_STATE_RUNNABLE &&
		    (interval.flags & WW_INTERVAL_CENSORED_LEFT))
			return false;
	}
	return true;
}

static bool was_born_inside(const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_thread *thread = ww_trace_thread(trace, utid);
	struct ww_interval first;

	return thread->life.begin_ns > 0 &&
	       ww_query_at(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, thread->life.begin_ns,
			   &first) &&
	       !(first.flags & WW_INTERVAL_CENSORED_LEFT);
}

uint32_t ww_check_thread(const struct ww_trace *trace, const struct ww_schedstat *stat)
{
	const int64_t read_ns = ww_check_time(trace, stat->end.before_ns);
	uint32_t utid = ww_query_utid(trace, stat->tid, read_ns);

	if (utid == WW_UTID_NONE)
		utid = ww_query_utid(trace, stat->tid, INT64_MIN);
	if (utid != WW_UTID_NONE && ww_trace_thread(trace, utid)->life.begin_ns > read_ns)
		return WW_UTID_NONE;
	return utid;
}

/* NULL, or why @stat and the trace cannot be compared. */
static const char *obstacle(const struct ww_trace *trace, const struct ww_schedstat *stat,
			    uint32_t utid)
{
	const struct ww_trace_info *info = ww_trace_info(trace);
	const int64_t end_ns = ww_check_time(trace, stat->end.after_ns);
	int64_t begin_ns;

	if (!stat->end.before_ns)
		return "the recorder did not say when it read the accounts";
	if (utid == WW_UTID_NONE)
		return "some threads with accounts are not in the trace";
	if (!stat->begin.before_ns && !was_born_inside(trace, utid))
		return "some threads were first seen after the recording had begun";
	begin_ns = stat->begin.before_ns ? ww_check_time(trace, stat->begin.before_ns)
					 : ww_trace_thread(trace, utid)->life.begin_ns;
	if (begin_ns < 0 ||
	    end_ns > MAX(info->duration_ns, ww_check_time(trace, info->manifest->end_ns)))
		return "some accounts were read outside of the trace";
	if (!is_whole(trace, utid, (struct ww_span){ begin_ns, end_ns }))
		return "records of some threads are missing";
	return NULL;
}

static struct range range_of(const struct ww_trace *trace, const struct ww_schedstat *stat,
			     uint32_t utid)
{
	struct progress first = { 0 }, last = { 0 };
	const struct progress early =
		progress_until(trace, utid, ww_check_time(trace, stat->end.before_ns));
	const struct progress late =
		progress_until(trace, utid, ww_check_time(trace, stat->end.after_ns));

	if (stat->begin.before_ns) {
		first = progress_until(trace, utid, ww_check_time(trace, stat->begin.before_ns));
		last = progress_until(trace, utid, ww_check_time(trace, stat->begin.after_ns));
	}
	return (struct range){ .least = between(&last, &early), .most = between(&first, &late) };
}

static int64_t expected_run(const struct ww_account *begin, const struct ww_account *end)
{
	return end->run_ns - begin->run_ns;
}

static int64_t expected_delay(const struct ww_account *begin, const struct ww_account *end)
{
	return end->run_delay_ns - begin->run_delay_ns;
}

static int64_t expected_both(const struct ww_account *begin, const struct ww_account *end)
{
	return expected_run(begin, end) + expected_delay(begin, end);
}

/* -1 in an account that was not read: the thread had not begun. */
static int64_t expected_voluntary(const struct ww_account *begin, const struct ww_account *end)
{
	return end->n_voluntary - MAX(begin->n_voluntary, 0);
}

static int64_t expected_switches(const struct ww_account *begin, const struct ww_account *end)
{
	return expected_voluntary(begin, end) + end->n_involuntary - MAX(begin->n_involuntary, 0);
}

static int64_t measured_run(const struct progress *progress)
{
	return progress->ran_ns;
}

static int64_t measured_delay(const struct progress *progress)
{
	return progress->waited_ns;
}

static int64_t measured_both(const struct progress *progress)
{
	return progress->ran_ns + progress->waited_ns;
}

static int64_t measured_voluntary(const struct progress *progress)
{
	return progress->n_voluntary;
}

static int64_t measured_switches(const struct progress *progress)
{
	return progress->n_voluntary + progress->n_involuntary;
}

static int64_t allowed_strictly(int64_t expected, const struct range *range)
{
	const bool is_running = range->least.is_running || range->most.is_running;

	return expected / 50 + CLOCK_SLACK_NS + 10 * WW_NS_PER_US * range->most.n_waits +
	       (is_running ? TICK_NS : 0);
}

static int64_t allowed_alone(int64_t expected, const struct range *range)
{
	return allowed_strictly(expected, range) + 50 * WW_NS_PER_US * range->most.n_waits;
}

static int64_t allowed_nothing(int64_t expected, const struct range *range)
{
	return 0;
}

/* What the host took from the CPUs between the readings: running to us, and not to the kernel. */
static int64_t stolen_meanwhile(const struct ww_trace *trace, const struct ww_schedstat *stat,
				uint32_t utid)
{
	const struct ww_span span = {
		.begin_ns = stat->begin.before_ns ? ww_check_time(trace, stat->begin.before_ns)
						  : ww_trace_thread(trace, utid)->life.begin_ns,
		.end_ns = ww_check_time(trace, stat->end.after_ns),
	};
	g_autoptr(GArray) cpus = ww_query_cpus(trace);
	int64_t stolen_ns = 0;

	for (guint i = 0; i < cpus->len; i++) {
		g_autoptr(GArray) thefts = ww_thefts(trace, g_array_index(cpus, uint16_t, i), span);

		stolen_ns += ww_stolen_ns(thefts, span);
	}
	return stolen_ns;
}

static void compare_thread(const struct ww_trace *trace, const struct quantity *quantity,
			   const struct ww_schedstat *stat, struct ww_check_finding *finding)
{
	const uint32_t utid = ww_check_thread(trace, stat);
	const char *why = obstacle(trace, stat, utid);
	struct range range;
	int64_t expected, least, most, distance;

	if (!why && quantity->needs_counts && stat->end.n_voluntary < 0)
		why = "the accounts do not count switches";
	if (why) {
		ww_check_skip(finding, why);
		return;
	}
	range = range_of(trace, stat, utid);
	if (expected_run(&stat->begin, &stat->end) < range.least.ran_ns)
		range.least.ran_ns -= stolen_meanwhile(trace, stat, utid);
	expected = quantity->expected(&stat->begin, &stat->end);
	least = quantity->measured(&range.least);
	most = quantity->measured(&range.most);
	distance = MAX(MAX(least - expected, expected - most), 0);
	if (ww_check_compare(finding, expected, CLAMP(expected, least, most), distance,
			     quantity->allowed(expected, &range)))
		ww_check_blame(finding, utid, NULL);
}

static bool has_account(const struct ww_manifest *manifest, int32_t tid)
{
	for (guint i = 0; i < manifest->schedstats->len; i++) {
		if (g_array_index(manifest->schedstats, struct ww_schedstat, i).tid == tid)
			return true;
	}
	return false;
}

/* Threads that came and went between two looks, or whose process ended: nobody could read them. */
static void skip_unread(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	const struct ww_trace_info *info = ww_trace_info(trace);

	for (uint32_t utid = 0; utid < info->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(trace, utid);
		g_autofree char *name = NULL, *why = NULL;

		if (!thread->is_target || thread->is_kernel ||
		    has_account(info->manifest, thread->tid))
			continue;
		name = ww_trace_thread_text(trace, utid);
		why = g_strdup_printf("%s and others ended before anybody could read their account",
				      name);
		ww_check_skip(finding, why);
	}
}

static bool has_recorded(const struct ww_manifest *manifest, const char *record)
{
	return manifest->recorded &&
	       g_strv_contains((const char *const *)manifest->recorded, record);
}

static void compare_threads(const struct ww_trace *trace, const struct quantity *quantity,
			    struct ww_check_finding *finding)
{
	const struct ww_manifest *manifest = ww_trace_info(trace)->manifest;

	if (!manifest || manifest->schedstats->len == 0) {
		ww_check_skip(finding, "the trace has no accounts of /proc");
		return;
	}
	if (quantity->needs_queues && !has_recorded(manifest, "waking")) {
		ww_check_skip(finding, "wake-ups were not recorded");
		return;
	}
	for (guint i = 0; i < manifest->schedstats->len; i++)
		compare_thread(trace, quantity,
			       &g_array_index(manifest->schedstats, struct ww_schedstat, i),
			       finding);
	skip_unread(trace, finding);
}

void ww_check_run_and_delay(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	static const struct quantity both = {
		.expected = expected_both,
		.measured = measured_both,
		.allowed = allowed_strictly,
		.needs_queues = true,
	};

	compare_threads(trace, &both, finding);
}

void ww_check_run_time(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	static const struct quantity run = {
		.expected = expected_run,
		.measured = measured_run,
		.allowed = allowed_alone,
	};

	compare_threads(trace, &run, finding);
}

void ww_check_run_delay(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	static const struct quantity delay = {
		.expected = expected_delay,
		.measured = measured_delay,
		.allowed = allowed_alone,
		.needs_queues = true,
	};

	compare_threads(trace, &delay, finding);
}

void ww_check_switches(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	static const struct quantity switches = {
		.expected = expected_switches,
		.measured = measured_switches,
		.allowed = allowed_nothing,
		.needs_counts = true,
		.needs_queues = true,
	};

	compare_threads(trace, &switches, finding);
}

void ww_check_switches_voluntary(const struct ww_trace *trace, struct ww_check_finding *finding)
{
	static const struct quantity voluntary = {
		.expected = expected_voluntary,
		.measured = measured_voluntary,
		.allowed = allowed_nothing,
		.needs_counts = true,
		.needs_queues = true,
	};

	compare_threads(trace, &voluntary, finding);
}

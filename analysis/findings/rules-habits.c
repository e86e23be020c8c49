// SPDX-License-Identifier: GPL-2.0-or-later
/* How a program asks to wait: sleeping a little again and again until something has happened. */
#include "analysis/explain/workers.h"
#include "analysis/findings/rules.h"

#define PIECE_THREADS 16u /* that a worker of ours looks at before it asks for more */

#define POLLS_MIN 10
#define WORK_SHARE 20                  /* it works for less than a twentieth of the time */
#define ALIKE_PERCENT 5                /* two sleeps of one length differ by less */
#define POLL_MIN_NS (WW_NS_PER_MS / 2) /* a shorter one is a spin with manners */
#define POLL_MAX_NS                                                                                \
	(200 * WW_NS_PER_MS) /* a longer one is a clock's work: nobody is kept waiting for so long \
				on purpose */

/* Sleeps of one length, one after the other. */
struct loop {
	uint32_t upid, utid;
	uint64_t n;
	int64_t asleep_ns, awake_ns;
	int64_t since_ns;    /* how long it worked since the last of them */
	struct ww_span span; /* from the first to the last */
	int64_t period_ns;   /* of the first */
	struct ww_wait_ref first;
};

static bool is_sleep(const struct ww_interval *interval)
{
	return interval->state == WW_STATE_BLOCKED && interval->reason == WW_REASON_SLEEP &&
	       !(interval->flags & (WW_INTERVAL_CENSORED_LEFT | WW_INTERVAL_CENSORED_RIGHT));
}

static bool is_alike(const struct loop *loop, int64_t length_ns)
{
	return ABS(length_ns - loop->period_ns) <= loop->period_ns / (100 / ALIKE_PERCENT);
}

static bool is_polling(const struct loop *loop)
{
	return loop->n >= POLLS_MIN && loop->period_ns >= POLL_MIN_NS &&
	       loop->period_ns <= POLL_MAX_NS && loop->awake_ns <= loop->asleep_ns / WORK_SHARE;
}

/* @loops: of the threads of one process. */
static void tell(const struct ww_census *census, const struct loop *loops, guint n_loops,
		 GPtrArray *findings)
{
	struct ww_finding *finding = ww_finding_add(findings, WW_FINDING_SLEEP_POLLING);
	g_autofree char *who = NULL;
	g_autofree char *period = NULL;
	g_autofree char *delay = NULL;
	g_autofree char *count = NULL;

	for (guint i = 0; i < n_loops; i++) {
		ww_finding_add_wait(finding, loops[i].utid, loops[i].first, loops[i].period_ns);
		finding->count += loops[i].n - 1;
		finding->total_ns += loops[i].asleep_ns - loops[i].period_ns;
	}
	finding->confidence = WW_CONFIDENCE_LIKELY;
	who = ww_finding_who(census->trace, finding);
	period = ww_duration_text(finding->total_ns / (int64_t)finding->count);
	delay = ww_duration_text(finding->total_ns / (int64_t)finding->count / 2);
	count = ww_count_text(finding->count);
	finding->sentence = g_strdup_printf(
		"%s slept %s%s %s times %s and hardly worked in between: likely %s whether something has happened, and %s of it %s "
		"late on average.",
		who, period, n_loops > 1 ? " on average," : "", count,
		n_loops > 1 ? "in all," : "in a row", n_loops > 1 ? "they ask" : "it asks",
		n_loops > 1 ? "learn" : "learns", delay);
}

/* Who wakes somebody after most of its sleeps sets the pace for others, and asks for nothing. */
static bool sets_pace(const struct ww_census *census, const struct loop *loop)
{
	g_autoptr(GArray) wakes = ww_query_wakes_by(census->trace, loop->utid, loop->span);

	return 2 * (uint64_t)wakes->len >= loop->n;
}

static void end_loop(const struct ww_census *census, struct loop *loop, struct loop *longest)
{
	if (is_polling(loop) && loop->n > longest->n && !sets_pace(census, loop))
		*longest = *loop;
	loop->n = 0;
}

static void add_sleep(const struct ww_census *census, const struct ww_interval *interval,
		      struct ww_wait_ref ref, struct loop *loop, struct loop *longest)
{
	const int64_t length_ns = ww_span_length_ns(interval->span);

	/* Who has worked for longer than it sleeps has found what it asked for. */
	if (loop->n > 0 && (!is_alike(loop, length_ns) || loop->since_ns > loop->period_ns))
		end_loop(census, loop, longest);
	if (loop->n == 0) {
		loop->period_ns = length_ns;
		loop->asleep_ns = loop->awake_ns = 0;
		loop->span.begin_ns = interval->span.begin_ns;
		loop->first = ref;
	}
	if (loop->n++ > 0)
		loop->awake_ns += loop->since_ns;
	loop->since_ns = 0;
	loop->asleep_ns += length_ns;
	loop->span.end_ns = interval->span.end_ns;
}

struct watch {
	const struct ww_census *census;
	struct loop *longest; /* by the place of the thread; n is 0: there is none */
};

static void watch_thread(const struct ww_census *census, uint32_t utid, struct loop *longest)
{
	struct loop loop = { .utid = utid };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	*longest = loop;
	ww_interval_iter_init(&iter, census->trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      census->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		if (is_sleep(&interval))
			add_sleep(census, &interval,
				  (struct ww_wait_ref){ utid, ww_interval_iter_index(&iter) },
				  &loop, longest);
		else if (interval.state == WW_STATE_RUNNING)
			loop.since_ns += ww_span_length_ns(interval.span);
		else if (interval.state != WW_STATE_RUNNABLE)
			end_loop(census, &loop, longest);
	}
	end_loop(census, &loop, longest);
	longest->upid = ww_trace_thread(census->trace, utid)->upid;
}

static void watch_threads(guint piece, guint worker, void *data)
{
	const struct watch *watch = data;
	const GArray *threads = watch->census->threads;
	const guint end = MIN(threads->len, (piece + 1) * PIECE_THREADS);

	for (guint i = piece * PIECE_THREADS; i < end; i++)
		watch_thread(watch->census, g_array_index(threads, struct ww_census_thread, i).utid,
			     &watch->longest[i]);
}

/* Those of one process beside each other, most first. */
static int by_process(const void *pa, const void *pb)
{
	const struct loop *a = pa, *b = pb;

	if (a->upid != b->upid)
		return a->upid < b->upid ? -1 : 1;
	if (a->asleep_ns != b->asleep_ns)
		return a->asleep_ns > b->asleep_ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

void ww_rules_habits(const struct ww_census *census, GPtrArray *findings)
{
	const guint n_threads = census->threads->len;
	const guint n_pieces = (n_threads + PIECE_THREADS - 1) / PIECE_THREADS;
	g_autofree struct loop *longest = g_new(struct loop, n_threads);
	g_autoptr(GArray) loops = g_array_new(false, false, sizeof(struct loop));
	struct watch watch = { census, longest };
	guint n;

	ww_workers_run(ww_workers_for(n_pieces), n_pieces, watch_threads, &watch);
	for (guint i = 0; i < n_threads; i++)
		if (longest[i].n > 0)
			g_array_append_val(loops, longest[i]);
	g_array_sort(loops, by_process);
	for (guint i = 0; i < loops->len; i += n) {
		const struct loop *first = &g_array_index(loops, struct loop, i);

		for (n = 1; i + n < loops->len && first[n].upid == first->upid; n++)
			continue;
		tell(census, first, n, findings);
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/findings/census.h"

#include "analysis/explain/workers.h"
#include "analysis/findings/queues.h"
#include "analysis/findings/tallies.h"

/* So many events are a window: enough that finding the begin of one costs little, and few enough
 * that what lies in it stays in the cache. */
#define WINDOW_EVENTS 65536
#define WINDOW_EVENTS_OF_THREAD 16

struct worker {
	struct ww_tally **tallies; /* by the place of the thread; NULL: nothing yet */
	GArray *idle_exits;        /* uint32_t */
	struct ww_queues queues;
};

struct sweep {
	const struct ww_census *census;
	guint n_windows;
	struct worker workers[WW_WORKERS_MAX];
};

static const struct ww_tally no_tallies[WW_TALLY_N];

static struct ww_tally *tallies_of(struct worker *worker, uint32_t place)
{
	if (!worker->tallies[place])
		worker->tallies[place] = g_new0(struct ww_tally, WW_TALLY_N);
	return worker->tallies[place];
}

/* All that were queued on one CPU. */
static void count_queue(const struct ww_census *census, struct worker *worker, const GArray *queue,
			struct ww_span reach)
{
	struct ww_home home;

	if (!queue || queue->len == 0)
		return;
	ww_home_init(&home, census->trace, g_array_index(queue, struct ww_queued, 0).wait.cpu,
		     reach);
	for (guint i = 0; i < queue->len; i++) {
		const struct ww_queued *queued = &g_array_index(queue, struct ww_queued, i);
		const struct ww_waiting waiting = { .wait = &queued->wait, .prio = queued->prio };
		struct ww_shares shares;

		if (ww_shares_of(census, &home, &waiting, &shares))
			ww_tallies_add(tallies_of(worker, queued->place), &shares,
				       (struct ww_wait_ref){ queued->wait.utid, queued->index });
		if (shares.idle_exit_ns > 0) {
			const uint32_t ns = (uint32_t)MIN(shares.idle_exit_ns, UINT32_MAX);

			g_array_append_val(worker->idle_exits, ns);
		}
	}
	ww_home_clear(&home);
}

static void count_blocked(const struct ww_census *census, struct worker *worker)
{
	const GArray *queue = worker->queues.blocked;

	for (guint i = 0; i < queue->len; i++) {
		const struct ww_queued *queued = &g_array_index(queue, struct ww_queued, i);
		const struct ww_span inside = ww_span_intersect(queued->wait.span, census->span);
		const enum ww_tally_kind kind =
			queued->wait.reason == WW_REASON_DISK ? WW_TALLY_DISK : WW_TALLY_MMAP_LOCK;
		struct ww_shares shares = { .idle_exit_ns = 0 };

		shares.ns[kind] = ww_span_length_ns(inside);
		ww_tallies_add(tallies_of(worker, queued->place), &shares,
			       (struct ww_wait_ref){ queued->wait.utid, queued->index });
	}
}

static int64_t window_begin_ns(const struct sweep *sweep, guint i)
{
	const struct ww_span span = sweep->census->span;

	return span.begin_ns + (int64_t)((__int128)ww_span_length_ns(span) * i / sweep->n_windows);
}

static void count_window(guint i, guint number, void *data)
{
	struct sweep *sweep = data;
	const struct ww_census *census = sweep->census;
	struct worker *worker = &sweep->workers[number];
	struct ww_queues *queues = &worker->queues;
	const struct ww_span window = { window_begin_ns(sweep, i), window_begin_ns(sweep, i + 1) };
	const struct ww_span reach = { window.begin_ns, census->span.end_ns };

	for (guint place = 0; place < census->threads->len; place++)
		ww_queues_add(queues, census->trace,
			      g_array_index(census->threads, struct ww_census_thread, place).utid,
			      place, window, i == 0);
	for (guint cpu = 0; cpu < queues->by_cpu->len; cpu++)
		count_queue(census, worker, queues->by_cpu->pdata[cpu], reach);
	count_blocked(census, worker);
	ww_queues_empty(queues);
}

static guint count_windows(const struct ww_census *census)
{
	const struct ww_trace_info *info = ww_trace_info(census->trace);
	const double part =
		(double)ww_span_length_ns(census->span) / (double)MAX(info->duration_ns, 1);
	const double events = MAX(WINDOW_EVENTS, (double)info->n_threads * WINDOW_EVENTS_OF_THREAD);

	return 1 + (guint)CLAMP((double)info->n_events * part / events, 0, 1 << 20);
}

static void add_tallies(struct worker *to, struct worker *from, guint n_threads)
{
	for (guint place = 0; place < n_threads; place++) {
		const struct ww_tally *tallies = from->tallies[place];

		for (int kind = 0; tallies && kind < WW_TALLY_N; kind++)
			if (tallies[kind].count > 0)
				ww_tally_add(&tallies_of(to, place)[kind], &tallies[kind]);
		g_free(from->tallies[place]);
	}
}

static int by_length(const void *pa, const void *pb)
{
	const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

/* Only if somebody may ask for ranks among them: there may be millions. */
static void sort_idle_exits(struct ww_census *census)
{
	bool is_asked = false;

	for (guint i = 0; i < census->threads->len; i++)
		is_asked |= census->tallies[i] &&
			    census->tallies[i][WW_TALLY_SLOW_IDLE_EXIT].total_ns >= WW_NS_PER_MS;
	if (is_asked)
		g_array_sort(census->idle_exits, by_length);
}

static void count_runnable(struct ww_census *census)
{
	struct sweep sweep = { .census = census, .n_windows = count_windows(census) };
	const guint n = ww_workers_for(sweep.n_windows);

	for (guint i = 0; i < n; i++) {
		sweep.workers[i].tallies = g_new0(struct ww_tally *, census->threads->len);
		sweep.workers[i].idle_exits = g_array_new(false, false, sizeof(uint32_t));
		ww_queues_init(&sweep.workers[i].queues);
	}
	ww_workers_run(n, sweep.n_windows, count_window, &sweep);
	for (guint i = 0; i < n; i++)
		ww_queues_clear(&sweep.workers[i].queues);
	for (guint i = 1; i < n; i++) {
		add_tallies(&sweep.workers[0], &sweep.workers[i], census->threads->len);
		g_free(sweep.workers[i].tallies);
		g_array_append_vals(sweep.workers[0].idle_exits, sweep.workers[i].idle_exits->data,
				    sweep.workers[i].idle_exits->len);
		g_array_unref(sweep.workers[i].idle_exits);
	}
	census->idle_exits = sweep.workers[0].idle_exits;
	census->tallies = sweep.workers[0].tallies;
	sort_idle_exits(census);
}

struct ww_wait_ref ww_first_wait(const struct ww_trace *trace, uint32_t utid, struct ww_span span,
				 unsigned int states)
{
	struct ww_wait_ref ref = { .utid = WW_UTID_NONE };
	struct ww_interval wait;

	if (ww_query_next(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span.begin_ns, states,
			  &wait) &&
	    wait.span.begin_ns < span.end_ns)
		ww_query_wait_at(trace, utid, wait.span.begin_ns, &ref);
	return ref;
}

static void add_one(struct ww_tally **tallies, enum ww_tally_kind kind, int64_t ns,
		    struct ww_wait_ref ref)
{
	struct ww_shares shares = { .idle_exit_ns = 0 };

	shares.ns[kind] = ns;
	/* Nobody saw which lock of the allocator it was. */
	if (kind == WW_TALLY_ARENA)
		shares.inferred_ns[kind] = ns;
	if (ns > 0 && !*tallies)
		*tallies = g_new0(struct ww_tally, WW_TALLY_N);
	if (ns > 0)
		ww_tallies_add(*tallies, &shares, ref);
}

static void count_reclaim(struct ww_census *census, uint32_t utid, struct ww_tally **tallies)
{
	const unsigned int waiting = 1u << WW_STATE_BLOCKED | 1u << WW_STATE_RUNNABLE;
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_RECLAIM, utid, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		const struct ww_span span = ww_span_intersect(row.span, census->span);

		add_one(tallies, WW_TALLY_RECLAIM, ww_span_length_ns(span),
			ww_first_wait(census->trace, utid, span, waiting));
	}
}

/* Sleeps inside of the allocator that no lock of the program's explains. */
static void count_arena(struct ww_census *census, uint32_t utid, struct ww_tally **tallies)
{
	struct ww_row_iter iter;
	struct ww_track_row row;

	ww_row_iter_init(&iter, census->trace, WW_TRACK_ALLOC_PAUSE, utid, census->span);
	while (ww_row_iter_next(&iter, &row)) {
		const struct ww_span pause = ww_span_intersect(row.span, census->span);
		const struct ww_lane lane = { WW_LANE_THREAD, utid };
		struct ww_interval_iter sleeps;
		struct ww_interval sleep;

		ww_interval_iter_init(&sleeps, census->trace, lane, pause);
		while (ww_interval_iter_next(&sleeps, &sleep))
			if (sleep.state == WW_STATE_BLOCKED && sleep.reason == WW_REASON_FUTEX &&
			    !(sleep.flags & WW_INTERVAL_IN_LOCK))
				add_one(tallies, WW_TALLY_ARENA,
					ww_span_length_ns(ww_span_intersect(sleep.span, pause)),
					(struct ww_wait_ref){ utid,
							      ww_interval_iter_index(&sleeps) });
	}
}

static void find_threads(struct ww_census *census, ww_wants_thread wants_thread, void *data)
{
	const uint32_t n_threads = ww_trace_info(census->trace)->n_threads;
	g_autofree struct ww_state_sums *sums = g_new(struct ww_state_sums, n_threads);

	ww_query_thread_sums(census->trace, census->span, sums);
	for (uint32_t utid = 0; utid < n_threads; utid++) {
		struct ww_census_thread thread = { .utid = utid };

		if (!wants_thread(ww_trace_thread(census->trace, utid), data))
			continue;
		for (int state = 0; state < WW_STATE_N; state++)
			if (state != WW_STATE_DEAD && state != WW_STATE_UNKNOWN)
				thread.lived_ns += sums[utid].ns[state];
		g_array_append_val(census->threads, thread);
	}
}

void ww_census_init(struct ww_census *census, const struct ww_trace *trace, struct ww_span span,
		    ww_wants_thread wants_thread, void *data)
{
	*census = (struct ww_census){
		.trace = trace,
		.span = span,
		.threads = g_array_new(false, false, sizeof(struct ww_census_thread)),
	};
	find_threads(census, wants_thread, data);
	count_runnable(census);
	for (guint i = 0; i < census->threads->len; i++) {
		struct ww_census_thread *thread =
			&g_array_index(census->threads, struct ww_census_thread, i);

		count_reclaim(census, thread->utid, &census->tallies[i]);
		count_arena(census, thread->utid, &census->tallies[i]);
		thread->tallies = census->tallies[i] ? census->tallies[i] : no_tallies;
	}
}

void ww_census_clear(struct ww_census *census)
{
	for (guint i = 0; i < census->threads->len; i++)
		g_free(census->tallies[i]);
	g_clear_pointer(&census->tallies, g_free);
	g_clear_pointer(&census->idle_exits, g_array_unref);
	g_clear_pointer(&census->threads, g_array_unref);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two threads that do nothing but wake each other in turn: what it costs to hand over is more than
 * what is done.
 */
#include "analysis/explain/workers.h"
#include "analysis/findings/rules.h"

#define PIECE_THREADS 16u
#define RALLY_MIN 200                  /* wake-ups, in turn and without another between them */
#define RATE_MIN 1000                  /* a second, of each */
#define RAN_MAX_NS (20 * WW_NS_PER_US) /* between two wake-ups, on average */
#define READY_MIN_NS (10 * WW_NS_PER_MS)

/* Wake-ups of two threads, each by the other and in turn. */
struct rally {
	uint32_t utids[2];
	uint64_t n;
	struct ww_span span; /* from the first to the last */
};

/* What two processes, or two threads of one, have of them. */
struct sum {
	uint32_t upids[2];
	uint64_t n;
	int64_t lasted_ns, ran_ns, ready_ns;
	struct ww_finding *finding;
};

struct search {
	const struct ww_census *census;
	bool *is_ours;                   /* by utid */
	GArray *rallies[WW_WORKERS_MAX]; /* struct rally, of each worker */
};

static bool is_fast(const struct rally *rally)
{
	return rally->n >= RALLY_MIN &&
	       (double)rally->n * (double)WW_NS_PER_S >
		       2.0 * RATE_MIN * (double)ww_span_length_ns(rally->span);
}

static void end_rally(struct rally *rally, GArray *rallies)
{
	if (is_fast(rally))
		g_array_append_val(rallies, *rally);
	rally->n = 0;
}

static void add_wake(struct rally *rally, uint32_t partner, bool is_by_partner,
		     bool *was_by_partner, int64_t t_ns, GArray *rallies)
{
	if (rally->n > 0 && (rally->utids[1] != partner || *was_by_partner == is_by_partner))
		end_rally(rally, rallies);
	*was_by_partner = is_by_partner;
	if (partner == WW_UTID_NONE)
		return;
	if (rally->n++ == 0)
		rally->span.begin_ns = t_ns;
	rally->utids[1] = partner;
	rally->span.end_ns = t_ns;
}

/* The other one of a wake-up of or by @utid; WW_UTID_NONE: there is none, or it counts this one. */
static uint32_t partner_of(const struct search *search, uint32_t utid, const struct ww_wake *wake)
{
	const uint32_t partner = wake->waker_utid == utid ? wake->wakee_utid : wake->waker_utid;

	if (wake->waker != WW_WAKER_THREAD || partner >= WW_UTID_IDLE || partner == utid)
		return WW_UTID_NONE;
	return search->is_ours[partner] && partner < utid ? WW_UTID_NONE : partner;
}

static int64_t time_of(const GArray *wakes, guint i)
{
	return i < wakes->len ? g_array_index(wakes, struct ww_wake, i).time_ns : INT64_MAX;
}

static void watch_thread(struct search *search, uint32_t utid, GArray *rallies)
{
	const struct ww_census *census = search->census;
	g_autoptr(GArray) by = ww_query_wakes_by(census->trace, utid, census->span);
	g_autoptr(GArray) of = NULL;
	struct rally rally = { .utids = { utid } };
	bool was_by_partner = false;
	guint i = 0, j = 0;

	if (by->len < RALLY_MIN / 2)
		return;
	of = ww_query_wakes_of(census->trace, utid, census->span);
	while (i < by->len || j < of->len) {
		const bool is_by_partner = time_of(of, j) < time_of(by, i);
		const GArray *wakes = is_by_partner ? of : by;
		const struct ww_wake *wake =
			&g_array_index(wakes, struct ww_wake, is_by_partner ? j++ : i++);

		add_wake(&rally, partner_of(search, utid, wake), is_by_partner, &was_by_partner,
			 wake->time_ns, rallies);
	}
	end_rally(&rally, rallies);
}

static void watch_threads(guint piece, guint worker, void *data)
{
	struct search *search = data;
	const GArray *threads = search->census->threads;
	const guint end = MIN(threads->len, (piece + 1) * PIECE_THREADS);

	for (guint i = piece * PIECE_THREADS; i < end; i++)
		watch_thread(search, g_array_index(threads, struct ww_census_thread, i).utid,
			     search->rallies[worker]);
}

static struct sum *sum_of(GArray *sums, const struct ww_census *census, const struct rally *rally,
			  GPtrArray *findings)
{
	const uint32_t one = ww_trace_thread(census->trace, rally->utids[0])->upid;
	const uint32_t other = ww_trace_thread(census->trace, rally->utids[1])->upid;
	const uint32_t upids[] = { MIN(one, other), MAX(one, other) };
	struct sum fresh = { .upids = { upids[0], upids[1] } };

	for (guint i = 0; i < sums->len; i++) {
		struct sum *sum = &g_array_index(sums, struct sum, i);

		if (sum->upids[0] == upids[0] && sum->upids[1] == upids[1])
			return sum;
	}
	fresh.finding = ww_finding_add(findings, WW_FINDING_PING_PONG);
	g_array_append_val(sums, fresh);
	return &g_array_index(sums, struct sum, sums->len - 1);
}

/* The longest time that one of them was ready in. */
static void find_worst(const struct ww_trace *trace, const struct rally *rally, int which,
		       struct ww_wait_ref *worst, int64_t *worst_ns)
{
	const struct ww_lane lane = { WW_LANE_THREAD, rally->utids[which] };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, lane, rally->span);
	while (ww_interval_iter_next(&iter, &interval)) {
		const int64_t ns = ww_span_length_ns(ww_span_intersect(interval.span, rally->span));

		if (interval.state != WW_STATE_RUNNABLE || ns <= *worst_ns)
			continue;
		*worst_ns = ns;
		*worst = (struct ww_wait_ref){ lane.index, ww_interval_iter_index(&iter) };
	}
}

/* Of a rally in which the two do more than to hand over, nothing. */
static void count_rally(const struct ww_census *census, const struct rally *rally, GArray *sums,
			GPtrArray *findings)
{
	struct ww_wait_ref worst = { .utid = WW_UTID_NONE };
	struct ww_state_sums states[2];
	int64_t ran_ns = 0, ready_ns = 0, worst_ns = 0;
	struct sum *sum;

	for (int i = 0; i < 2; i++) {
		const struct ww_lane lane = { WW_LANE_THREAD, rally->utids[i] };

		ww_query_sums(census->trace, lane, rally->span, &states[i]);
		ran_ns += states[i].ns[WW_STATE_RUNNING];
		ready_ns += states[i].ns[WW_STATE_RUNNABLE];
		find_worst(census->trace, rally, i, &worst, &worst_ns);
	}
	if (ran_ns >= RAN_MAX_NS * (int64_t)rally->n)
		return;
	sum = sum_of(sums, census, rally, findings);
	ww_finding_add_wait(sum->finding, rally->utids[0], worst, worst_ns);
	ww_finding_add_thread(sum->finding, rally->utids[1]);
	sum->n += rally->n;
	sum->lasted_ns += ww_span_length_ns(rally->span);
	sum->ran_ns += ran_ns;
	sum->ready_ns += ready_ns;
}

static void tell(const struct ww_census *census, const struct sum *sum)
{
	struct ww_finding *finding = sum->finding;
	g_autofree char *who = ww_finding_who(census->trace, finding);
	g_autofree char *count = ww_count_text(sum->n);
	g_autofree char *lasted = ww_duration_text(sum->lasted_ns);
	g_autofree char *rate = ww_count_text(
		(uint64_t)((double)sum->n * (double)WW_NS_PER_S / (double)sum->lasted_ns));
	g_autofree char *ran = ww_duration_text(sum->ran_ns / (int64_t)sum->n);
	g_autofree char *ready = ww_duration_text(sum->ready_ns);
	g_autofree char *worst = ww_duration_text(finding->worst_ns);

	finding->count = sum->n;
	finding->total_ns = sum->ready_ns;
	finding->sentence = g_strdup_printf(
		"%s woke each other in turn %s times in %s, %s times a second, and ran for %s each time; "
		"meanwhile who had been woken was ready for %s in all (%s at the worst).",
		who, count, lasted, rate, ran, ready, worst);
}

static void tell_all(const struct ww_census *census, const GArray *rallies, GPtrArray *findings)
{
	g_autoptr(GArray) sums = g_array_new(false, false, sizeof(struct sum));

	for (guint i = 0; i < rallies->len; i++)
		count_rally(census, &g_array_index(rallies, struct rally, i), sums, findings);
	for (guint i = 0; i < sums->len; i++) {
		const struct sum *sum = &g_array_index(sums, struct sum, i);

		if (sum->ready_ns >= READY_MIN_NS)
			tell(census, sum);
		else
			g_ptr_array_remove(findings, sum->finding);
	}
}

static int by_begin(const void *pa, const void *pb)
{
	const struct rally *a = pa, *b = pb;

	if (a->span.begin_ns != b->span.begin_ns)
		return a->span.begin_ns < b->span.begin_ns ? -1 : 1;
	return (a->utids[0] > b->utids[0]) - (a->utids[0] < b->utids[0]);
}

void ww_rules_ping_pong(const struct ww_census *census, GPtrArray *findings)
{
	const guint n_pieces = (census->threads->len + PIECE_THREADS - 1) / PIECE_THREADS;
	const guint n_workers = ww_workers_for(n_pieces);
	g_autofree bool *is_ours = g_new0(bool, ww_trace_info(census->trace)->n_threads);
	struct search search = { .census = census, .is_ours = is_ours };

	for (guint i = 0; i < census->threads->len; i++)
		is_ours[g_array_index(census->threads, struct ww_census_thread, i).utid] = true;
	for (guint i = 0; i < n_workers; i++)
		search.rallies[i] = g_array_new(false, false, sizeof(struct rally));
	ww_workers_run(n_workers, n_pieces, watch_threads, &search);
	for (guint i = 1; i < n_workers; i++) {
		g_array_append_vals(search.rallies[0], search.rallies[i]->data,
				    search.rallies[i]->len);
		g_array_unref(search.rallies[i]);
	}
	g_array_sort(search.rallies[0], by_begin);
	tell_all(census, search.rallies[0], findings);
	g_array_unref(search.rallies[0]);
}

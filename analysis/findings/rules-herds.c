// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Thundering herds: many threads that wait for one thing are woken at once, and nearly all of them
 * find that somebody else has got it.
 *
 * A thread was woken for nothing if it waits for the same thing again after hardly running; on the
 * way it may sleep for a lock (a condition's waiters take their mutex first). A herd has one that
 * got what it was woken for: where all of them work for as short a time, each may have had its own.
 */
#include <string.h>

#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"
#include "analysis/explain/workers.h"
#include "analysis/findings/rules.h"

#define PIECE_THREADS 16u
#define HERD_NS WW_NS_PER_MS /* from the first wake-up to the last */
#define HERD_MIN 4           /* threads, or as many as there are CPUs */
#define HERDS_MIN 3          /* the end of a program has one or two */
#define NOTHING_PERCENT 75   /* of those that are woken */
#define NOTHING_NS (100 * WW_NS_PER_US)
#define FOLLOW_MAX                                                                                 \
	256 /* intervals behind a wake-up: who sleeps so often in so short a time is odd */
#define WINNER_TIMES 4 /* so many times as long as they, somebody ran who got it */

/* What a wake-up ended; @object is 0: nobody knows. */
struct ended {
	bool is_judged; /* as one of those that were woken with an earlier one */
	uint8_t reason;
	uint32_t upid;
	uint64_t object;
	struct ww_wait_ref ref;
	guint next; /* wake-up by the same thread that ended a wait alike; 0: none */
};

/* Everybody who waits there is let go at once, on purpose. */
static bool lets_all_go(uint8_t reason)
{
	return reason == WW_REASON_BARRIER || reason == WW_REASON_JOIN;
}

/* One that was woken for nothing. */
struct loss {
	uint32_t upid, waker_utid;
	uint64_t object;
	int64_t herd_ns; /* when its herd was woken, which tells them apart */
	guint n_woken;
	struct ww_wait_ref ref; /* the longest wait of what follows, or the one that ended */
	int64_t ns;             /* until it slept again */
	bool is_likely;         /* what it waited in had ended well */
	struct ww_wait_ref ended;
};

struct worker {
	GArray *losses;   /* struct loss */
	uint16_t *counts; /* by utid: so many wake-ups of it in the window */
	uint32_t *herds;  /* by utid: the last one it was seen in */
	uint32_t n_herds;
};

struct search {
	const struct ww_census *census;
	uint32_t *upids; /* by utid; UINT32_MAX: nobody asks about it */
	guint n_min;
	struct worker workers[WW_WORKERS_MAX];
};

/* The wake-ups by one thread. */
struct burst {
	const struct search *search;
	struct worker *worker;
	const struct ww_wake *wakes;
	struct ended *ended;
	GHashTable *last; /* struct ended: the last wake-up of those alike */
	uint32_t waker_utid;
};

static bool is_lock(uint8_t reason)
{
	return reason == WW_REASON_MUTEX || reason == WW_REASON_FUTEX ||
	       reason == WW_REASON_PI_FUTEX || reason == WW_REASON_RWLOCK ||
	       reason == WW_REASON_CONDITION;
}

static void look_up(const struct burst *burst, guint i)
{
	const struct ww_trace *trace = burst->search->census->trace;
	const struct ww_wake *wake = &burst->wakes[i];
	const struct ww_lane lane = { WW_LANE_THREAD, wake->wakee_utid };
	struct ended *ended = &burst->ended[i];
	struct ww_interval_iter iter;
	struct ww_interval wait;

	ended->upid = burst->search->upids[wake->wakee_utid];
	if (ended->upid == UINT32_MAX)
		return;
	ww_interval_iter_init(&iter, trace, lane,
			      (struct ww_span){ MAX(wake->time_ns - 1, 0), wake->time_ns });
	if (ww_interval_iter_next(&iter, &wait) && wait.state == WW_STATE_BLOCKED &&
	    !lets_all_go(wait.reason)) {
		ended->reason = wait.reason;
		ended->object = wait.object;
		ended->ref = (struct ww_wait_ref){ lane.index, ww_interval_iter_index(&iter) };
	}
}

static guint hash_ended(const void *data)
{
	const struct ended *ended = data;

	return (guint)((ended->object ^ ended->object >> 32) * 2654435761u + ended->upid);
}

/* Whether both ended a wait for one thing, by threads of one process. */
static gboolean are_alike(const void *pa, const void *pb)
{
	const struct ended *a = pa, *b = pb;

	return a->upid == b->upid && a->object == b->object && a->reason == b->reason;
}

/* Links @i behind the last one alike, so that nobody has to look for it. */
static void link_up(const struct burst *burst, guint i)
{
	struct ended *ended = &burst->ended[i], *last;

	look_up(burst, i);
	if (ended->object == 0)
		return;
	last = g_hash_table_lookup(burst->last, ended);
	if (last)
		last->next = i;
	g_hash_table_replace(burst->last, ended, ended);
}

/* Whether both sleeps are of one call that the hooks saw: of a condition, the second is for its
 * mutex. */
static bool is_one_call(const struct ww_trace *trace, const struct ww_interval *a,
			const struct ww_interval *b)
{
	struct ww_lock_wait of_a, of_b;

	return ww_query_lock_wait_of(trace, a, &of_a) && ww_query_lock_wait_of(trace, b, &of_b) &&
	       of_a.span.begin_ns == of_b.span.begin_ns;
}

enum outcome { NOTHING, SOMETHING, NOBODY_KNOWS };

/* @wait's thread sleeps for the same thing again, in another call. One that ended well got what it
 * was for: only of a lock and a condition it may have been in vain, as somebody else has what they
 * guard. */
static enum outcome judge_again(const struct ww_trace *trace, const struct ww_interval *wait,
				struct loss *loss)
{
	struct ww_lock_wait call;

	if (!ww_query_lock_wait_of(trace, wait, &call) || call.result != 0 ||
	    (call.flags & WW_INTERVAL_CENSORED_RIGHT))
		return NOTHING;
	loss->is_likely = true;
	return ww_lock_has_holder(call.kind) || call.kind == WW_LOCK_CONDITION ? NOTHING
									       : SOMETHING;
}

/* What @wait's thread did when it had been woken; @ran_ns: for so long, at least. */
static enum outcome follow(const struct ww_trace *trace, const struct ww_interval *wait,
			   struct loss *loss, int64_t *ran_ns)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	const struct ww_span behind = { wait->span.end_ns, INT64_MAX };
	int64_t worst_ns = 0;
	struct ww_interval_iter iter;
	struct ww_interval next;
	guint n = 0;

	*ran_ns = 0;
	loss->ns = 0;
	loss->ref = loss->ended;
	ww_interval_iter_init(&iter, trace, lane, behind);
	while (n++ < FOLLOW_MAX && ww_interval_iter_next(&iter, &next)) {
		const int64_t ns = ww_span_length_ns(next.span);

		if (next.state == WW_STATE_BLOCKED && next.object == wait->object &&
		    next.reason == wait->reason && !is_one_call(trace, wait, &next))
			return judge_again(trace, wait, loss);
		if (next.state == WW_STATE_DEAD || next.state == WW_STATE_UNKNOWN)
			return NOBODY_KNOWS;
		if (next.state == WW_STATE_BLOCKED && !is_lock(next.reason))
			return SOMETHING;
		*ran_ns += next.state == WW_STATE_RUNNING ? ns : 0;
		if (*ran_ns >= NOTHING_NS)
			return SOMETHING;
		loss->ns += ns;
		if (next.state == WW_STATE_RUNNING || ns <= worst_ns)
			continue;
		worst_ns = ns;
		loss->ref = (struct ww_wait_ref){ wait->utid, ww_interval_iter_index(&iter) };
	}
	return NOBODY_KNOWS;
}

/* A herd while it is looked at. */
struct herd {
	guint n_woken, n_nothing;
	int64_t nothing_ran_ns, winner_ran_ns; /* in all; the longest */
	bool has_winner_asleep;                /* for something else */
};

static bool is_herd(const struct herd *herd)
{
	const bool has_winner =
		herd->has_winner_asleep ||
		herd->winner_ran_ns * herd->n_nothing >= WINNER_TIMES * herd->nothing_ran_ns;

	return herd->n_nothing < herd->n_woken && has_winner &&
	       100 * herd->n_nothing >= NOTHING_PERCENT * herd->n_woken;
}

static void add_woken(const struct burst *burst, guint i, struct herd *herd, struct loss loss)
{
	const struct ww_trace *trace = burst->search->census->trace;
	struct ww_interval wait;
	enum outcome outcome;
	int64_t ran_ns;

	loss.ended = burst->ended[i].ref;
	if (!ww_query_wait(trace, loss.ended, &wait))
		return;
	outcome = follow(trace, &wait, &loss, &ran_ns);
	herd->n_woken++;
	if (outcome == SOMETHING) {
		herd->has_winner_asleep |= ran_ns < NOTHING_NS;
		herd->winner_ran_ns = MAX(herd->winner_ran_ns, ran_ns);
	}
	if (outcome != NOTHING)
		return;
	herd->n_nothing++;
	herd->nothing_ran_ns += ran_ns;
	g_array_append_val(burst->worker->losses, loss);
}

/* Each thread counts once in a herd. */
static bool is_first_of_thread(const struct burst *burst, guint i)
{
	uint32_t *herd = &burst->worker->herds[burst->wakes[i].wakee_utid];
	const bool is_first = *herd != burst->worker->n_herds;

	*herd = burst->worker->n_herds;
	return is_first;
}

/* Those from @begin to @end that waited for what the first waited for; they begin no herd again. */
static void judge(const struct burst *burst, guint begin, guint end)
{
	const struct ww_wake *first = &burst->wakes[begin];
	GArray *losses = burst->worker->losses;
	const guint n_before = losses->len;
	const struct loss loss = {
		.upid = burst->ended[begin].upid,
		.waker_utid = burst->waker_utid,
		.object = burst->ended[begin].object,
		.herd_ns = first->time_ns,
	};
	struct herd herd = { .n_woken = 0 };
	guint i = begin;

	burst->worker->n_herds++;
	do {
		if (is_first_of_thread(burst, i))
			add_woken(burst, i, &herd, loss);
		burst->ended[i].is_judged = true;
		i = burst->ended[i].next;
	} while (i != 0 && i < end);
	if (herd.n_woken < burst->search->n_min || !is_herd(&herd))
		g_array_set_size(losses, n_before);
	for (guint j = n_before; j < losses->len; j++)
		g_array_index(losses, struct loss, j).n_woken = herd.n_woken;
}

/* Each wake-up is looked at a few times at most: either there are few alike, or they are judged. */
static void find_herd(const struct burst *burst, guint begin, guint end)
{
	guint n_alike = 1;

	if (burst->ended[begin].is_judged || burst->ended[begin].object == 0)
		return;
	for (guint i = burst->ended[begin].next; i != 0 && i < end; i = burst->ended[i].next)
		if (++n_alike >= burst->search->n_min)
			return judge(burst, begin, end);
}

/* A window over the wake-ups moves on one by one. */
static void find_herds(const struct burst *burst, guint n)
{
	uint16_t *counts = burst->worker->counts;
	guint n_distinct = 0, end = 0, n_linked = 0;

	for (guint begin = 0; begin < n; begin++) {
		const int64_t end_ns = burst->wakes[begin].time_ns + HERD_NS;

		for (; end < n && burst->wakes[end].time_ns <= end_ns &&
		       counts[burst->wakes[end].wakee_utid] < UINT16_MAX;
		     end++)
			n_distinct += counts[burst->wakes[end].wakee_utid]++ == 0;
		if (n_distinct >= burst->search->n_min) {
			for (n_linked = MAX(n_linked, begin); n_linked < end; n_linked++)
				link_up(burst, n_linked);
			find_herd(burst, begin, end);
		}
		n_distinct -= --counts[burst->wakes[begin].wakee_utid] == 0;
	}
}

static void watch_threads(guint piece, guint worker, void *data)
{
	struct search *search = data;
	const struct ww_census *census = search->census;
	const guint n_threads = ww_trace_info(census->trace)->n_threads;
	const guint end = MIN(n_threads, (piece + 1) * PIECE_THREADS);

	for (uint32_t utid = piece * PIECE_THREADS; utid < end; utid++) {
		g_autoptr(GArray) wakes = ww_query_wakes_by(census->trace, utid, census->span);
		g_autoptr(GHashTable) last = NULL;
		g_autofree struct ended *ended = NULL;
		struct burst burst = { search, &search->workers[worker],
				       (const struct ww_wake *)(const void *)wakes->data };

		if (wakes->len < search->n_min)
			continue;
		burst.waker_utid = utid;
		burst.ended = ended = g_new0(struct ended, wakes->len);
		burst.last = last = g_hash_table_new(hash_ended, are_alike);
		find_herds(&burst, wakes->len);
	}
}

/* Those for one thing beside each other, herd by herd. */
static int by_object(const void *pa, const void *pb)
{
	const struct loss *a = pa, *b = pb;

	if (a->upid != b->upid)
		return a->upid < b->upid ? -1 : 1;
	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	if (a->herd_ns != b->herd_ns)
		return a->herd_ns < b->herd_ns ? -1 : 1;
	return (a->ref.utid > b->ref.utid) - (a->ref.utid < b->ref.utid);
}

static void tell(const struct ww_census *census, const struct loss *losses, guint n,
		 GPtrArray *findings)
{
	guint n_herds = 0, n_woken = 0;
	struct ww_finding *finding;
	struct ww_interval wait;

	for (guint i = 0; i < n; i++)
		if (i == 0 || losses[i].herd_ns != losses[i - 1].herd_ns) {
			n_herds++;
			n_woken += losses[i].n_woken;
		}
	if (n_herds < HERDS_MIN)
		return;
	finding = ww_finding_add(findings, WW_FINDING_THUNDERING_HERD);
	for (guint i = 0; i < n; i++) {
		ww_finding_add_wait(finding, losses[i].ref.utid, losses[i].ref, losses[i].ns);
		if (losses[i].is_likely)
			finding->confidence = WW_CONFIDENCE_LIKELY;
	}
	if (ww_query_wait(census->trace, losses[0].ended, &wait)) {
		ww_wait_object_clear(&finding->object);
		ww_wait_object_init(&finding->object, census->trace, &wait);
	}
	finding->sentence = ww_finding_herd_sentence(
		census->trace, finding,
		&(struct ww_herds){ losses[0].waker_utid, n_herds, n_woken });
}

static void tell_all(const struct ww_census *census, GArray *losses, GPtrArray *findings)
{
	guint n;

	g_array_sort(losses, by_object);
	for (guint i = 0; i < losses->len; i += n) {
		const struct loss *first = &g_array_index(losses, struct loss, i);

		for (n = 1; i + n < losses->len && first[n].upid == first->upid &&
			    first[n].object == first->object;
		     n++)
			continue;
		tell(census, first, n, findings);
	}
}

void ww_rules_herds(const struct ww_census *census, GPtrArray *findings)
{
	const struct ww_trace_info *info = ww_trace_info(census->trace);
	const guint n_pieces = (info->n_threads + PIECE_THREADS - 1) / PIECE_THREADS;
	const guint n_workers = ww_workers_for(n_pieces);
	g_autofree uint32_t *upids = g_new(uint32_t, info->n_threads);
	struct search search = { .census = census,
				 .upids = upids,
				 .n_min = MAX(HERD_MIN, info->n_cpus) };
	GArray *losses;

	memset(upids, 0xff, info->n_threads * sizeof(*upids));
	for (guint i = 0; i < census->threads->len; i++) {
		const uint32_t utid =
			g_array_index(census->threads, struct ww_census_thread, i).utid;

		upids[utid] = ww_trace_thread(census->trace, utid)->upid;
	}
	for (guint i = 0; i < n_workers; i++) {
		search.workers[i].losses = g_array_new(false, false, sizeof(struct loss));
		search.workers[i].counts = g_new0(uint16_t, info->n_threads);
		search.workers[i].herds = g_new0(uint32_t, info->n_threads);
	}
	ww_workers_run(n_workers, n_pieces, watch_threads, &search);
	losses = search.workers[0].losses;
	for (guint i = 0; i < n_workers; i++) {
		const GArray *more = search.workers[i].losses;

		g_free(search.workers[i].counts);
		g_free(search.workers[i].herds);
		if (i > 0) {
			g_array_append_vals(losses, more->data, more->len);
			g_array_unref(search.workers[i].losses);
		}
	}
	tell_all(census, losses, findings);
	g_array_unref(losses);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks that several threads wait for, by what the hooks saw of all their waits. */
#include "analysis/explain/object.h"
#include "analysis/explain/overlaps.h"
#include "analysis/explain/owners.h"
#include "analysis/findings/convoys.h"
#include "analysis/findings/holds.h"
#include "analysis/findings/rules.h"

#define CONTENDED_SHARE 10 /* a tenth of the time of all who waited for it */
#define CONTENDED_MIN_NS (10 * WW_NS_PER_MS)
/* Threads that wait for one thing run one at a time when one of them does for three quarters of the
 * time, and two hardly ever. */
#define SERIAL_MIN_NS (100 * WW_NS_PER_MS)
#define SERIAL_ANY_PERCENT 75
#define SERIAL_SEVERAL_PERCENT 10

struct waiter {
	uint32_t utid;
	int64_t ns;
};

struct lock {
	uint64_t address;
	uint32_t upid;
	struct ww_lock_wait worst;
	struct ww_span reach;       /* from the first wait to the last */
	int64_t worst_ns, total_ns; /* inside the span */
	uint64_t count;
	GArray *waiters;   /* struct waiter */
	GHashTable *known; /* utid -> index of it, and 1 more */
	GArray *turns;     /* struct ww_turn */
	GArray *wakers;    /* uint32_t utid: who ended each wait at a condition or semaphore */
};

static void free_lock(void *data)
{
	struct lock *lock = data;

	g_array_unref(lock->waiters);
	g_hash_table_unref(lock->known);
	g_array_unref(lock->turns);
	g_array_unref(lock->wakers);
	g_free(lock);
}

static guint hash_lock(const void *data)
{
	const struct lock *lock = data;

	return (guint)((lock->address >> 3) * 2654435761u + lock->upid);
}

static gboolean equal_locks(const void *pa, const void *pb)
{
	const struct lock *a = pa, *b = pb;

	return a->address == b->address && a->upid == b->upid;
}

static void count_waiter(struct lock *lock, uint32_t utid, int64_t ns)
{
	guint place = GPOINTER_TO_UINT(g_hash_table_lookup(lock->known, GUINT_TO_POINTER(utid)));
	const struct waiter fresh = { .utid = utid };

	if (place == 0) {
		g_array_append_val(lock->waiters, fresh);
		place = lock->waiters->len;
		g_hash_table_insert(lock->known, GUINT_TO_POINTER(utid), GUINT_TO_POINTER(place));
	}
	g_array_index(lock->waiters, struct waiter, place - 1).ns += ns;
}

/* Readers have a lock together, and who spins is woken by nobody. */
static void add_turn(struct lock *lock, const struct ww_lock_wait *wait, struct ww_span census)
{
	const struct ww_turn turn = { .span = ww_span_intersect(wait->span, census),
				      .utid = wait->utid,
				      .waker_utid = WW_UTID_NONE,
				      .woken_ns = -1 };
	const bool has_ends = !(wait->flags & WW_INTERVAL_CENSORED_RIGHT) &&
			      ww_span_contains(census, wait->span.end_ns);

	if (wait->result == 0 && has_ends &&
	    (wait->kind == WW_LOCK_MUTEX || wait->kind == WW_LOCK_RWLOCK_WRITE))
		g_array_append_val(lock->turns, turn);
}

/* What is made into a lock by a program's own means. */
static bool lets_one_run(uint8_t kind)
{
	return kind == WW_LOCK_CONDITION || kind == WW_LOCK_SEMAPHORE;
}

/* The first sleep in @wait: of a condition, a second one is for its mutex. */
static bool find_sleep(const struct ww_trace *trace, const struct ww_lock_wait *wait,
		       struct ww_interval *sleep)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->utid };
	struct ww_interval_iter iter;

	ww_interval_iter_init(&iter, trace, lane, wait->span);
	while (ww_interval_iter_next(&iter, sleep))
		if (sleep->state == WW_STATE_BLOCKED)
			return true;
	return false;
}

static bool is_for_work(const struct ww_trace *trace, const struct ww_lock_wait *wait)
{
	struct ww_interval sleep;

	return lets_one_run(wait->kind) && find_sleep(trace, wait, &sleep) &&
	       sleep.reason == WW_REASON_IDLE_FOR_WORK;
}

/* A timer ends many of them, and tells nothing of whose turn it is. */
static void add_waker(struct lock *lock, const struct ww_trace *trace,
		      const struct ww_lock_wait *wait)
{
	struct ww_interval sleep;

	if (find_sleep(trace, wait, &sleep) && sleep.waker == WW_WAKER_THREAD)
		g_array_append_val(lock->wakers, sleep.waker_utid);
}

static struct lock *lock_of(GHashTable *locks, const struct ww_census *census,
			    const struct ww_lock_wait *wait)
{
	const struct lock key = { wait->address, ww_trace_thread(census->trace, wait->utid)->upid };
	struct lock *lock = g_hash_table_lookup(locks, &key);

	if (lock)
		return lock;
	lock = g_memdup2(&key, sizeof(key));
	lock->worst_ns = -1;
	lock->reach.begin_ns = MAX(wait->span.begin_ns, census->span.begin_ns);
	lock->waiters = g_array_new(false, false, sizeof(struct waiter));
	lock->known = g_hash_table_new(NULL, NULL);
	lock->turns = g_array_new(false, false, sizeof(struct ww_turn));
	lock->wakers = g_array_new(false, false, sizeof(uint32_t));
	g_hash_table_add(locks, lock);
	return lock;
}

static void count_wait(GHashTable *locks, const struct ww_census *census,
		       const struct ww_lock_wait *wait)
{
	const int64_t ns = ww_span_length_ns(ww_span_intersect(wait->span, census->span));
	struct lock *lock = lock_of(locks, census, wait);

	lock->count++;
	lock->total_ns += ns;
	lock->reach.end_ns = MAX(lock->reach.end_ns, MIN(wait->span.end_ns, census->span.end_ns));
	if (ns > lock->worst_ns) {
		lock->worst_ns = ns;
		lock->worst = *wait;
	}
	count_waiter(lock, wait->utid, ns);
	add_turn(lock, wait, census->span);
	if (lets_one_run(wait->kind))
		add_waker(lock, census->trace, wait);
}

static bool is_contended(const struct ww_census *census, const struct lock *lock)
{
	const int64_t time_ns = ww_span_length_ns(census->span) * (int64_t)lock->waiters->len;

	return lock->total_ns >= time_ns / CONTENDED_SHARE;
}

static int most_first(const void *pa, const void *pb)
{
	const struct waiter *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

/* "Handing it over took 82 % of the time (31.0 us each), while 2.97 threads queued on average." */
static char *convoy_text(const struct ww_convoys *convoys)
{
	g_autofree char *share = ww_share_text(convoys->handing_ns, convoys->lasted_ns);
	g_autofree char *lasted = ww_duration_text(convoys->lasted_ns);
	g_autofree char *count = ww_count_text(convoys->n_hand_overs);
	g_autofree char *each =
		ww_duration_text(convoys->handing_ns / (int64_t)convoys->n_hand_overs);

	return g_strdup_printf("Handing it over %s times took %s of %s (%s each), while %.3g "
			       "threads queued for it on average.",
			       count, share, lasted, each,
			       (double)convoys->queued_ns / (double)convoys->lasted_ns);
}

/* @why, @more: as of the sentence; takes @more, which may be NULL. */
static void add(const struct ww_census *census, const struct lock *lock, struct ww_finding *finding,
		const char *why, char *more)
{
	struct ww_found found = { .finding = finding,
				  .lived_ns = ww_span_length_ns(census->span) *
					      (int64_t)lock->waiters->len,
				  .why = why };
	g_autofree char *sentence = NULL;
	g_autofree char *rest = more;

	ww_wait_object_clear(&finding->object);
	ww_wait_object_init_lock(&finding->object, census->trace, &lock->worst);
	g_array_sort(lock->waiters, most_first);
	for (guint i = 0; i < lock->waiters->len; i++)
		g_array_append_val(finding->utids,
				   g_array_index(lock->waiters, struct waiter, i).utid);
	finding->count = lock->count;
	finding->total_ns = lock->total_ns;
	finding->worst_ns = lock->worst_ns;
	/* Where it first slept: it may have run a little before. */
	finding->exemplar = ww_first_wait(census->trace, lock->worst.utid, lock->worst.span,
					  1u << WW_STATE_BLOCKED);
	finding->has_exemplar = finding->exemplar.utid != WW_UTID_NONE;
	sentence = ww_finding_sentence(census->trace, &found);
	finding->sentence = g_strdup_printf("%s%s%s", sentence, rest ? " " : "", rest ? rest : "");
}

/* "While they did, one of them ran for 98 % of the time, and two at once for 0.4 %." */
static char *serial_text(int64_t any_ns, int64_t several_ns, int64_t time_ns)
{
	g_autofree char *any = ww_share_text(any_ns, time_ns);
	g_autofree char *several = ww_share_text(several_ns, time_ns);

	return g_strdup_printf(
		"While they did, one of them ran for %s of the time, and two at once for %s.", any,
		several);
}

/* Jobs come from somebody else; a lock is passed on by one of those that wait for it. */
static bool is_passed_on(const struct lock *lock)
{
	guint n_own = 0;

	for (guint i = 0; i < lock->wakers->len; i++) {
		const uint32_t utid = g_array_index(lock->wakers, uint32_t, i);

		n_own += g_hash_table_contains(lock->known, GUINT_TO_POINTER(utid));
	}
	return n_own > lock->wakers->len / 2;
}

/* Something that nobody holds, as far as hooks know, and that lets one thread run at a time: an
 * interpreter's own lock. */
static void look_at_serial(const struct ww_census *census, const struct lock *lock,
			   GPtrArray *findings)
{
	const int64_t time_ns = ww_span_length_ns(lock->reach);
	g_autoptr(GArray) running = ww_overlaps_new();
	struct ww_finding *finding;
	int64_t any_ns, several_ns;

	if (lock->total_ns < SERIAL_MIN_NS || !is_contended(census, lock) || !is_passed_on(lock))
		return;
	for (guint i = 0; i < lock->waiters->len; i++)
		ww_overlaps_add_thread(running, census->trace,
				       g_array_index(lock->waiters, struct waiter, i).utid,
				       lock->reach, 1u << WW_STATE_RUNNING);
	ww_overlaps_sort(running);
	any_ns = ww_overlaps_ns(running, 1);
	several_ns = ww_overlaps_ns(running, 2);
	if (any_ns < time_ns / 100 * SERIAL_ANY_PERCENT ||
	    several_ns > time_ns / 100 * SERIAL_SEVERAL_PERCENT)
		return;
	finding = ww_finding_add(findings, WW_FINDING_ONE_AT_A_TIME);
	/* What else they might have waited for there, nobody knows. */
	finding->confidence = WW_CONFIDENCE_LIKELY;
	add(census, lock, finding, "for their turn", serial_text(any_ns, several_ns, time_ns));
}

/* What holds of a lock; a convoy says more than that it is contended. */
static void look_at(const struct ww_census *census, const struct lock *lock, GPtrArray *findings)
{
	struct ww_convoys convoys;
	struct ww_finding *finding;

	if (lock->waiters->len < 2 || lock->total_ns < CONTENDED_MIN_NS)
		return;
	if (!ww_lock_has_holder(lock->worst.kind))
		return look_at_serial(census, lock, findings);
	if (ww_convoys_find(census->trace, lock->turns, &convoys) &&
	    convoys.queued_ns >= CONTENDED_MIN_NS) {
		finding = ww_finding_add(findings, WW_FINDING_LOCK_CONVOY);
		/* Who found it free in between left no record. */
		finding->confidence = WW_CONFIDENCE_LIKELY;
		add(census, lock, finding, "in a convoy", convoy_text(&convoys));
	} else if (is_contended(census, lock)) {
		finding = ww_finding_add(findings, WW_FINDING_CONTENDED_LOCK);
		add(census, lock, finding, "",
		    ww_holds_text(census->trace, lock->upid, lock->address, census->span));
	}
}

void ww_rules_contention(const struct ww_census *census, const GArray *waits, GPtrArray *findings)
{
	g_autoptr(GHashTable) locks =
		g_hash_table_new_full(hash_lock, equal_locks, NULL, free_lock);
	GHashTableIter iter;
	void *key;

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (!ww_lock_has_holder(wait->kind) && !lets_one_run(wait->kind))
			continue;
		if (!is_for_work(census->trace, wait))
			count_wait(locks, census, wait);
	}
	g_hash_table_iter_init(&iter, locks);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		look_at(census, key, findings);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits for locks: the longest ones are explained, and what their holders did meanwhile is judged.
 *
 * Rules look at one explained wait and say how much of it is theirs. Waits for one lock are one
 * finding of each rule.
 */
#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"
#include "analysis/explain/runnable.h"
#include "analysis/findings/rules.h"

#define EXPLAINED_MAX 1000
#define EXPLAINED_MIN_NS WW_NS_PER_MS
#define CONTENDED_SHARE 10 /* a tenth of the time of all who waited for it */
#define CONTENDED_MIN_NS (10 * WW_NS_PER_MS)

struct wait {
	const struct ww_census *census;
	const struct ww_explanation *explanation;
	int64_t length_ns;
};

/* How much of the wait the rule holds for; 0: it does not. */
typedef int64_t (*judge)(const struct wait *wait);

static const struct ww_path_step *step_at(const struct wait *wait, guint i)
{
	return &g_array_index(wait->explanation->path, struct ww_path_step, i);
}

/* Of the time in which a holder has the lock, what it spends in a state, for one of @reasons if
 * that is not NULL. */
static int64_t held_in(const struct wait *wait, enum ww_state state, const bool *reasons)
{
	int64_t ns = 0;

	for (guint i = 0; i < wait->explanation->path->len; i++) {
		const struct ww_path_step *step = step_at(wait, i);

		if (step->depth == 1 && step->edge == WW_EDGE_LOCK_OWNER && step->state == state &&
		    (!reasons || reasons[step->reason]))
			ns += ww_span_length_ns(step->span);
	}
	return ns;
}

/* "Sync I/O under lock": half of the window, 5 ms at least. */
static int64_t judge_io(const struct wait *wait)
{
	static const bool is_io[WW_REASON_N] = {
		[WW_REASON_DISK] = true,
		[WW_REASON_SOCKET] = true,
		[WW_REASON_PAGE_FAULT] = true,
	};
	const int64_t ns = held_in(wait, WW_STATE_BLOCKED, is_io);

	return ns >= 5 * WW_NS_PER_MS && ns >= wait->length_ns / 2 ? ns : 0;
}

static int64_t cause_ns(const struct wait *wait, enum ww_cause cause)
{
	int64_t ns = 0;

	for (guint i = 0; i < wait->explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(wait->explanation->causes, struct ww_cause_part, i);

		if (part->cause == cause)
			ns += part->ns;
	}
	return ns;
}

static int64_t judge_throttled(const struct wait *wait)
{
	const int64_t ns =
		MIN(cause_ns(wait, WW_CAUSE_THROTTLED), held_in(wait, WW_STATE_RUNNABLE, NULL));

	return ns >= WW_NS_PER_MS ? ns : 0;
}

/* A fifth of the window. */
static int64_t judge_preempted(const struct wait *wait)
{
	const int64_t ns = held_in(wait, WW_STATE_RUNNABLE, NULL) - judge_throttled(wait);

	return ns >= WW_NS_PER_MS && ns >= wait->length_ns / 5 ? ns : 0;
}

static int rank(int prio)
{
	return MIN(prio, WW_PRIO_FAIR);
}

/* The priority @utid had when it last ran until @t_ns. */
static int prio_at(const struct ww_trace *trace, uint32_t utid, int64_t t_ns)
{
	struct ww_interval run;

	return ww_query_previous(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, t_ns,
				 1u << WW_STATE_RUNNING, &run)
		       ? run.prio
		       : -1;
}

/* Somebody of a rank between the waiter's and the holder's keeps the holder from its CPU. */
static int64_t judge_inversion(const struct wait *wait)
{
	const struct ww_trace *trace = wait->census->trace;
	const int waiter = ww_prio_waiting(trace, &wait->explanation->wait);
	int64_t ns = 0;

	if (waiter < 0 || held_in(wait, WW_STATE_RUNNABLE, NULL) == 0)
		return 0;
	for (guint i = 0; i < wait->explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(wait->explanation->causes, struct ww_cause_part, i);
		int between;

		if (part->cause != WW_CAUSE_OUTRANKED || part->utid == WW_UTID_NONE)
			continue;
		between = prio_at(trace, part->utid, part->first_ns + part->ns);
		if (between >= 0 && rank(waiter) < rank(between))
			ns += part->ns;
	}
	return ns >= WW_NS_PER_MS ? ns : 0;
}

/* clang-format off */
static const struct {
	enum ww_finding_kind kind;
	judge judge;
	const char *why; /* "... waited 1.20 s " */
} rules[] = {
	{ WW_FINDING_PRIORITY_INVERSION, judge_inversion,
	  "while threads of a priority between the waiter's and the holder's kept the holder from its CPU" },
	{ WW_FINDING_THROTTLED_HOLDING_LOCK, judge_throttled,
	  "while the quota of the holder's control group was used up" },
	{ WW_FINDING_IO_UNDER_LOCK, judge_io, "while its holder did I/O" },
	{ WW_FINDING_LOCK_HOLDER_PREEMPTED, judge_preempted, "while its holder was ready but had no CPU" },
};
/* clang-format on */

static bool is_same_lock(const struct ww_trace *trace, const struct ww_finding *finding,
			 const struct ww_wait_object *object, uint32_t utid)
{
	const uint32_t other = g_array_index(finding->utids, uint32_t, 0);

	return finding->object.address == object->address &&
	       ww_trace_thread(trace, other)->upid == ww_trace_thread(trace, utid)->upid;
}

static struct ww_finding *find(GPtrArray *findings, const struct wait *wait,
			       enum ww_finding_kind kind)
{
	const struct ww_explanation *explanation = wait->explanation;

	for (guint i = 0; i < findings->len; i++) {
		struct ww_finding *finding = findings->pdata[i];

		if (finding->kind == kind &&
		    is_same_lock(wait->census->trace, finding, &explanation->object,
				 explanation->ref.utid))
			return finding;
	}
	return NULL;
}

static void apply(const struct wait *wait, GPtrArray *findings)
{
	const struct ww_explanation *explanation = wait->explanation;

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		const int64_t ns = rules[i].judge(wait);
		struct ww_finding *finding;

		if (ns == 0)
			continue;
		finding = find(findings, wait, rules[i].kind);
		if (!finding) {
			finding = ww_finding_add(findings, rules[i].kind);
			ww_wait_object_clear(&finding->object);
			ww_wait_object_init(&finding->object, wait->census->trace,
					    &explanation->wait);
		}
		finding->confidence = MIN(finding->confidence, explanation->confidence);
		ww_finding_add_wait(finding, explanation->ref.utid, explanation->ref, ns);
	}
}

static void explain_longest(const struct ww_census *census, ww_wants_thread wants_thread,
			    void *data, GPtrArray *findings)
{
	const struct ww_wait_filter filter = {
		.span = census->span,
		.states = 1u << WW_STATE_BLOCKED,
		.min_ns = EXPLAINED_MIN_NS,
		.wants_thread = wants_thread,
		.data = data,
	};
	g_autoptr(GArray) refs = ww_query_waits(census->trace, &filter);
	guint n_explained = 0;

	for (guint i = 0; i < refs->len && n_explained < EXPLAINED_MAX; i++) {
		const struct ww_wait_ref ref = g_array_index(refs, struct ww_wait_ref, i);
		ww_auto(explanation) explanation = NULL;
		struct ww_interval interval;
		struct wait wait = { .census = census };

		if (!ww_query_wait(census->trace, ref, &interval) ||
		    !(interval.flags & WW_INTERVAL_IN_LOCK))
			continue;
		n_explained++;
		explanation = ww_explain_wait(census->trace, ref, NULL);
		wait.explanation = explanation;
		wait.length_ns = ww_span_length_ns(interval.span);
		apply(&wait, findings);
	}
}

struct waiter {
	uint32_t utid;
	int64_t ns;
};

struct lock {
	uint64_t address;
	uint32_t upid;
	struct ww_lock_wait worst;
	int64_t worst_ns, total_ns; /* inside the span */
	uint64_t count;
	GArray *waiters;   /* struct waiter */
	GHashTable *known; /* utid -> index of it, and 1 more */
};

static void free_lock(void *data)
{
	struct lock *lock = data;

	g_array_unref(lock->waiters);
	g_hash_table_unref(lock->known);
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

static void count_wait(GHashTable *locks, const struct ww_census *census,
		       const struct ww_lock_wait *wait)
{
	const struct lock key = { wait->address, ww_trace_thread(census->trace, wait->utid)->upid };
	struct lock *lock = g_hash_table_lookup(locks, &key);
	const int64_t ns = ww_span_length_ns(ww_span_intersect(wait->span, census->span));

	if (!lock) {
		lock = g_memdup2(&key, sizeof(key));
		lock->worst_ns = -1;
		lock->waiters = g_array_new(false, false, sizeof(struct waiter));
		lock->known = g_hash_table_new(NULL, NULL);
		g_hash_table_add(locks, lock);
	}
	lock->count++;
	lock->total_ns += ns;
	if (ns > lock->worst_ns) {
		lock->worst_ns = ns;
		lock->worst = *wait;
	}
	count_waiter(lock, wait->utid, ns);
}

static bool is_contended(const struct ww_census *census, const struct lock *lock)
{
	const int64_t time_ns = ww_span_length_ns(census->span) * (int64_t)lock->waiters->len;

	return lock->waiters->len > 1 && lock->total_ns >= CONTENDED_MIN_NS &&
	       lock->total_ns >= time_ns / CONTENDED_SHARE;
}

static int most_first(const void *pa, const void *pb)
{
	const struct waiter *a = pa, *b = pb;

	if (a->ns != b->ns)
		return a->ns > b->ns ? -1 : 1;
	return (a->utid > b->utid) - (a->utid < b->utid);
}

static void add_contended(const struct ww_census *census, const struct lock *lock,
			  GPtrArray *findings)
{
	struct ww_finding *finding = ww_finding_add(findings, WW_FINDING_CONTENDED_LOCK);
	struct ww_found found = { .finding = finding,
				  .lived_ns = ww_span_length_ns(census->span) *
					      (int64_t)lock->waiters->len,
				  .why = "" };

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
	finding->sentence = ww_finding_sentence(census->trace, &found);
}

static void find_contended(const struct ww_census *census, ww_wants_thread wants_thread, void *data,
			   GPtrArray *findings)
{
	g_autoptr(GHashTable) locks =
		g_hash_table_new_full(hash_lock, equal_locks, NULL, free_lock);
	g_autoptr(GArray) waits = ww_query_lock_waits(census->trace, WW_UTID_NONE, census->span);
	GHashTableIter iter;
	void *key;

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (ww_lock_has_holder(wait->kind) &&
		    wants_thread(ww_trace_thread(census->trace, wait->utid), data))
			count_wait(locks, census, wait);
	}
	g_hash_table_iter_init(&iter, locks);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (is_contended(census, key))
			add_contended(census, key, findings);
}

static const char *why_of(enum ww_finding_kind kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (rules[i].kind == kind)
			return rules[i].why;
	return NULL;
}

void ww_rules_locks(const struct ww_census *census, ww_wants_thread wants_thread, void *data,
		    GPtrArray *findings)
{
	const guint first = findings->len;

	explain_longest(census, wants_thread, data, findings);
	for (guint i = first; i < findings->len; i++) {
		struct ww_found found = { .finding = findings->pdata[i] };

		found.why = why_of(found.finding->kind);
		found.finding->sentence = ww_finding_sentence(census->trace, &found);
	}
	find_contended(census, wants_thread, data, findings);
}

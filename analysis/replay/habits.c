// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits for work that had not come, told from waits for an answer (explain.md 1.3, rule 7).
 *
 * No record says which of both a wait for events is. It is inferred from the thread's habit and
 * from who serves whom:
 *
 * - A place is where a thread waits: its user stack where that is recorded, with the call and its
 *   descriptor; of a lock of the hooks the lock and the call site. The root of its loop is the
 * place of most of its waits for events, conditions and semaphores, from the fourth such wait on;
 * the first three are called as it turns out then.
 * - Of two threads one asks and the other serves. Inside of a process the one asks that first woke
 *   or made the other. Of two processes of which one descends from the other, the ancestor asks.
 *   Others belong to families, which are the lines below their common ancestor: the family asks of
 *   which somebody first woke one of the other, if it is also the younger one. So a server's
 * newborn child is as old as the server, and a server that is busy when it is first asked does not
 * seem to ask.
 * - A wait of poll, select or io_uring at the root that somebody ended who asks is one for work.
 *   One that nobody in particular ended (a timer, the network) is what the last other one there
 * was.
 * - epoll and libaio wait for work unless the one that ended it serves, or the root is elsewhere:
 *   little but event loops calls them.
 * - A wait for a condition or a semaphore is one for work at the root of a pool, which is where
 *   several threads of the process wait for the same lock from the same site, and the thread never
 *   waited there for somebody that serves, or that waits there itself: threads that share something
 *   limited (an interpreter's lock, connections) wake each other.
 * - While a task, or a region of one, is open on the thread (whywait.h), it has work.
 *
 * Whatever is left undecided stays what it looks like.
 */
#include <string.h>

#include "analysis/replay/facts.h"

#define LINEAGE_MAX 16
#define PAIRS_MAX 1048576 /* of threads or processes that are remembered */

/* Of a thread and the one that ended its wait. */
enum verdict {
	VERDICT_NONE,
	VERDICT_SERVES, /* it had been asked */
	VERDICT_ASKED,  /* it waited for an answer */
};

static enum verdict opposite(enum verdict verdict)
{
	return verdict == VERDICT_SERVES  ? VERDICT_ASKED
	       : verdict == VERDICT_ASKED ? VERDICT_SERVES
					  : VERDICT_NONE;
}

/* Threads and families have pairs of their own: the latter have the highest bit set. */
static uint64_t pair_of(uint32_t a, uint32_t b, bool are_families)
{
	return (uint64_t)MIN(a, b) << 32 | MAX(a, b) | (are_families ? UINT64_C(1) << 63 : 0);
}

static enum verdict seen_from(uint32_t own, uint32_t other, enum verdict verdict_of_smaller)
{
	return own < other ? verdict_of_smaller : opposite(verdict_of_smaller);
}

/* By who first woke or made the other. */
static enum verdict order_of(const struct ww_replay *replay, uint32_t own, uint32_t other,
			     bool are_families)
{
	const uint64_t pair = pair_of(own, other, are_families);
	void *smaller = g_hash_table_lookup(replay->facts->asked, &pair);

	return seen_from(own, other, (enum verdict)GPOINTER_TO_UINT(smaller));
}

static void note_asked(struct ww_replay *replay, uint32_t asks, uint32_t serves, bool are_families)
{
	const uint64_t pair = pair_of(asks, serves, are_families);
	GHashTable *asked = replay->facts->asked;

	if (asks == serves || g_hash_table_contains(asked, &pair) ||
	    g_hash_table_size(asked) >= PAIRS_MAX)
		return;
	g_hash_table_insert(asked, g_memdup2(&pair, sizeof(pair)),
			    GUINT_TO_POINTER(asks < serves ? VERDICT_ASKED : VERDICT_SERVES));
}

static const struct replay_process *process_at(const struct ww_replay *replay, uint32_t index)
{
	return &g_array_index(replay->processes, struct replay_process, index);
}

static uint32_t parent_of(struct ww_replay *replay, uint32_t index)
{
	const struct replay_process *process = process_at(replay, index);

	if (process->parent_utid != WW_UTID_NONE)
		return ww_replay_thread(replay, process->parent_utid)->process;
	return process->parent_pid > 0 ? ww_tids_get(&replay->by_pid, process->parent_pid)
				       : WW_PROCESS_NONE;
}

/* The process, its parent and so on. */
static unsigned int trace_lineage(struct ww_replay *replay, uint32_t index,
				  uint32_t lineage[LINEAGE_MAX])
{
	unsigned int n = 0;

	while (index != WW_PROCESS_NONE && n < LINEAGE_MAX) {
		lineage[n++] = index;
		index = parent_of(replay, index);
	}
	return n;
}

/* False: nobody knows when it began. Those that began inside the recording are the younger ones. */
static bool began_at(struct ww_replay *replay, uint32_t index, bool *inside, uint64_t *at_ns)
{
	const uint32_t utid = ww_tids_get(&replay->by_tid, process_at(replay, index)->pid);
	const struct replay_thread *leader;

	if (utid == WW_TIDS_NONE || ww_replay_thread(replay, utid)->process != index)
		return false;
	leader = ww_replay_thread(replay, utid);
	*inside = leader->was_forked;
	*at_ns = leader->was_forked ? (uint64_t)leader->born_ns : leader->start_time_ns;
	return *at_ns > 0;
}

/* Who is older serves. */
static enum verdict compare_ages(struct ww_replay *replay, uint32_t own, uint32_t other)
{
	uint64_t own_ns, other_ns;
	bool own_inside, other_inside;

	if (!began_at(replay, own, &own_inside, &own_ns) ||
	    !began_at(replay, other, &other_inside, &other_ns))
		return VERDICT_NONE;
	if (own_inside != other_inside)
		return own_inside ? VERDICT_ASKED : VERDICT_SERVES;
	return own_ns < other_ns ? VERDICT_SERVES : VERDICT_ASKED;
}

/* Of two processes, the one with the smaller number and the other. */
struct kinship {
	uint32_t own, other; /* their families: the processes below their common ancestor */
	bool descends;       /* one of them from the other: there are no families */
	uint8_t age;         /* enum verdict, by the age of the families, or by descent */
};

static struct kinship find_kinship(struct ww_replay *replay, uint32_t own, uint32_t other)
{
	uint32_t own_line[LINEAGE_MAX], other_line[LINEAGE_MAX];
	unsigned int i = trace_lineage(replay, own, own_line);
	unsigned int j = trace_lineage(replay, other, other_line);
	struct kinship kinship = { 0 };

	while (i > 0 && j > 0 && own_line[i - 1] == other_line[j - 1]) {
		i--;
		j--;
	}
	kinship.descends = i == 0 || j == 0;
	if (kinship.descends) {
		kinship.age = i == 0 ? VERDICT_ASKED : VERDICT_SERVES;
		return kinship;
	}
	kinship.own = own_line[i - 1];
	kinship.other = other_line[j - 1];
	kinship.age = (uint8_t)compare_ages(replay, kinship.own, kinship.other);
	return kinship;
}

/* NULL: they have had nothing to do with each other. */
static const struct kinship *kinship_of(const struct ww_replay *replay, uint32_t a, uint32_t b)
{
	const uint64_t pair = pair_of(a, b, true);

	return g_hash_table_lookup(replay->facts->kinships, &pair);
}

static void note_processes(struct ww_replay *replay, uint32_t asks, uint32_t serves)
{
	const uint64_t pair = pair_of(asks, serves, true);
	struct kinship *kinship;

	if (kinship_of(replay, asks, serves) ||
	    g_hash_table_size(replay->facts->kinships) >= PAIRS_MAX)
		return;
	kinship = g_new(struct kinship, 1);
	*kinship = find_kinship(replay, MIN(asks, serves), MAX(asks, serves));
	g_hash_table_insert(replay->facts->kinships, g_memdup2(&pair, sizeof(pair)), kinship);
	if (kinship->descends)
		return;
	if (asks < serves)
		note_asked(replay, kinship->own, kinship->other, true);
	else
		note_asked(replay, kinship->other, kinship->own, true);
}

void ww_replay_note_asked(struct ww_replay *replay, uint32_t asks_utid, uint32_t serves_utid)
{
	const struct replay_thread *asks = ww_replay_thread(replay, asks_utid);
	const struct replay_thread *serves = ww_replay_thread(replay, serves_utid);

	/* Where it ends early in a preview the load goes on with these tables. */
	if (replay->is_finished)
		return;
	if (asks->is_kernel || serves->is_kernel || asks->process == WW_PROCESS_NONE ||
	    serves->process == WW_PROCESS_NONE)
		return;
	if (asks->process == serves->process)
		note_asked(replay, asks_utid, serves_utid, false);
	else
		note_processes(replay, asks->process, serves->process);
}

static enum verdict verdict_of_processes(struct ww_replay *replay, uint32_t own, uint32_t other)
{
	const struct kinship *kinship = kinship_of(replay, own, other);

	if (!kinship)
		return VERDICT_NONE;
	if (!kinship->descends &&
	    order_of(replay, kinship->own, kinship->other, true) != kinship->age)
		return VERDICT_NONE;
	return seen_from(own, other, (enum verdict)kinship->age);
}

static enum verdict verdict_of(struct ww_replay *replay, const struct replay_thread *thread,
			       const struct ww_interval *wait)
{
	const struct replay_thread *other;

	if (wait->waker != WW_WAKER_THREAD || wait->waker_utid >= replay->threads->len)
		return VERDICT_NONE;
	other = ww_replay_thread(replay, wait->waker_utid);
	if (other->is_kernel || other->process == WW_PROCESS_NONE ||
	    thread->process == WW_PROCESS_NONE)
		return VERDICT_NONE;
	if (other->process != thread->process)
		return verdict_of_processes(replay, thread->process, other->process);
	return order_of(replay, thread->utid, other->utid, false);
}

/* Where there is no room the one goes that was seen least. */
static struct replay_place *find_place(struct replay_habits *habits, uint64_t key)
{
	struct replay_place *least = &habits->places[0];

	for (int i = 0; i < WW_HABIT_PLACES; i++) {
		struct replay_place *place = &habits->places[i];

		if (place->n > 0 && place->key == key)
			return place;
		if (place->n < least->n)
			least = place;
	}
	*least = (struct replay_place){ .key = key };
	return least;
}

/* Whoever ended the wait waits at that place too, now and then. */
static bool is_among_equals(struct ww_replay *replay, const struct ww_interval *wait, uint64_t key)
{
	const struct replay_habits *habits;

	if (wait->waker != WW_WAKER_THREAD || wait->waker_utid >= replay->threads->len)
		return false;
	habits = &ww_replay_thread(replay, wait->waker_utid)->habits;
	for (int i = 0; i < WW_HABIT_PLACES; i++)
		if (habits->places[i].n > 0 && habits->places[i].key == key)
			return true;
	return false;
}

/* One more wait at the place. */
static struct replay_place *visit(struct replay_thread *thread, uint64_t key, enum verdict verdict)
{
	struct replay_place *place = find_place(&thread->habits, key);

	place->n++;
	thread->habits.n_waits++;
	if (verdict != VERDICT_NONE)
		place->verdict = (uint8_t)verdict;
	place->has_asked |= verdict == VERDICT_ASKED;
	return place;
}

static bool is_root(const struct replay_thread *thread, const struct replay_place *place)
{
	return place->n >= WW_HABIT_WAITS && place->n > thread->habits.n_waits / 2;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	return (a ^ b * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xc2b2ae3d27d4eb4f) + 1;
}

/* It is kept which waits came before the habit. */
static void note_early(struct replay_place *place, uint32_t index)
{
	if (place->n < WW_HABIT_WAITS && place->n_early < G_N_ELEMENTS(place->early))
		place->early[place->n_early++] = index;
}

/* T3: those of one wait are told alike. */
static void call(struct ww_replay *replay, uint32_t utid, uint32_t index, enum ww_reason reason)
{
	struct ww_interval interval;
	bool is_more = true;

	for (uint32_t i = index + 1; is_more && i > 0; i--) {
		if (!ww_store_read_thread(replay->store, utid, i - 1, &interval))
			return;
		if (interval.state != WW_STATE_BLOCKED)
			continue;
		is_more = interval.rewakes > 0;
		interval.reason = (uint8_t)reason;
		ww_store_amend_thread(replay->store, utid, i - 1, &interval);
	}
}

static void call_early(struct ww_replay *replay, uint32_t utid, struct replay_place *place,
		       enum ww_reason reason)
{
	while (place->n_early > 0)
		call(replay, utid, place->early[--place->n_early], reason);
}

/* A call that waits for work by itself needs a reason not to. */
static bool is_idle_loop(const struct replay_thread *thread, const struct replay_place *place)
{
	return place->verdict != VERDICT_ASKED && (thread->habits.n_waits < 2 * WW_HABIT_WAITS ||
						   place->n * 2 >= thread->habits.n_waits);
}

/* Of a call that looks like one for work. */
static uint8_t judge_loop(struct ww_replay *replay, struct replay_thread *thread,
			  struct replay_place *place)
{
	if (place->verdict == VERDICT_NONE)
		note_early(place, thread->n_intervals);
	if (place->verdict == VERDICT_ASKED)
		call_early(replay, thread->utid, place, WW_REASON_POLL);
	return is_idle_loop(thread, place) ? WW_REASON_IDLE_FOR_WORK : WW_REASON_POLL;
}

static uint8_t judge_poll(struct ww_replay *replay, struct replay_thread *thread,
			  struct replay_place *place)
{
	if (place->verdict != VERDICT_SERVES)
		return WW_REASON_POLL;
	if (!is_root(thread, place)) {
		note_early(place, thread->n_intervals);
		return WW_REASON_POLL;
	}
	call_early(replay, thread->utid, place, WW_REASON_IDLE_FOR_WORK);
	return WW_REASON_IDLE_FOR_WORK;
}

static uint8_t judge_events(struct ww_replay *replay, struct replay_thread *thread,
			    const struct ww_interval *wait)
{
	const uint64_t called = mix((uint16_t)wait->syscall, wait->object);
	const enum verdict verdict = verdict_of(replay, thread, wait);
	struct replay_place *place = visit(thread, mix(thread->user_stack, called), verdict);

	if (thread->n_tasks > 0)
		return WW_REASON_POLL;
	return wait->reason == WW_REASON_IDLE_FOR_WORK ? judge_loop(replay, thread, place)
						       : judge_poll(replay, thread, place);
}

/* What a thread gets from another one; locks pass from hand to hand. */
static bool is_message(uint8_t reason)
{
	return reason == WW_REASON_POLL || reason == WW_REASON_IDLE_FOR_WORK ||
	       reason == WW_REASON_SOCKET || reason == WW_REASON_PIPE ||
	       reason == WW_REASON_EVENT || reason == WW_REASON_CONDITION ||
	       reason == WW_REASON_SEMAPHORE;
}

static void note_message(struct ww_replay *replay, const struct replay_thread *thread,
			 const struct ww_interval *wait)
{
	if (wait->waker == WW_WAKER_THREAD && wait->waker_utid < replay->threads->len)
		ww_replay_note_asked(replay, wait->waker_utid, thread->utid);
}

void ww_replay_judge_sleep(struct ww_replay *replay, struct replay_thread *thread)
{
	struct ww_interval *wait = &thread->open;

	if (!is_message(wait->reason))
		return;
	note_message(replay, thread, wait);
	if (wait->reason == WW_REASON_POLL || wait->reason == WW_REASON_IDLE_FOR_WORK)
		wait->reason = judge_events(replay, thread, wait);
	thread->user_stack = 0;
}

#define POOL_OF_SEVERAL UINT32_MAX /* else the utid of the only one that was seen there, and 1 */

static void note_waiter(struct ww_replay *replay, const struct replay_thread *thread, uint64_t pool)
{
	GHashTable *pools = replay->facts->pools;
	const guint known = GPOINTER_TO_UINT(g_hash_table_lookup(pools, &pool));
	const guint next =
		known == 0 || known == thread->utid + 1 ? thread->utid + 1 : POOL_OF_SEVERAL;

	if (known != next && g_hash_table_size(pools) < PAIRS_MAX)
		g_hash_table_insert(pools, g_memdup2(&pool, sizeof(pool)), GUINT_TO_POINTER(next));
}

/* Whether another thread of the process waits there too. */
static bool is_pool(struct ww_replay *replay, const struct replay_thread *thread, uint64_t key)
{
	const uint64_t pool = mix(key, thread->process);

	if (!replay->is_finished)
		note_waiter(replay, thread, pool);
	return GPOINTER_TO_UINT(g_hash_table_lookup(replay->facts->pools, &pool)) ==
	       POOL_OF_SEVERAL;
}

uint8_t ww_replay_judge_lock(struct ww_replay *replay, struct replay_thread *thread,
			     const struct ww_lock_wait *lock, const struct ww_interval *last,
			     uint32_t index)
{
	const uint8_t reason = (uint8_t)ww_lock_kind_reason((enum ww_lock_kind)lock->kind);
	const uint64_t key = mix(mix(lock->address, lock->site), reason);
	struct replay_place *place;
	bool has_pool;

	if (reason != WW_REASON_CONDITION && reason != WW_REASON_SEMAPHORE)
		return reason;
	note_message(replay, thread, last);
	has_pool = is_pool(replay, thread, key);
	place = visit(thread, key, verdict_of(replay, thread, last));
	place->is_shared |= is_among_equals(replay, last, key);
	if (place->is_shared)
		call_early(replay, thread->utid, place, (enum ww_reason)reason);
	if (place->is_shared || place->verdict != VERDICT_SERVES || place->has_asked ||
	    thread->n_tasks > 0)
		return reason;
	if (!has_pool || !is_root(thread, place)) {
		note_early(place, index);
		return reason;
	}
	call_early(replay, thread->utid, place, WW_REASON_IDLE_FOR_WORK);
	return WW_REASON_IDLE_FOR_WORK;
}

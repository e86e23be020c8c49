// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method: backwards over wake-ups, bounded by the waiting (Giraldeau and Dagenais, TPDS 2016), with
 * lock owners as edges of their own and runnable leaves explained instead of labelled.
 */
#include "analysis/explain/chain.h"

#include "analysis/explain/files.h"
#include "analysis/explain/holders.h"
#include "analysis/explain/owners.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/tiles.h"
#include "analysis/explain/walk.h"
#include "analysis/explain/work.h"
#include "base/wire.h"

#define FOLLOW_MIN_NS WW_NS_PER_US

static struct ww_leaf *add_leaf(struct ww_walk *walk, const struct ww_tile *tile,
				enum ww_cause cause, const char *detail)
{
	const uint8_t unsure = WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED;
	GArray *leaves = walk->chain->leaves;
	struct ww_leaf leaf = {
		.step = {
			.depth = walk->depth,
			.utid = walk->stack[walk->depth],
			.edge = walk->edges[walk->depth],
			.state = tile->interval.state,
			.reason = tile->interval.reason,
			.span = tile->span,
			.detail = g_strdup(detail),
		},
		.cause = cause,
		.first_utid = walk->depth > 0 ? walk->stack[1] : WW_UTID_NONE,
		.first_edge = walk->depth > 0 ? walk->edges[1] : WW_EDGE_SELF,
		.is_inferred = walk->is_inferred || tile->interval.flags & unsure,
		.is_guess = walk->depth > 0 && walk->is_guess,
	};

	if (leaf.is_inferred)
		walk->chain->inferred_ns += ww_span_length_ns(tile->span);
	g_array_append_val(leaves, leaf);
	return &g_array_index(leaves, struct ww_leaf, leaves->len - 1);
}

struct ww_leaf *ww_walk_account_as(struct ww_walk *walk, const struct ww_tile *tile,
				   enum ww_cause cause, const char *detail, const char *step_detail)
{
	uint32_t utid = walk->stack[walk->depth];
	g_autofree char *text = g_strdup(detail);
	struct ww_cause_part part = {
		.cause = cause,
		/* The waiter itself is no culprit. */
		.utid = walk->depth == 0 ? WW_UTID_NONE : utid,
		.relation = WW_RELATION_NONE,
		.cpu = WW_CPU_UNKNOWN,
		.ns = ww_span_length_ns(tile->span),
		.first_ns = tile->span.begin_ns,
		.detail = text,
	};

	ww_causes_add(walk->chain->causes, &part);
	return add_leaf(walk, tile, cause, step_detail);
}

struct ww_leaf *ww_walk_account(struct ww_walk *walk, const struct ww_tile *tile,
				enum ww_cause cause, const char *detail)
{
	return ww_walk_account_as(walk, tile, cause, detail, detail);
}

static void account_runnable(struct ww_walk *walk, const struct ww_tile *tile)
{
	g_autofree char *name = ww_trace_thread_text(walk->trace, tile->interval.utid);
	g_autofree char *detail = g_strdup_printf("%s was ready", name);

	add_leaf(walk, tile, WW_CAUSE_UNKNOWN, NULL);
	ww_explain_runnable(walk->trace, &tile->interval, tile->span,
			    walk->depth == 0 ? NULL : detail, walk->chain->causes);
}

/* Where @utid stands in the chain, -1: it does not. */
static int place_in_chain(const struct ww_walk *walk, uint32_t utid)
{
	for (uint32_t i = 0; i <= walk->depth; i++) {
		if (walk->stack[i] == utid)
			return (int)i;
	}
	return -1;
}

/* "A/1 waits for B/2, B/2 for A/1": everybody from @place on, who waits for the next one. */
static char *ring_text(const struct ww_walk *walk, uint32_t place)
{
	GString *text = g_string_new(NULL);

	for (uint32_t i = place; i <= walk->depth; i++) {
		const uint32_t next = walk->stack[i == walk->depth ? place : i + 1];
		g_autofree char *waiter = ww_trace_thread_text(walk->trace, walk->stack[i]);
		g_autofree char *holder = ww_trace_thread_text(walk->trace, next);

		g_string_append_printf(text, "%s%s %sfor %s", i == place ? "" : ", ", waiter,
				       i == place ? "waits " : "", holder);
	}
	return g_string_free(text, false);
}

/*
 * Nobody in a ring of owners can let go, unless one of them waits for so long only. Windows lie
 * inside each other, so where the innermost wait has not ended none of them has.
 */
static bool is_deadlock(const struct ww_walk *walk, const struct ww_tile *tile, uint32_t place,
			enum ww_edge edge)
{
	struct ww_timeout timeout;

	if (edge != WW_EDGE_LOCK_OWNER || tile->span.end_ns < tile->interval.span.end_ns ||
	    !(tile->interval.flags & WW_INTERVAL_CENSORED_RIGHT))
		return false;
	for (uint32_t i = place; i <= walk->depth; i++) {
		if (i > place && walk->edges[i] != WW_EDGE_LOCK_OWNER)
			return false;
		if (ww_query_timeout_at(walk->trace, walk->stack[i], tile->span.end_ns - 1,
					&timeout))
			return false;
	}
	return true;
}

static void account_cycle(struct ww_walk *walk, const struct ww_tile *tile, uint32_t place,
			  enum ww_edge edge)
{
	g_autofree char *name = ww_trace_thread_text(walk->trace, walk->stack[place]);
	g_autofree char *detail = NULL;
	enum ww_cause cause = WW_CAUSE_CYCLE;

	if (is_deadlock(walk, tile, place, edge)) {
		detail = ring_text(walk, place);
		ww_walk_account(walk, tile, cause, detail)->is_deadlock = true;
		walk->chain->has_deadlock = true;
		return;
	}
	detail = g_strdup_printf(
		edge == WW_EDGE_LOCK_OWNER ? "%s holds it and waits itself" : "woken by %s", name);
	/* A wait that reaches beyond its window was ended by somebody later, who may have been
	 * waiting until then. */
	if (tile->span.end_ns < tile->interval.span.end_ns && edge != WW_EDGE_LOCK_OWNER)
		cause = WW_CAUSE_NOT_EXPANDED;
	ww_walk_account(walk, tile, cause, detail)->is_contradiction =
		cause == WW_CAUSE_CYCLE && edge != WW_EDGE_LOCK_OWNER;
}

static void walk_thread(struct ww_walk *walk, uint32_t utid, struct ww_span window,
			enum ww_edge edge);

void ww_walk_follow(struct ww_walk *walk, uint32_t utid, const struct ww_tile *tile,
		    enum ww_edge edge)
{
	const int place = place_in_chain(walk, utid);

	if (tile->span.begin_ns >= tile->span.end_ns)
		return;
	if (place < 0)
		walk_thread(walk, utid, tile->span, edge);
	else
		account_cycle(walk, tile, (uint32_t)place, edge);
}

static bool is_full(const struct ww_walk *walk)
{
	return walk->chain->leaves->len >= WW_CHAIN_LEAVES_MAX;
}

static void give_up(struct ww_walk *walk, const struct ww_tile *tile)
{
	ww_walk_account(walk, tile, WW_CAUSE_NOT_EXPANDED, "the chain is too long");
}

/* NULL: it is no wait for a lock that somebody holds, or one of the kernel whose holder nobody
 * knows. */
static GArray *owners_of(const struct ww_walk *walk, const struct ww_tile *tile, bool *is_mutex)
{
	struct ww_lock_wait lock;

	*is_mutex = false;
	if (ww_query_lock_wait_of(walk->trace, &tile->interval, &lock)) {
		*is_mutex = lock.kind == WW_LOCK_MUTEX;
		return ww_lock_has_holder(lock.kind)
			       ? ww_lock_owners(walk->trace, &lock, tile->span)
			       : NULL;
	}
	if (tile->interval.reason == WW_REASON_PI_FUTEX)
		return ww_pi_owners(walk->trace, &tile->interval, tile->span);
	return ww_kernel_lock_owners(walk->trace, &tile->interval, tile->span);
}

static GArray *holders_of(const struct ww_walk *walk, const struct ww_tile *tile)
{
	const struct ww_interval *wait = &tile->interval;
	bool is_mutex;
	g_autoptr(GArray) owners = owners_of(walk, tile, &is_mutex);

	return owners ? ww_holders(walk->trace, owners,
				   wait->waker == WW_WAKER_THREAD ? wait->waker_utid : WW_UTID_NONE,
				   is_mutex)
		      : NULL;
}

static void follow_holders(struct ww_walk *walk, const GArray *holders, const struct ww_tile *tile)
{
	const bool was_inferred = walk->is_inferred;

	for (guint i = 0; i < holders->len; i++) {
		const struct ww_holder *holder = &g_array_index(holders, struct ww_holder, i);
		struct ww_tile part = { holder->span, tile->interval };

		if (is_full(walk)) {
			part.span.end_ns = tile->span.end_ns;
			give_up(walk, &part);
			break;
		}
		walk->is_inferred = was_inferred || holder->is_likely;
		if (holder->utid == WW_UTID_NONE)
			ww_walk_account(walk, &part, WW_CAUSE_LOCK_HOLDER_UNKNOWN, NULL);
		else
			ww_walk_follow(walk, holder->utid, &part, WW_EDGE_LOCK_OWNER);
	}
	walk->is_inferred = was_inferred;
}

/* The part of @tile inside @span; empty parts have an empty span. */
static struct ww_tile part_of(const struct ww_tile *tile, int64_t begin_ns, int64_t end_ns)
{
	return (struct ww_tile){
		{ CLAMP(begin_ns, tile->span.begin_ns, tile->span.end_ns),
		  CLAMP(end_ns, tile->span.begin_ns, tile->span.end_ns) },
		tile->interval,
	};
}

/* Before it was queued nothing could be done. */
static void follow_queuer(struct ww_walk *walk, const struct ww_work_item *work,
			  const struct ww_tile *before)
{
	if (before->span.begin_ns >= before->span.end_ns)
		return;
	switch (ww_work_queuer(walk->trace, work)) {
	case WW_QUEUER_THREAD:
		ww_walk_follow(walk, work->queuer_utid, before, WW_EDGE_WORK);
		break;
	case WW_QUEUER_INTERRUPT:
		if (!(before->interval.flags & WW_INTERVAL_IN_IOWAIT) ||
		    !ww_walk_disk(walk, before, work->queued_ns))
			ww_walk_account(walk, before, WW_CAUSE_UNKNOWN,
					"an interrupt queued the work that ended it");
		break;
	default:
		ww_walk_account(walk, before, WW_CAUSE_UNKNOWN,
				"nobody knows who queued the work that ended it");
	}
}

/*
 * A worker that ends the wait out of a work item: what was before the item was queued, how long it
 * stood in its queue, and what the worker did from then on. Of one that nobody saw being queued, as
 * those by which the kernel waits for another item, the worker is asked for all of the time.
 */
static bool walk_work(struct ww_walk *walk, const struct ww_tile *tile)
{
	const struct ww_interval *wait = &tile->interval;
	struct ww_work_item work;
	struct ww_tile part;

	if (wait->waker != WW_WAKER_THREAD || wait->waking_ns < 0 ||
	    !ww_trace_thread(walk->trace, wait->waker_utid)->is_kernel ||
	    !ww_work_at(walk->trace, wait->waker_utid, wait->waking_ns, &work))
		return false;
	if (work.queued_ns < 0) {
		ww_walk_follow(walk, wait->waker_utid, tile, WW_EDGE_WORK);
		return true;
	}
	part = part_of(tile, INT64_MIN, work.queued_ns);
	follow_queuer(walk, &work, &part);
	part = part_of(tile, work.queued_ns, work.span.begin_ns);
	if (ww_span_length_ns(part.span) > 0) {
		g_autofree char *text = ww_work_text(walk->trace, &work);

		ww_walk_account(walk, &part, WW_CAUSE_WORK_QUEUE, text);
	}
	part = part_of(tile, work.span.begin_ns, INT64_MAX);
	ww_walk_follow(walk, wait->waker_utid, &part, WW_EDGE_WORK);
	return true;
}

/* A kernel thread that is no worker only carries the completion of a request: before that it had no
 * part in this wait. */
static bool is_disk_server(const struct ww_walk *walk, const struct ww_interval *wait)
{
	return (wait->flags & WW_INTERVAL_IN_IOWAIT) &&
	       ww_trace_thread(walk->trace, wait->waker_utid)->is_kernel;
}

/* It waited for the kernel to free memory, and no disk's answer ended that. */
static bool is_reclaim(const struct ww_walk *walk, const struct ww_interval *wait)
{
	if (wait->reason != WW_REASON_MEMORY_PRESSURE || wait->flags & WW_INTERVAL_IN_IOWAIT ||
	    wait->flags & WW_INTERVAL_CENSORED_RIGHT)
		return false;
	if (wait->waker_utid < WW_UTID_IDLE)
		return ww_trace_thread(walk->trace, wait->waker_utid)->is_kernel;
	return wait->waker != WW_WAKER_DISK;
}

/* By an interrupt that a thread of the kernel served. */
static bool is_served(const struct ww_interval *wait)
{
	return wait->waker == WW_WAKER_NETWORK || wait->waker == WW_WAKER_TIMER ||
	       wait->waker == WW_WAKER_DEVICE || wait->waker == WW_WAKER_DISK;
}

/* So far back an interrupt counts as the one that brought what a thread served that never slept. */
#define RAISED_BEFORE_NS (10 * WW_NS_PER_MS)

/* When the last interrupt of the CPU came on which the thread runs at the end of @span; its end:
 * none did. */
static int64_t raised_ns(const struct ww_trace *trace, uint32_t utid, struct ww_span span)
{
	const struct ww_span late = { MAX(span.begin_ns, span.end_ns - RAISED_BEFORE_NS),
				      span.end_ns };
	g_autoptr(GArray) interrupts = NULL;
	struct ww_interval run;
	int64_t at_ns = -1;

	if (!ww_query_at(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span.end_ns - 1, &run) ||
	    run.state != WW_STATE_RUNNING)
		return span.end_ns;
	interrupts = ww_query_interrupt(trace, run.cpu, late);
	for (guint i = 0; i < interrupts->len; i++) {
		const struct ww_interrupt *interrupt =
			&g_array_index(interrupts, struct ww_interrupt, i);

		if (interrupt->context == WW_WIRE_CONTEXT_HARDIRQ &&
		    ww_span_contains(late, interrupt->span.begin_ns))
			at_ns = MAX(at_ns, interrupt->span.begin_ns);
	}
	return at_ns < 0 ? span.end_ns : at_ns;
}

/*
 * Such a thread is a hop from when it was called on: it had to wait for a CPU itself (T15). Until
 * then what it serves had not come. One that never slept was busy with something else before:
 * nobody knows when it was called on for this, likely by the last interrupt.
 */
static void follow_server(struct ww_walk *walk, const struct ww_tile *tile)
{
	const uint32_t utid = tile->interval.waker_utid;
	const bool was_inferred = walk->is_inferred;
	struct ww_interval_iter iter;
	struct ww_interval doing;
	int64_t called_ns = -1;
	struct ww_tile part;

	ww_interval_iter_init(&iter, walk->trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      tile->span);
	while (ww_interval_iter_next(&iter, &doing))
		if (doing.state == WW_STATE_BLOCKED)
			called_ns = doing.span.end_ns;
	walk->is_inferred = was_inferred || called_ns < 0;
	if (called_ns < 0)
		called_ns = raised_ns(walk->trace, utid, tile->span);
	part = part_of(tile, INT64_MIN, called_ns);
	if (ww_span_length_ns(part.span) > 0)
		ww_walk_end(walk, &part);
	part = part_of(tile, called_ns, INT64_MAX);
	ww_walk_follow(walk, utid, &part, WW_EDGE_WORK);
	walk->is_inferred = was_inferred;
}

/*
 * A process has ended when its last thread has, which may be one that had no part in its work: so
 * its first thread is asked for as long as that lived.
 */
static void follow_child(struct ww_walk *walk, const struct ww_tile *tile)
{
	const uint32_t last_utid = tile->interval.waker_utid;
	const struct ww_thread *last = ww_trace_thread(walk->trace, last_utid);
	const struct ww_process *process = ww_trace_process(walk->trace, last->upid);
	uint32_t first_utid = last_utid;
	struct ww_tile part;

	for (uint32_t i = 0; i < process->n_threads; i++) {
		const struct ww_thread *thread = ww_trace_thread(walk->trace, process->utids[i]);

		if (thread->tid == process->pid)
			first_utid = thread->utid;
	}
	part = part_of(tile, INT64_MIN, ww_trace_thread(walk->trace, first_utid)->life.end_ns);
	if (first_utid == last_utid)
		part = *tile;
	ww_walk_follow(walk, first_utid, &part, WW_EDGE_CHILD);
	part = part_of(tile, part.span.end_ns, INT64_MAX);
	ww_walk_follow(walk, last_utid, &part, WW_EDGE_CHILD);
}

static int32_t pid_of(const struct ww_trace *trace, uint32_t utid)
{
	return ww_trace_process(trace, ww_trace_thread(trace, utid)->upid)->pid;
}

/* Nothing that comes over a network ends a wait for a lock, a condition or a thread. */
static bool can_end_by_packet(const struct ww_interval *wait)
{
	return (wait->reason == WW_REASON_SOCKET || wait->reason == WW_REASON_POLL ||
		wait->reason == WW_REASON_IDLE_FOR_WORK) &&
	       !(wait->flags & WW_INTERVAL_IN_LOCK);
}

/*
 * It woke it while it ran, unless that was in a softirq: then a packet was received inside of its
 * call, which is likely its own. It is where the socket that was waited for leads to it.
 */
bool ww_chain_is_likely_sender(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const struct ww_lane lane = { WW_LANE_THREAD, wait->waker_utid };
	struct ww_interrupt interrupt;
	struct ww_file_name name;
	struct ww_interval run;

	if (!can_end_by_packet(wait) || wait->waker != WW_WAKER_THREAD || wait->waking_ns < 0 ||
	    !ww_query_at(trace, lane, wait->waking_ns, &run) || run.state != WW_STATE_RUNNING ||
	    !ww_query_interrupt_at(trace, run.cpu, wait->waking_ns, &interrupt) ||
	    interrupt.context != WW_WIRE_CONTEXT_SOFTIRQ)
		return false;
	return wait->object > INT32_MAX ||
	       !ww_files_name(trace, wait->utid, (int)wait->object, wait->span.begin_ns, &name) ||
	       !ww_files_is_of(&name, pid_of(trace, wait->waker_utid));
}

static void follow_waker(struct ww_walk *walk, const struct ww_tile *tile)
{
	const bool was_inferred = walk->is_inferred;

	walk->is_inferred = was_inferred || ww_chain_is_likely_sender(walk->trace, &tile->interval);
	ww_walk_follow(walk, tile->interval.waker_utid, tile, WW_EDGE_WAKER);
	walk->is_inferred = was_inferred;
}

static void walk_blocked(struct ww_walk *walk, const struct ww_tile *tile)
{
	const struct ww_interval *wait = &tile->interval;
	g_autoptr(GArray) holders = NULL;

	if (walk->depth == WW_CHAIN_DEPTH_MAX ||
	    (walk->depth > 0 && ww_span_length_ns(tile->span) < FOLLOW_MIN_NS)) {
		ww_walk_account(walk, tile, WW_CAUSE_NOT_EXPANDED, NULL);
		return;
	}
	holders = holders_of(walk, tile);
	if (holders)
		follow_holders(walk, holders, tile);
	else if (is_reclaim(walk, wait))
		ww_walk_reclaim(walk, tile);
	else if (wait->waker_utid >= WW_UTID_IDLE)
		ww_walk_end(walk, tile);
	else if (walk_work(walk, tile))
		return;
	else if (is_disk_server(walk, wait))
		ww_walk_end(walk, tile);
	else if (wait->waker == WW_WAKER_CHILD_EXIT)
		follow_child(walk, tile);
	else if (is_served(wait))
		follow_server(walk, tile);
	else
		follow_waker(walk, tile);
}

static void walk_tile(struct ww_walk *walk, const struct ww_tile *tile)
{
	switch ((enum ww_state)tile->interval.state) {
	case WW_STATE_RUNNING:
		ww_walk_account(walk, tile, WW_CAUSE_RUNNING, NULL);
		break;
	case WW_STATE_RUNNABLE:
		account_runnable(walk, tile);
		break;
	case WW_STATE_BLOCKED:
		walk_blocked(walk, tile);
		break;
	case WW_STATE_STOPPED:
		ww_walk_account(walk, tile, WW_CAUSE_UNKNOWN, "stopped");
		break;
	default:
		ww_walk_account(walk, tile, WW_CAUSE_UNKNOWN, NULL);
		break;
	}
}

/* The thread on top of the stack. */
static void walk_window(struct ww_walk *walk, struct ww_span window)
{
	const uint32_t utid = walk->stack[walk->depth];
	struct ww_tiles tiles;
	struct ww_tile tile;

	ww_tiles_init(&tiles, walk->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, window);
	while (ww_tiles_next(&tiles, &tile)) {
		tile.interval.utid = utid;
		if (is_full(walk)) {
			tile.span.end_ns = window.end_ns;
			give_up(walk, &tile);
			break;
		}
		walk_tile(walk, &tile);
	}
}

static void walk_thread(struct ww_walk *walk, uint32_t utid, struct ww_span window,
			enum ww_edge edge)
{
	walk->depth++;
	walk->stack[walk->depth] = utid;
	walk->edges[walk->depth] = edge;
	if (walk->depth == 1)
		walk->is_guess = walk->is_inferred;
	walk_window(walk, window);
	walk->depth--;
}

static void clear_leaf(void *data)
{
	struct ww_leaf *leaf = data;

	g_free(leaf->step.detail);
}

static void begin(struct ww_walk *walk, struct ww_chain *chain, const struct ww_trace *trace,
		  uint32_t utid)
{
	*chain = (struct ww_chain){
		.leaves = g_array_new(false, false, sizeof(struct ww_leaf)),
		.causes = ww_causes_new(),
	};
	g_array_set_clear_func(chain->leaves, clear_leaf);
	*walk = (struct ww_walk){
		.trace = trace,
		.chain = chain,
		.stack = { utid },
		.edges = { WW_EDGE_SELF },
	};
}

void ww_chain_init(struct ww_chain *chain, const struct ww_trace *trace,
		   const struct ww_interval *wait, struct ww_span window)
{
	const struct ww_tile tile = { window, *wait };
	struct ww_walk walk;

	begin(&walk, chain, trace, wait->utid);
	walk_blocked(&walk, &tile);
	ww_causes_sort(chain->causes);
}

void ww_chain_init_window(struct ww_chain *chain, const struct ww_trace *trace, uint32_t utid,
			  struct ww_span window)
{
	struct ww_walk walk;

	begin(&walk, chain, trace, utid);
	walk_window(&walk, window);
	ww_causes_sort(chain->causes);
}

void ww_chain_clear(struct ww_chain *chain)
{
	g_clear_pointer(&chain->leaves, g_array_unref);
	g_clear_pointer(&chain->causes, g_array_unref);
}

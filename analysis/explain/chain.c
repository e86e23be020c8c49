// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method: backwards over wake-ups, bounded by the waiting (Giraldeau and Dagenais, TPDS 2016), with
 * lock owners as edges of their own and runnable leaves explained instead of labelled.
 */
#include "analysis/explain/chain.h"

#include "analysis/explain/object.h"
#include "analysis/explain/owners.h"
#include "analysis/explain/parts.h"
#include "analysis/explain/runnable.h"
#include "analysis/explain/tiles.h"

#define FOLLOW_MIN_NS WW_NS_PER_US

struct walk {
	const struct ww_trace *trace;
	struct ww_chain *chain;
	uint32_t stack[WW_CHAIN_DEPTH_MAX +
		       1]; /* threads that wait for each other, the waiter first */
	uint32_t depth;    /* index of the thread that is looked at */
	uint32_t first_utid;
	enum ww_edge edge, first_edge;
	bool is_inferred;
};

/* How a wait that no other thread ended is accounted. */
static const struct {
	enum ww_cause cause;
	const char *detail;
} sources[WW_WAKER_N] = {
	[WW_WAKER_UNKNOWN] = { WW_CAUSE_UNKNOWN, NULL },
	[WW_WAKER_THREAD] = { WW_CAUSE_UNKNOWN, NULL },
	[WW_WAKER_TIMER] = { WW_CAUSE_TIMER, NULL },
	[WW_WAKER_DISK] = { WW_CAUSE_DISK_DEVICE, "queue and device are not told apart" },
	[WW_WAKER_NETWORK] = { WW_CAUSE_REMOTE, NULL },
	[WW_WAKER_DEVICE] = { WW_CAUSE_DEVICE, NULL },
	[WW_WAKER_CHILD_EXIT] = { WW_CAUSE_UNKNOWN, NULL },
	[WW_WAKER_SIGNAL] = { WW_CAUSE_UNKNOWN, "ended by a signal" },
	[WW_WAKER_NONE] = { WW_CAUSE_UNKNOWN, NULL },
};

static void walk_thread(struct walk *walk, uint32_t utid, struct ww_span window, enum ww_edge edge);

static struct ww_leaf *add_leaf(struct walk *walk, const struct ww_tile *tile, enum ww_cause cause,
				const char *detail)
{
	const uint8_t unsure = WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED;
	GArray *leaves = walk->chain->leaves;
	struct ww_leaf leaf = {
		.step = {
			.depth = walk->depth,
			.utid = walk->stack[walk->depth],
			.edge = walk->edge,
			.state = tile->interval.state,
			.reason = tile->interval.reason,
			.span = tile->span,
			.detail = g_strdup(detail),
		},
		.cause = cause,
		.first_utid = walk->first_utid,
		.first_edge = walk->first_edge,
		.is_inferred = walk->is_inferred || tile->interval.flags & unsure,
	};

	if (leaf.is_inferred)
		walk->chain->inferred_ns += ww_span_length_ns(tile->span);
	g_array_append_val(leaves, leaf);
	return &g_array_index(leaves, struct ww_leaf, leaves->len - 1);
}

/* A leaf that is one cause as a whole. The waiter itself is no culprit: then the part names no
 * thread. */
static struct ww_leaf *account(struct walk *walk, const struct ww_tile *tile, enum ww_cause cause,
			       const char *detail)
{
	uint32_t utid = walk->stack[walk->depth];
	g_autofree char *text = g_strdup(detail);
	struct ww_cause_part part = {
		.cause = cause,
		.utid = walk->depth == 0 ? WW_UTID_NONE : utid,
		.relation = WW_RELATION_NONE,
		.cpu = WW_CPU_UNKNOWN,
		.ns = ww_span_length_ns(tile->span),
		.first_ns = tile->span.begin_ns,
		.detail = text,
	};

	ww_causes_add(walk->chain->causes, &part);
	return add_leaf(walk, tile, cause, detail);
}

static void account_runnable(struct walk *walk, const struct ww_tile *tile)
{
	g_autofree char *name = ww_trace_thread_text(walk->trace, tile->interval.utid);
	g_autofree char *detail = g_strdup_printf("%s was ready", name);

	add_leaf(walk, tile, WW_CAUSE_UNKNOWN, NULL);
	ww_explain_runnable(walk->trace, &tile->interval, tile->span, detail, walk->chain->causes);
}

static bool is_in_chain(const struct walk *walk, uint32_t utid)
{
	for (uint32_t i = 0; i <= walk->depth; i++) {
		if (walk->stack[i] == utid)
			return true;
	}
	return false;
}

/* The thread at the other end of an edge, or the leaf that says why it is not followed. */
static void follow(struct walk *walk, uint32_t utid, const struct ww_tile *tile, enum ww_edge edge)
{
	g_autofree char *name = ww_trace_thread_text(walk->trace, utid);
	g_autofree char *detail = NULL;
	bool is_open = tile->interval.flags & WW_INTERVAL_CENSORED_RIGHT;

	if (!is_in_chain(walk, utid)) {
		walk_thread(walk, utid, tile->span, edge);
		return;
	}
	detail = g_strdup_printf(
		edge == WW_EDGE_LOCK_OWNER ? "%s holds it and waits itself" : "woken by %s", name);
	/* A wait that reaches beyond its window was ended by somebody later, who may have been
	 * waiting until then. */
	if (tile->span.end_ns < tile->interval.span.end_ns && edge != WW_EDGE_LOCK_OWNER)
		account(walk, tile, WW_CAUSE_NOT_EXPANDED, detail);
	else
		account(walk, tile, WW_CAUSE_CYCLE, detail)->is_deadlock =
			is_open && edge == WW_EDGE_LOCK_OWNER;
}

static bool has_owner(const struct walk *walk, const struct ww_interval *wait,
		      struct ww_lock_wait *lock)
{
	if (!ww_query_lock_wait_of(walk->trace, wait, lock))
		return false;
	return lock->kind == WW_LOCK_MUTEX || lock->kind == WW_LOCK_RWLOCK_READ ||
	       lock->kind == WW_LOCK_RWLOCK_WRITE || lock->kind == WW_LOCK_SPIN;
}

/*
 * Nobody saw the holder: whoever woke the waiter released the lock, so it held it, nobody knows
 * since when. Seen holders are exact, unless another thread released the lock in the end: then it
 * changed hands unseen.
 */
static void follow_owners(struct walk *walk, const struct ww_lock_wait *lock,
			  const struct ww_tile *tile)
{
	g_autoptr(GArray) owners = ww_lock_owners(walk->trace, lock, tile->span);
	uint32_t releaser_utid =
		tile->interval.waker == WW_WAKER_THREAD ? tile->interval.waker_utid : WW_UTID_NONE;
	bool was_inferred = walk->is_inferred;

	for (guint i = 0; i < owners->len; i++) {
		const struct ww_owner_tile *owner = &g_array_index(owners, struct ww_owner_tile, i);
		struct ww_tile part = { owner->span, tile->interval };
		uint32_t utid = owner->utid == WW_UTID_NONE ? releaser_utid : owner->utid;
		bool is_last = i + 1 == owners->len;

		if (walk->chain->leaves->len >= WW_CHAIN_LEAVES_MAX) {
			part.span.end_ns = tile->span.end_ns;
			account(walk, &part, WW_CAUSE_NOT_EXPANDED, "the chain is too long");
			break;
		}
		walk->is_inferred =
			was_inferred || owner->utid == WW_UTID_NONE ||
			(is_last && releaser_utid != WW_UTID_NONE && releaser_utid != utid);
		if (utid == WW_UTID_NONE)
			account(walk, &part, WW_CAUSE_LOCK_HOLDER_UNKNOWN, NULL);
		else
			follow(walk, utid, &part, WW_EDGE_LOCK_OWNER);
	}
	walk->is_inferred = was_inferred;
}

/* A wait whose kind says what ends it, although nobody saw the end. */
static enum ww_cause cause_of_reason(const struct ww_interval *wait)
{
	if (wait->reason == WW_REASON_SLEEP)
		return WW_CAUSE_TIMER;
	if (wait->reason == WW_REASON_DISK && (wait->flags & WW_INTERVAL_IN_IOWAIT))
		return WW_CAUSE_DISK_DEVICE;
	return WW_CAUSE_UNKNOWN;
}

/* Without a record of its timeout any timer is taken for it. */
static bool is_early_timer(const struct ww_trace *trace, const struct ww_interval *wait)
{
	struct ww_timeout timeout;

	return ww_query_timeout_at(trace, wait->utid, wait->span.begin_ns, &timeout) &&
	       timeout.outcome == WW_TIMEOUT_WOKEN;
}

static void end_at_source(struct walk *walk, const struct ww_tile *tile)
{
	const struct ww_interval *wait = &tile->interval;
	enum ww_cause cause = sources[wait->waker].cause;
	const char *detail = sources[wait->waker].detail;
	bool was_inferred = walk->is_inferred;

	if (wait->waker == WW_WAKER_UNKNOWN || wait->waker == WW_WAKER_NONE) {
		cause = cause_of_reason(wait);
		walk->is_inferred = was_inferred || cause != WW_CAUSE_UNKNOWN;
	}
	if (cause == WW_CAUSE_TIMER && is_early_timer(walk->trace, wait))
		detail = WW_DETAIL_EARLY_TIMER;
	else if (cause == WW_CAUSE_TIMER && wait->reason != WW_REASON_SLEEP)
		detail = "timed out";
	if (wait->flags & WW_INTERVAL_CENSORED_RIGHT)
		detail = "had not ended when the recording did";
	account(walk, tile, cause, detail);
	walk->is_inferred = was_inferred;
}

static bool is_disk_server(const struct walk *walk, const struct ww_interval *wait)
{
	return (wait->flags & WW_INTERVAL_IN_IOWAIT) &&
	       ww_trace_thread(walk->trace, wait->waker_utid)->is_kernel;
}

/* The thread that a process began with; WW_UTID_NONE when it is not in the trace. */
static uint32_t leader_of(const struct ww_trace *trace, uint32_t upid)
{
	const struct ww_process *process = ww_trace_process(trace, upid);

	for (uint32_t i = 0; i < process->n_threads; i++)
		if (ww_trace_thread(trace, process->utids[i])->tid == process->pid)
			return process->utids[i];
	return WW_UTID_NONE;
}

/*
 * A parent is told when the last thread of the child is gone, which may be any that had nothing to
 * do with its work. So the child is its leader for as long as that lives, and whoever goes last
 * from there on.
 */
static void follow_child(struct walk *walk, const struct ww_tile *tile)
{
	const uint32_t last_utid = tile->interval.waker_utid;
	const uint32_t leader_utid =
		leader_of(walk->trace, ww_trace_thread(walk->trace, last_utid)->upid);
	struct ww_tile lived = *tile, rest = *tile;

	if (leader_utid != WW_UTID_NONE && leader_utid != last_utid) {
		const int64_t end_ns = ww_trace_thread(walk->trace, leader_utid)->life.end_ns;

		lived.span.end_ns = CLAMP(end_ns, tile->span.begin_ns, tile->span.end_ns);
		rest.span.begin_ns = lived.span.end_ns;
		if (ww_span_length_ns(lived.span) > 0)
			follow(walk, leader_utid, &lived, WW_EDGE_CHILD);
	}
	if (ww_span_length_ns(rest.span) > 0)
		follow(walk, last_utid, &rest, WW_EDGE_CHILD);
}

static void walk_blocked(struct walk *walk, const struct ww_tile *tile)
{
	const struct ww_interval *wait = &tile->interval;
	struct ww_lock_wait lock;

	if (walk->depth == WW_CHAIN_DEPTH_MAX ||
	    (walk->depth > 0 && ww_span_length_ns(tile->span) < FOLLOW_MIN_NS)) {
		account(walk, tile, WW_CAUSE_NOT_EXPANDED, NULL);
	} else if (has_owner(walk, wait, &lock)) {
		follow_owners(walk, &lock, tile);
	} else if (wait->waker_utid == WW_UTID_NONE || wait->waker_utid == WW_UTID_IDLE) {
		end_at_source(walk, tile);
	} else if (is_disk_server(walk, wait)) {
		/* A kernel thread only carries the completion: before that it had no part in this
		 * wait. */
		account(walk, tile, WW_CAUSE_DISK_DEVICE, sources[WW_WAKER_DISK].detail);
	} else if (wait->waker == WW_WAKER_CHILD_EXIT) {
		follow_child(walk, tile);
	} else {
		follow(walk, wait->waker_utid, tile, WW_EDGE_WAKER);
	}
}

static void walk_tile(struct walk *walk, const struct ww_tile *tile)
{
	switch ((enum ww_state)tile->interval.state) {
	case WW_STATE_RUNNING:
		account(walk, tile, WW_CAUSE_RUNNING, NULL);
		break;
	case WW_STATE_RUNNABLE:
		account_runnable(walk, tile);
		break;
	case WW_STATE_BLOCKED:
		walk_blocked(walk, tile);
		break;
	case WW_STATE_STOPPED:
		account(walk, tile, WW_CAUSE_UNKNOWN, "stopped");
		break;
	default:
		account(walk, tile, WW_CAUSE_UNKNOWN, NULL);
		break;
	}
}

static void walk_thread(struct walk *walk, uint32_t utid, struct ww_span window, enum ww_edge edge)
{
	struct walk parent = *walk;
	struct ww_tiles tiles;
	struct ww_tile tile;

	walk->stack[++walk->depth] = utid;
	walk->edge = edge;
	if (walk->depth == 1) {
		walk->first_utid = utid;
		walk->first_edge = edge;
	}
	ww_tiles_init(&tiles, walk->trace, (struct ww_lane){ WW_LANE_THREAD, utid }, window);
	while (ww_tiles_next(&tiles, &tile)) {
		tile.interval.utid = utid;
		if (walk->chain->leaves->len >= WW_CHAIN_LEAVES_MAX) {
			tile.span.end_ns = window.end_ns;
			account(walk, &tile, WW_CAUSE_NOT_EXPANDED, "the chain is too long");
			break;
		}
		walk_tile(walk, &tile);
	}
	walk->depth = parent.depth;
	walk->edge = parent.edge;
	walk->first_utid = parent.first_utid;
	walk->first_edge = parent.first_edge;
}

static void clear_leaf(void *data)
{
	struct ww_leaf *leaf = data;

	g_free(leaf->step.detail);
}

void ww_chain_init(struct ww_chain *chain, const struct ww_trace *trace,
		   const struct ww_interval *wait, struct ww_span window)
{
	struct walk walk = {
		.trace = trace,
		.chain = chain,
		.stack = { wait->utid },
		.first_utid = WW_UTID_NONE,
		.edge = WW_EDGE_SELF,
		.first_edge = WW_EDGE_SELF,
	};
	struct ww_tile tile = { window, *wait };

	*chain = (struct ww_chain){
		.leaves = g_array_new(false, false, sizeof(struct ww_leaf)),
		.causes = ww_causes_new(),
	};
	g_array_set_clear_func(chain->leaves, clear_leaf);
	walk_blocked(&walk, &tile);
	ww_causes_sort(chain->causes);
}

void ww_chain_clear(struct ww_chain *chain)
{
	g_clear_pointer(&chain->leaves, g_array_unref);
	g_clear_pointer(&chain->causes, g_array_unref);
}

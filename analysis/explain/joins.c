// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/joins.h"

/* Who came when, but the last one. */
struct comers {
	const struct ww_trace *trace;
	const struct ww_interval *wait;
	struct ww_join join;
	int64_t last_ns;   /* when the last one came */
	int64_t second_ns; /* when the second-latest did */
	bool is_last;      /* nobody came later */
};

static void add_comer(struct comers *comers, uint32_t utid, int64_t came_ns)
{
	if (utid == comers->join.last_utid)
		return;
	if (came_ns > comers->last_ns) {
		comers->is_last = false;
		return;
	}
	comers->join.n++;
	if (came_ns <= comers->second_ns)
		return;
	comers->second_ns = came_ns;
	comers->join.second_utid = utid;
}

/* Who started it; WW_UTID_NONE when that was not recorded. */
static uint32_t starter_of(const struct ww_trace *trace, uint32_t utid)
{
	struct ww_interval_iter iter;
	struct ww_interval first;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid },
			      ww_trace_thread(trace, utid)->life);
	return ww_interval_iter_next(&iter, &first) && first.reason == WW_REASON_NEW
		       ? first.waker_utid
		       : WW_UTID_NONE;
}

/*
 * Joining waits for that one thread alone. So only those count that the waiter is known to join: it
 * may leave the others alone.
 */
static void add_threads(struct comers *comers)
{
	const struct ww_trace *trace = comers->trace;
	const struct ww_span all = { 0, INT64_MAX };
	g_autoptr(GArray) waits = ww_query_lock_waits(trace, comers->wait->utid, all);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *join = &g_array_index(waits, struct ww_lock_wait, i);
		const uint32_t utid = join->owner_utid;

		if (join->kind == WW_LOCK_JOIN && utid < WW_UTID_IDLE &&
		    g_hash_table_add(seen, GUINT_TO_POINTER(utid + 1)))
			add_comer(comers, utid, ww_trace_thread(trace, utid)->life.end_ns);
	}
}

/* The thread that has the process's number: it is seen first and begins with it. */
static uint32_t leader_of(const struct ww_trace *trace, const struct ww_process *process)
{
	for (uint32_t i = 0; i < process->n_threads; i++)
		if (ww_trace_thread(trace, process->utids[i])->tid == process->pid)
			return process->utids[i];
	return WW_UTID_NONE;
}

static int64_t end_of(const struct ww_trace *trace, const struct ww_process *process)
{
	int64_t end_ns = 0;

	for (uint32_t i = 0; i < process->n_threads; i++)
		end_ns = MAX(end_ns, ww_trace_thread(trace, process->utids[i])->life.end_ns);
	return end_ns;
}

static void add_children(struct comers *comers)
{
	const struct ww_trace *trace = comers->trace;
	const uint32_t own_upid = ww_trace_thread(trace, comers->wait->utid)->upid;
	const uint32_t last_upid = ww_trace_thread(trace, comers->join.last_utid)->upid;

	const int64_t duration_ns = ww_trace_info(trace)->duration_ns;

	for (uint32_t upid = 0; upid < ww_trace_info(trace)->n_processes; upid++) {
		const struct ww_process *process = ww_trace_process(trace, upid);
		const uint32_t leader = leader_of(trace, process);
		uint32_t starter;
		int64_t end_ns;

		if (upid == last_upid || leader == WW_UTID_NONE)
			continue;
		starter = starter_of(trace, leader);
		end_ns = end_of(trace, process);
		/* Whether one that goes on is waited for, nobody knows. */
		if (end_ns < duration_ns && starter < WW_UTID_IDLE &&
		    ww_trace_thread(trace, starter)->upid == own_upid)
			add_comer(comers, leader, end_ns);
	}
}

/* The last one to come to a barrier wakes the others one by one, at most so far apart. */
#define BURST_GAP_NS WW_NS_PER_MS
#define BURST_NS (20 * WW_NS_PER_MS)

static bool is_woken_there(const GArray *waits, const struct ww_wake *wake)
{
	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (wait->utid == wake->wakee_utid && wait->span.begin_ns < wake->time_ns &&
		    wait->span.end_ns >= wake->time_ns)
			return true;
	}
	return false;
}

/* When it woke the first one: from then on others come for the next round. */
static int64_t first_wake_ns(const struct comers *comers, const struct ww_lock_wait *own)
{
	const struct ww_trace *trace = comers->trace;
	const struct ww_span span = { MAX(own->span.begin_ns, comers->last_ns - BURST_NS),
				      comers->last_ns + 1 };
	g_autoptr(GArray) wakes = ww_query_wakes_by(trace, comers->join.last_utid, span);
	g_autoptr(GArray) waits = ww_query_lock_waits_on(
		trace, ww_trace_thread(trace, own->utid)->upid, own->address, span);
	int64_t first_ns = comers->last_ns;

	for (guint i = wakes->len; i-- > 0;) {
		const struct ww_wake *wake = &g_array_index(wakes, struct ww_wake, i);

		if (wake->time_ns < first_ns - BURST_GAP_NS)
			break;
		if (is_woken_there(waits, wake))
			first_ns = wake->time_ns;
	}
	return first_ns;
}

/* Those that wait there when the last one comes. The waiter may itself be the second-latest. */
static bool add_waiters(struct comers *comers)
{
	const struct ww_trace *trace = comers->trace;
	g_autoptr(GArray) waits = NULL;
	struct ww_lock_wait own;

	if (!ww_query_lock_wait_of(trace, comers->wait, &own))
		return false;
	comers->last_ns = first_wake_ns(comers, &own);
	waits = ww_query_lock_waits_on(trace, ww_trace_thread(trace, own.utid)->upid, own.address,
				       (struct ww_span){ comers->last_ns, comers->last_ns + 1 });
	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *other = &g_array_index(waits, struct ww_lock_wait, i);

		if (other->span.begin_ns < comers->last_ns)
			add_comer(comers, other->utid, other->span.begin_ns);
	}
	return true;
}

/* By what the wait is for. False: for nobody's coming. */
static bool add_all(struct comers *comers)
{
	switch (comers->wait->reason) {
	case WW_REASON_JOIN:
		add_threads(comers);
		return true;
	case WW_REASON_CHILD:
		add_children(comers);
		return comers->wait->waker == WW_WAKER_CHILD_EXIT;
	case WW_REASON_BARRIER:
		return add_waiters(comers);
	default:
		return false;
	}
}

bool ww_join_find(const struct ww_trace *trace, const struct ww_interval *wait,
		  struct ww_join *join)
{
	struct comers comers = {
		.trace = trace,
		.wait = wait,
		.join = { .n = 1, .last_utid = wait->waker_utid, .second_utid = WW_UTID_NONE },
		.last_ns = wait->waking_ns,
		.second_ns = wait->span.begin_ns - 1,
		.is_last = true,
	};

	if (wait->waker_utid >= WW_UTID_IDLE || wait->waking_ns < 0 || !add_all(&comers) ||
	    comers.join.second_utid == WW_UTID_NONE || !comers.is_last)
		return false;
	comers.join.gain_ns = comers.last_ns - comers.second_ns;
	*join = comers.join;
	return true;
}

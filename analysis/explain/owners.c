// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/owners.h"

struct sighting {
	int64_t time_ns;
	uint32_t utid;
};

static void see(GArray *sightings, int64_t time_ns, uint32_t utid, const struct ww_lock_wait *lock)
{
	struct sighting sighting = { time_ns, utid };

	/* The waiter does not hold what it waits for: such a sighting was read while the lock
	 * changed hands. */
	if (utid != WW_UTID_NONE && utid != lock->utid)
		g_array_append_val(sightings, sighting);
}

static int compare_sightings(const void *a_data, const void *b_data)
{
	const struct sighting *a = a_data, *b = b_data;

	return (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns);
}

/*
 * Waking a waiter is how a holder lets go: from then on the lock is on its way to that waiter,
 * whether the waiter runs yet or not. Only the last wake-up of a wait that ended was such; after
 * the others the waiter found the lock taken again and went back to sleep.
 */
static void see_hand_over(GArray *sightings, const struct ww_trace *trace,
			  const struct ww_lock_wait *other, const struct ww_lock_wait *lock,
			  struct ww_span span)
{
	g_autoptr(GArray) wakes = ww_query_wakes_of(trace, other->utid, other->span);
	const struct ww_wake *last =
		wakes->len > 0 ? &g_array_index(wakes, struct ww_wake, wakes->len - 1) : NULL;

	if (last && last->waker == WW_WAKER_THREAD && ww_span_contains(span, last->time_ns))
		see(sightings, last->time_ns, other->utid, lock);
}

static GArray *sightings_of(const struct ww_trace *trace, const struct ww_lock_wait *lock,
			    int64_t end_ns)
{
	GArray *sightings = g_array_new(false, false, sizeof(struct sighting));
	uint32_t upid = ww_trace_thread(trace, lock->utid)->upid;
	struct ww_span span = { lock->span.begin_ns, end_ns };
	g_autoptr(GArray) waits = ww_query_lock_waits_on(trace, upid, lock->address, span);

	see(sightings, lock->span.begin_ns, lock->owner_utid, lock);
	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *other = &g_array_index(waits, struct ww_lock_wait, i);
		bool has_end = !(other->flags & WW_INTERVAL_CENSORED_RIGHT);

		if (other->utid == lock->utid)
			continue;
		if (ww_span_contains(span, other->span.begin_ns))
			see(sightings, other->span.begin_ns, other->owner_utid, lock);
		if (has_end)
			see_hand_over(sightings, trace, other, lock, span);
		if (ww_span_contains(span, other->span.end_ns) && has_end)
			see(sightings, other->span.end_ns, other->utid, lock);
	}
	g_array_sort(sightings, compare_sightings);
	return sightings;
}

static void add_tile(GArray *tiles, struct ww_span span, uint32_t utid)
{
	struct ww_owner_tile tile = { span, utid };

	if (span.begin_ns >= span.end_ns)
		return;
	if (tiles->len > 0) {
		struct ww_owner_tile *last =
			&g_array_index(tiles, struct ww_owner_tile, tiles->len - 1);

		if (last->utid == utid) {
			last->span.end_ns = span.end_ns;
			return;
		}
	}
	g_array_append_val(tiles, tile);
}

/* Between two sightings the last one stands. */
static GArray *tiles_of(const GArray *sightings, struct ww_span window)
{
	GArray *tiles = g_array_new(false, false, sizeof(struct ww_owner_tile));
	uint32_t owner_utid = WW_UTID_NONE;
	int64_t from_ns = window.begin_ns;

	for (guint i = 0; i < sightings->len; i++) {
		const struct sighting *sighting = &g_array_index(sightings, struct sighting, i);
		int64_t at_ns = CLAMP(sighting->time_ns, from_ns, window.end_ns);

		add_tile(tiles, (struct ww_span){ from_ns, at_ns }, owner_utid);
		owner_utid = sighting->utid;
		from_ns = at_ns;
	}
	add_tile(tiles, (struct ww_span){ from_ns, window.end_ns }, owner_utid);
	return tiles;
}

GArray *ww_lock_owners(const struct ww_trace *trace, const struct ww_lock_wait *lock,
		       struct ww_span window)
{
	g_autoptr(GArray) sightings = sightings_of(trace, lock, window.end_ns);

	return tiles_of(sightings, window);
}

/* When @utid got the lock at @address, inside @window; -1: it did not. */
static int64_t got_at_ns(const struct ww_trace *trace, uint32_t utid, uint64_t address,
			 struct ww_span window)
{
	g_autoptr(GArray) locks = ww_query_kernel_lock(trace, utid, window);
	int64_t at_ns = -1;

	for (guint i = 0; i < locks->len; i++) {
		const struct ww_kernel_lock *lock = &g_array_index(locks, struct ww_kernel_lock, i);

		if (lock->address == address && !lock->has_failed &&
		    ww_span_contains(window, lock->span.end_ns))
			at_ns = MAX(at_ns, lock->span.end_ns);
	}
	return at_ns;
}

GArray *ww_kernel_lock_owners(const struct ww_trace *trace, const struct ww_interval *wait,
			      struct ww_span window)
{
	struct ww_kernel_lock lock;
	int64_t handed_ns = -1;
	GArray *tiles;

	if (wait->state != WW_STATE_BLOCKED ||
	    !ww_query_kernel_lock_at(trace, wait->utid, wait->span.begin_ns, &lock) ||
	    lock.owner_utid >= WW_UTID_IDLE || lock.owner_utid == wait->utid)
		return NULL;
	tiles = g_array_new(false, false, sizeof(struct ww_owner_tile));
	if (wait->waker == WW_WAKER_THREAD && wait->waker_utid != lock.owner_utid)
		handed_ns = got_at_ns(trace, wait->waker_utid, lock.address, window);
	if (handed_ns < 0) {
		add_tile(tiles, window, lock.owner_utid);
		return tiles;
	}
	add_tile(tiles, (struct ww_span){ window.begin_ns, handed_ns }, lock.owner_utid);
	add_tile(tiles, (struct ww_span){ handed_ns, window.end_ns }, wait->waker_utid);
	return tiles;
}

/* Priority is lent before the sleep begins, in the same call. */
#define LENT_BEFORE_NS (100 * WW_NS_PER_US)

/* From when on what @wait's thread lends is lent for @wait: what was lent before the end of the
 * sleep before was for that one. */
static int64_t lends_since_ns(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const int64_t begin_ns = wait->span.begin_ns;
	int64_t since_ns = begin_ns - LENT_BEFORE_NS;
	struct ww_interval_iter iter;
	struct ww_interval before;

	ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, wait->utid },
			      (struct ww_span){ MAX(since_ns, 0), begin_ns });
	while (ww_interval_iter_next(&iter, &before))
		if (before.state == WW_STATE_BLOCKED && before.span.end_ns <= begin_ns)
			since_ns = before.span.end_ns;
	return since_ns;
}

static void see_lent(GArray *sightings, const struct ww_trace *trace, uint32_t owner_utid,
		     const struct ww_interval *wait, struct ww_span span)
{
	g_autoptr(GArray) changes = ww_query_prio_change(trace, owner_utid, span);

	for (guint i = 0; i < changes->len; i++) {
		const struct ww_prio_change *change =
			&g_array_index(changes, struct ww_prio_change, i);
		const struct sighting sighting = { change->span.begin_ns, owner_utid };

		if (change->donor_utid == wait->utid && owner_utid != wait->utid)
			g_array_append_val(sightings, sighting);
	}
}

/* Another thread than the last one seen let go of it in the end, so that one did not hold it to the
 * end, and since when the other one did nobody knows: it counts as likely for all of that time. */
static void doubt_last(GArray *sightings, const struct ww_interval *wait)
{
	struct sighting *last;

	if (sightings->len == 0 || wait->waker != WW_WAKER_THREAD)
		return;
	last = &g_array_index(sightings, struct sighting, sightings->len - 1);
	if (last->utid != wait->waker_utid)
		last->utid = WW_UTID_NONE;
}

GArray *ww_pi_owners(const struct ww_trace *trace, const struct ww_interval *wait,
		     struct ww_span window)
{
	g_autoptr(GArray) sightings = NULL;
	g_autoptr(GArray) utids = NULL;
	struct ww_span span;

	if (wait->reason != WW_REASON_PI_FUTEX)
		return NULL;
	span = (struct ww_span){ lends_since_ns(trace, wait), window.end_ns };
	sightings = g_array_new(false, false, sizeof(struct sighting));
	utids = ww_query_track_keys(trace, WW_TRACK_PRIO);
	for (guint i = 0; i < utids->len; i++)
		see_lent(sightings, trace, (uint32_t)g_array_index(utids, uint64_t, i), wait, span);
	g_array_sort(sightings, compare_sightings);
	doubt_last(sightings, wait);
	return tiles_of(sightings, window);
}

bool ww_lock_has_holder(enum ww_lock_kind kind)
{
	return kind == WW_LOCK_MUTEX || kind == WW_LOCK_RWLOCK_READ ||
	       kind == WW_LOCK_RWLOCK_WRITE || kind == WW_LOCK_SPIN;
}

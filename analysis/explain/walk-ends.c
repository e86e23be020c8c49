// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a chain ends: timers, disks, networks, devices, and what nobody knows. */
#include "analysis/explain/disk.h"
#include "analysis/explain/placement.h"
#include "analysis/explain/timer.h"
#include "analysis/explain/walk.h"
#include "base/wire.h"

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

static void account_part(struct ww_walk *walk, const struct ww_tile *tile, struct ww_span span,
			 enum ww_cause cause, const char *detail, uint32_t device)
{
	const struct ww_tile part = { ww_span_intersect(span, tile->span), tile->interval };
	struct ww_leaf *leaf;

	if (ww_span_length_ns(part.span) <= 0)
		return;
	leaf = ww_walk_account(walk, &part, cause, detail);
	leaf->has_device = true;
	leaf->device = device;
}

/* Before the request was made its maker is what was waited for. */
static void follow_maker(struct ww_walk *walk, const struct ww_tile *tile,
			 const struct ww_disk_end *end)
{
	const struct ww_tile before = {
		{ tile->span.begin_ns, MIN(end->queued_ns, tile->span.end_ns) },
		tile->interval,
	};

	if (before.span.begin_ns >= before.span.end_ns)
		return;
	if (!end->is_own && end->request.utid < WW_UTID_IDLE)
		ww_walk_follow(walk, end->request.utid, &before, WW_EDGE_WORK);
	else
		ww_walk_account(walk, &before, WW_CAUSE_UNKNOWN,
				"the request that ended it had not been made");
}

bool ww_walk_disk(struct ww_walk *walk, const struct ww_tile *tile, int64_t until_ns)
{
	const struct ww_span wait = { tile->interval.span.begin_ns, until_ns };
	const bool was_inferred = walk->is_inferred;
	g_autofree char *detail = NULL;
	struct ww_disk_end end;

	if (!ww_disk_end_find(walk->trace, tile->interval.utid, wait, &end))
		return false;
	detail = ww_disk_request_text(walk->trace, &end.request);
	walk->is_inferred = was_inferred || !end.is_own;
	follow_maker(walk, tile, &end);
	account_part(walk, tile, (struct ww_span){ end.queued_ns, end.request.span.begin_ns },
		     WW_CAUSE_DISK_QUEUE, detail, end.request.device);
	account_part(walk, tile, end.request.span, WW_CAUSE_DISK_DEVICE, detail,
		     end.request.device);
	account_part(walk, tile, (struct ww_span){ end.request.span.end_ns, INT64_MAX },
		     WW_CAUSE_IRQ, WW_DETAIL_COMPLETION, end.request.device);
	walk->is_inferred = was_inferred;
	return true;
}

/* "60 pages were freed in the limit of the cgroup /small"; NULL: nobody knows. */
static char *reclaim_text(const struct ww_trace *trace, const struct ww_interval *wait)
{
	const uint64_t cgroup = ww_cgroup_at(trace, wait->utid, wait->span.begin_ns);
	struct ww_cgroup_name name = { 0 };
	struct ww_reclaim reclaim;
	g_autofree char *pages = NULL;

	if (!ww_query_reclaim_at(trace, wait->utid, wait->span.begin_ns, &reclaim))
		return NULL;
	if (reclaim.kind == WW_WIRE_RECLAIM_COMPACTION)
		return g_strdup("Pages were moved to make room for a large one");
	pages = ww_count_text(reclaim.n_pages);
	if (reclaim.kind != WW_WIRE_RECLAIM_CGROUP)
		return g_strdup_printf("%s pages were freed", pages);
	if (cgroup == 0 || !ww_query_cgroup_name_at(trace, cgroup, wait->span.end_ns, &name) ||
	    !name.path)
		return g_strdup_printf("%s pages were freed in the limit of its cgroup", pages);
	return g_strdup_printf("%s pages were freed in the limit of the cgroup %s", pages,
			       name.path);
}

void ww_walk_reclaim(struct ww_walk *walk, const struct ww_tile *tile)
{
	g_autofree char *text = reclaim_text(walk->trace, &tile->interval);

	ww_walk_account_as(walk, tile, WW_CAUSE_RECLAIM, NULL, text);
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

static void end_by_timer(struct ww_walk *walk, const struct ww_tile *tile)
{
	const struct ww_timer timer = ww_timer_of(walk->trace, &tile->interval);
	g_autofree char *told = ww_timer_text(&tile->interval, &timer);
	const char *detail = NULL;

	if (timer.is_early)
		detail = WW_DETAIL_EARLY_TIMER;
	else if (tile->interval.reason != WW_REASON_SLEEP)
		detail = WW_DETAIL_TIMED_OUT;
	ww_walk_account_as(walk, tile, WW_CAUSE_TIMER, detail, told ? told : detail);
}

/* Who woke it is known, or its kind tells. */
static void end_by(struct ww_walk *walk, const struct ww_tile *tile, enum ww_cause cause)
{
	const struct ww_interval *wait = &tile->interval;
	const int64_t until_ns = wait->waking_ns >= 0 ? wait->waking_ns : wait->span.end_ns;

	if (cause == WW_CAUSE_TIMER)
		end_by_timer(walk, tile);
	else if (cause != WW_CAUSE_DISK_DEVICE || !ww_walk_disk(walk, tile, until_ns))
		ww_walk_account(walk, tile, cause,
				cause == WW_CAUSE_DISK_DEVICE ? sources[WW_WAKER_DISK].detail
							      : sources[wait->waker].detail);
}

void ww_walk_end(struct ww_walk *walk, const struct ww_tile *tile)
{
	const struct ww_interval *wait = &tile->interval;
	enum ww_cause cause = sources[wait->waker].cause;
	bool was_inferred = walk->is_inferred;

	if (wait->waker == WW_WAKER_UNKNOWN || wait->waker == WW_WAKER_NONE) {
		cause = cause_of_reason(wait);
		walk->is_inferred = was_inferred || cause != WW_CAUSE_UNKNOWN;
	} else if (wait->waker == WW_WAKER_THREAD) {
		/* The kernel's thread that carried the end of a request. */
		cause = WW_CAUSE_DISK_DEVICE;
	}
	if (wait->flags & WW_INTERVAL_CENSORED_RIGHT)
		ww_walk_account(walk, tile, cause, "had not ended when the recording did");
	else
		end_by(walk, tile, cause);
	walk->is_inferred = was_inferred;
}

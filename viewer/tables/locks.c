// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks: which ones were waited for, by how many, and who held them meanwhile. */
#include "analysis/aggregate/lock-table.h"
#include "viewer/app/i18n.h"
#include "viewer/model/whose.h"
#include "viewer/tables/kinds.h"

static bool is_in(const struct ww_trace *trace)
{
	static const enum ww_track kinds[] = { WW_TRACK_LOCK_WAIT, WW_TRACK_KERNEL_LOCK };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GArray) keys = ww_query_track_keys(trace, kinds[i]);

		if (keys->len > 0)
			return true;
	}
	return false;
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	struct ww_whose whose;
	const struct ww_filter filter = {
		.span = listing->scope.span,
		.wants_thread = ww_whose_wants,
		.data = &whose,
		.is_clipped = true,
	};

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	listing->objects = ww_lock_table(listing->trace, &filter);
}

static char *name(const struct ww_listing *listing, const void *row)
{
	const struct ww_lock_row *lock = row;

	if (lock->object.symbol)
		return g_strdup(lock->object.symbol);
	return g_strdup_printf("0x%" G_GINT64_MODIFIER "x", lock->address);
}

static char *kind(const struct ww_listing *listing, const void *row)
{
	return g_strdup(((const struct ww_lock_row *)row)->kind);
}

/* "main/10 1.43 s, 2 others" */
static char *holders(const struct ww_listing *listing, const void *row)
{
	const struct ww_lock_row *lock = row;
	const struct ww_lock_holder *first;
	g_autofree char *thread = NULL, *length = NULL;

	if (lock->holders->len == 0)
		return g_strdup("");
	first = &g_array_index(lock->holders, struct ww_lock_holder, 0);
	thread = ww_cell_thread(listing, first->utid);
	length = ww_duration_text(first->ns);
	if (lock->holders->len == 1)
		return g_strdup_printf("%s %s", thread, length);
	return g_strdup_printf(
		ngettext("%s %s, %u other", "%s %s, %u others", lock->holders->len - 1), thread,
		length, lock->holders->len - 1);
}

static char *sites(const struct ww_listing *listing, const void *row)
{
	const struct ww_lock_row *lock = row;

	return g_strdup(lock->sites->len > 0 ? lock->sites->pdata[0] : "");
}

#define NUMBER_OF(name, text_of, expression)                                                       \
	static int64_t name##_key(const struct ww_listing *listing, const void *row)               \
	{                                                                                          \
		const struct ww_lock_row *lock = row;                                              \
                                                                                                   \
		return (int64_t)(expression);                                                      \
	}                                                                                          \
	static char *name(const struct ww_listing *listing, const void *row)                       \
	{                                                                                          \
		const struct ww_lock_row *lock = row;                                              \
                                                                                                   \
		return text_of(expression);                                                        \
	}

NUMBER_OF(count, ww_count_text, lock->lengths.ns->len)
NUMBER_OF(waiters, ww_count_text, lock->waiters->len)
NUMBER_OF(at_once, ww_count_text, lock->max_queue)
NUMBER_OF(total, ww_cell_duration, lock->total_ns)
NUMBER_OF(p99, ww_cell_duration, ww_lengths_rank_ns(&lock->lengths, 990))
NUMBER_OF(longest, ww_cell_duration, lock->lengths.max_ns)

/* Whether @utid is the one whose wait for @lock began then. */
static bool waited_then(const struct ww_listing *listing, const struct ww_lock_row *lock,
			uint32_t utid)
{
	const int64_t t_ns = lock->lengths.max_at_ns;
	const struct ww_span then = { t_ns, t_ns + 1 };
	g_autoptr(GArray) waits = NULL;

	if (lock->is_kernel) {
		struct ww_kernel_lock wait;

		return ww_query_kernel_lock_at(listing->trace, utid, t_ns, &wait) &&
		       wait.address == lock->address && wait.span.begin_ns == t_ns;
	}
	waits = ww_query_lock_waits(listing->trace, utid, then);
	for (guint i = 0; i < waits->len; i++) {
		const struct ww_lock_wait *wait = &g_array_index(waits, struct ww_lock_wait, i);

		if (wait->address == lock->address && wait->span.begin_ns == t_ns)
			return true;
	}
	return false;
}

/* The hook notes the wait before the thread sleeps: the wait itself is what blocks it next. */
static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct ww_lock_row *lock = row;

	for (guint i = 0; i < lock->waiters->len; i++) {
		const uint32_t utid = g_array_index(lock->waiters, uint32_t, i);
		const struct ww_lane lane = { WW_LANE_THREAD, utid };
		const int64_t t_ns = lock->lengths.max_at_ns;
		struct ww_interval wait;

		if (!waited_then(listing, lock, utid))
			continue;
		if (ww_query_at(listing->trace, lane, t_ns, &wait) &&
		    wait.state == WW_STATE_BLOCKED)
			return ww_target_interval(utid, t_ns);
		if (ww_query_next(listing->trace, lane, t_ns, 1u << WW_STATE_BLOCKED, &wait) &&
		    wait.span.begin_ns < t_ns + lock->lengths.max_ns)
			return ww_target_interval(utid, wait.span.begin_ns);
		return ww_target_interval(utid, t_ns);
	}
	return (struct ww_target){ .kind = WW_TARGET_NONE };
}

static const struct ww_listing_column columns[] = {
	{ N_("Lock"), 14, true, name, NULL },
	{ N_("Kind"), 10, false, kind, NULL },
	{ N_("Waits"), 7, false, count, count_key },
	{ N_("Total"), 8, false, total, total_key },
	{ N_("99 %"), 8, false, p99, p99_key },
	{ N_("Longest"), 8, false, longest, longest_key },
	{ N_("Threads"), 7, false, waiters, waiters_key },
	{ N_("At once"), 7, false, at_once, at_once_key },
	{ N_("Held mostly by"), 22, true, holders, NULL },
	{ N_("Called at"), 16, false, sites, NULL },
};

const struct ww_listing_kind ww_listing_locks = {
	.id = "locks",
	.title = N_("Locks"),
	.empty = N_("Nobody waited for a lock"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.area_effect = WW_AREA_TOTALS,
	.is_in = is_in,
	.compute = compute,
	.target = target,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/* Threads: where the time of each one went. */
#include "viewer/app/i18n.h"
#include "viewer/model/whose.h"
#include "viewer/tables/kinds.h"

struct row {
	uint32_t utid;
	struct ww_totals totals;
};

static int compare(gconstpointer a_data, gconstpointer b_data)
{
	const struct row *a = a_data, *b = b_data;
	const int64_t a_ns = a->totals.state_ns[WW_STATE_RUNNABLE];
	const int64_t b_ns = b->totals.state_ns[WW_STATE_RUNNABLE];

	return a_ns > b_ns ? -1 : a_ns < b_ns;
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	struct ww_whose whose;

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	listing->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
	for (uint32_t utid = 0; utid < ww_trace_info(listing->trace)->n_threads; utid++) {
		const struct ww_thread *thread = ww_trace_thread(listing->trace, utid);
		struct row row = { .utid = utid };

		if (g_cancellable_is_cancelled(cancellable))
			return;
		if (!ww_whose_wants(thread, &whose) ||
		    !ww_span_overlaps(thread->life, listing->scope.span))
			continue;
		ww_totals_add(&row.totals, listing->trace, utid, listing->scope.span, false);
		g_array_append_val(listing->rows, row);
	}
	g_array_sort(listing->rows, compare);
}

static const struct ww_thread *thread_of(const struct ww_listing *listing, const void *row)
{
	return ww_trace_thread(listing->trace, ((const struct row *)row)->utid);
}

static char *name(const struct ww_listing *listing, const void *row)
{
	return g_strdup(thread_of(listing, row)->name);
}

static char *tid(const struct ww_listing *listing, const void *row)
{
	return g_strdup_printf("%d", thread_of(listing, row)->tid);
}

static int64_t tid_key(const struct ww_listing *listing, const void *row)
{
	return thread_of(listing, row)->tid;
}

static char *process(const struct ww_listing *listing, const void *row)
{
	return ww_cell_process(listing, thread_of(listing, row)->upid);
}

#define NUMBER_OF(name, text_of, member)                                                           \
	static int64_t name##_key(const struct ww_listing *listing, const void *row)               \
	{                                                                                          \
		return (int64_t)((const struct row *)row)->totals.member;                          \
	}                                                                                          \
	static char *name(const struct ww_listing *listing, const void *row)                       \
	{                                                                                          \
		return text_of(((const struct row *)row)->totals.member);                          \
	}

NUMBER_OF(running, ww_duration_text, state_ns[WW_STATE_RUNNING])
NUMBER_OF(runnable, ww_duration_text, state_ns[WW_STATE_RUNNABLE])
NUMBER_OF(blocked, ww_duration_text, state_ns[WW_STATE_BLOCKED])
NUMBER_OF(max_runnable, ww_duration_text, max_runnable_ns)
NUMBER_OF(voluntary, ww_count_text, n_voluntary)
NUMBER_OF(involuntary, ww_count_text, n_involuntary)
NUMBER_OF(wakeups, ww_count_text, n_wakeups)
NUMBER_OF(migrations, ww_count_text, n_migrations)

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	return (struct ww_target){
		.kind = WW_TARGET_LANE,
		.lane = { WW_LANE_THREAD, ((const struct row *)row)->utid },
		.span = ww_span_intersect(thread_of(listing, row)->life, listing->scope.span),
	};
}

static const struct ww_listing_column columns[] = {
	{ N_("Thread"), 12, true, name, NULL },
	{ N_("TID"), 6, false, tid, tid_key },
	{ N_("Process"), 15, false, process, NULL },
	{ N_("Running"), 8, false, running, running_key },
	{ N_("Runnable"), 8, false, runnable, runnable_key },
	{ N_("Longest"), 7, false, max_runnable, max_runnable_key },
	{ N_("Blocked"), 8, false, blocked, blocked_key },
	{ N_("Slept"), 6, false, voluntary, voluntary_key },
	{ N_("Preempted"), 8, false, involuntary, involuntary_key },
	{ N_("Wakeups"), 7, false, wakeups, wakeups_key },
	{ N_("Moves"), 6, false, migrations, migrations_key },
};

const struct ww_listing_kind ww_listing_threads = {
	.id = "threads",
	.title = N_("Threads"),
	.area_effect = WW_AREA_INSIDE,
	.empty = N_("No thread lived then"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.follows = true,
	.compute = compute,
	.target = target,
};

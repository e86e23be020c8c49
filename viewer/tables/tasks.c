// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks: the program's own units of work (whywait.h), longest first. */
#include "viewer/app/i18n.h"
#include "viewer/model/whose.h"
#include "viewer/tables/kinds.h"

static bool is_in(const struct ww_trace *trace)
{
	g_autoptr(GArray) keys = ww_query_track_keys(trace, WW_TRACK_USER_TASK);

	return keys->len > 0;
}

static void add(struct ww_longest *longest, const struct ww_listing *listing,
		const struct ww_user_task *task, struct ww_whose *whose)
{
	if (task->utid < WW_UTID_IDLE &&
	    ww_whose_wants(ww_trace_thread(listing->trace, task->utid), whose))
		ww_longest_add(longest, task);
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	g_autoptr(GArray) keys = ww_query_track_keys(listing->trace, WW_TRACK_USER_TASK);
	struct ww_longest longest;
	struct ww_whose whose;

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	ww_longest_init(&longest, sizeof(struct ww_user_task), ww_row_length_ns, WW_LISTED_MAX);
	for (guint i = 0; i < keys->len && !g_cancellable_is_cancelled(cancellable); i++) {
		g_autoptr(GArray) tasks = ww_query_user_task(
			listing->trace, g_array_index(keys, uint64_t, i), listing->scope.span);

		for (guint k = 0; k < tasks->len; k++)
			add(&longest, listing, &g_array_index(tasks, struct ww_user_task, k),
			    &whose);
	}
	ww_longest_finish(&longest, listing);
}

static char *name(const struct ww_listing *listing, const void *row)
{
	const struct ww_user_task *task = row;

	return g_strdup(task->name ? task->name : "");
}

static char *id(const struct ww_listing *listing, const void *row)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT, ((const struct ww_user_task *)row)->id);
}

static int64_t id_key(const struct ww_listing *listing, const void *row)
{
	return (int64_t)((const struct ww_user_task *)row)->id;
}

static char *thread(const struct ww_listing *listing, const void *row)
{
	return ww_cell_thread(listing, ((const struct ww_user_task *)row)->utid);
}

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct ww_user_task *task = row;

	return ww_target_span(task->utid, task->span);
}

G_STATIC_ASSERT(offsetof(struct ww_user_task, span) == 0);

static const struct ww_listing_column columns[] = {
	{ N_("Task"), 16, true, name, NULL },
	{ N_("Number"), 21, false, id, id_key },
	{ N_("Thread"), 18, true, thread, NULL },
	{ N_("Begin"), 11, false, ww_cell_begin, ww_key_begin },
	{ N_("Length"), 9, false, ww_cell_length, ww_key_length },
};

const struct ww_listing_kind ww_listing_tasks = {
	.id = "tasks",
	.title = N_("Tasks"),
	.empty = N_("No task of the program's"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.follows = true,
	.is_in = is_in,
	.compute = compute,
	.target = target,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/* Waits: which ones took longest, whose they were and what for. */
#include "viewer/app/i18n.h"
#include "viewer/model/wait-set.h"
#include "viewer/tables/kinds.h"

const char *const ww_wait_set_labels[] = { N_("Held Up"), N_("Ready"), N_("Blocked"),
					   N_("All Waits"), NULL };

static char *thread(const struct ww_listing *listing, const void *row)
{
	return ww_cell_thread(listing, ((const struct ww_interval *)row)->utid);
}

static void visit(struct ww_wait_ref ref, const struct ww_interval *wait, void *data)
{
	ww_longest_add(data, wait);
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	const struct ww_wait_walk walk = {
		.trace = listing->trace,
		.lanes = listing->scope.lanes,
		.span = listing->scope.span,
		.set = (enum ww_wait_set)listing->scope.choice,
		.min_ns = listing->scope.min_ns,
		.max_ns = listing->scope.max_ns,
		.cancellable = cancellable,
	};
	struct ww_longest longest;

	ww_longest_init(&longest, sizeof(struct ww_interval), ww_row_length_ns, WW_LISTED_MAX);
	ww_wait_walk(&walk, visit, &longest);
	ww_longest_finish(&longest, listing);
}

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct ww_interval *wait = row;

	return ww_target_interval(wait->utid, wait->span.begin_ns);
}

static const struct ww_listing_column columns[] = {
	{ N_("Thread"), 16, true, thread, NULL },
	{ N_("State"), 8, false, ww_cell_state, NULL },
	{ N_("Reason"), 16, true, ww_cell_reason, NULL },
	{ N_("Object"), 12, true, ww_cell_object, NULL },
	{ N_("Begin"), 10, false, ww_cell_begin, ww_key_begin },
	{ N_("Length"), 8, false, ww_cell_length, ww_key_length },
	{ N_("Woken by"), 15, false, ww_cell_waker, NULL },
};

const struct ww_listing_kind ww_listing_waits = {
	.id = "waits",
	.title = N_("Waits"),
	.empty = N_("No such wait"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.choices = ww_wait_set_labels,
	.is_of_length = true,
	.follows = true,
	.compute = compute,
	.target = target,
};

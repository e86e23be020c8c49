// SPDX-License-Identifier: GPL-2.0-or-later
/* Allocs: slow calls of the allocator, longest first. */
#include "viewer/app/i18n.h"
#include "viewer/model/whose.h"
#include "viewer/tables/kinds.h"

static bool is_in(const struct ww_trace *trace)
{
	g_autoptr(GArray) keys = ww_query_track_keys(trace, WW_TRACK_ALLOC_PAUSE);

	return keys->len > 0;
}

static void add(struct ww_longest *longest, const struct ww_listing *listing,
		const struct ww_alloc_pause *pause, struct ww_whose *whose)
{
	if (pause->utid < WW_UTID_IDLE &&
	    ww_whose_wants(ww_trace_thread(listing->trace, pause->utid), whose))
		ww_longest_add(longest, pause);
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	g_autoptr(GArray) pauses =
		ww_query_alloc_pauses(listing->trace, WW_UTID_NONE, listing->scope.span);
	struct ww_longest longest;
	struct ww_whose whose;

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	ww_longest_init(&longest, sizeof(struct ww_alloc_pause), ww_row_length_ns, WW_LISTED_MAX);
	for (guint i = 0; i < pauses->len; i++)
		add(&longest, listing, &g_array_index(pauses, struct ww_alloc_pause, i), &whose);
	ww_longest_finish(&longest, listing);
}

static char *call(const struct ww_listing *listing, const void *row)
{
	return g_strdup(ww_alloc_call_name(((const struct ww_alloc_pause *)row)->call));
}

static char *thread(const struct ww_listing *listing, const void *row)
{
	return ww_cell_thread(listing, ((const struct ww_alloc_pause *)row)->utid);
}

static char *size(const struct ww_listing *listing, const void *row)
{
	return ww_bytes_text(((const struct ww_alloc_pause *)row)->size_bytes);
}

static int64_t size_key(const struct ww_listing *listing, const void *row)
{
	return (int64_t)((const struct ww_alloc_pause *)row)->size_bytes;
}

static char *site(const struct ww_listing *listing, const void *row)
{
	const struct ww_alloc_pause *pause = row;

	if (pause->site == 0 || pause->utid >= WW_UTID_IDLE)
		return g_strdup("");
	return ww_trace_address_text(
		listing->trace, ww_trace_thread(listing->trace, pause->utid)->upid, pause->site);
}

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct ww_alloc_pause *pause = row;

	return ww_target_span(pause->utid, pause->span);
}

G_STATIC_ASSERT(offsetof(struct ww_alloc_pause, span) == 0);

static const struct ww_listing_column columns[] = {
	{ N_("Call"), 10, false, call, NULL },
	{ N_("Thread"), 18, false, thread, NULL },
	{ N_("Size"), 9, false, size, size_key },
	{ N_("Called at"), 24, true, site, NULL },
	{ N_("Begin"), 11, false, ww_cell_begin, ww_key_begin },
	{ N_("Length"), 9, false, ww_cell_length, ww_key_length },
};

const struct ww_listing_kind ww_listing_allocs = {
	.id = "allocs",
	.title = N_("Allocator Pauses"),
	.empty = N_("The allocator was never slow"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.follows = true,
	.is_in = is_in,
	.compute = compute,
	.target = target,
};

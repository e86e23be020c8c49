// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/listing.h"

#include "viewer/app/i18n.h"
#include "viewer/tables/kinds.h"

/* So many rows are written before somebody looks whether they are still wanted. */
#define STRIDE 256

/* clang-format off */
const struct ww_listing_kind *const ww_listing_kinds[] = {
	&ww_listing_waits, &ww_listing_states, &ww_listing_threads, &ww_listing_groups, &ww_listing_findings,
	&ww_listing_locks, &ww_listing_tasks, &ww_listing_calls, &ww_listing_allocs, NULL,
};
/* clang-format on */

void ww_listing_scope_init(struct ww_listing_scope *scope, const struct ww_document *document)
{
	*scope = (struct ww_listing_scope){
		.span = { 0, MAX(ww_trace_info(document->trace)->duration_ns, 1) },
		.lane = { WW_LANE_THREAD, WW_UTID_NONE },
		.max_ns = INT64_MAX,
	};
}

static void listing_clear(gpointer data)
{
	struct ww_listing *listing = data;

	g_clear_pointer(&listing->rows, g_array_unref);
	g_clear_pointer(&listing->objects, g_ptr_array_unref);
	g_free(listing->note);
	g_clear_pointer(&listing->scope.lanes, ww_lane_set_unref);
	/* It may be the last one of a trace that takes a while to unmap. */
	ww_document_unref_aside(listing->document);
}

struct ww_listing *ww_listing_new(const struct ww_listing_kind *kind, struct ww_document *document,
				  const struct ww_listing_scope *scope, GCancellable *cancellable)
{
	struct ww_listing *listing = g_atomic_rc_box_new0(struct ww_listing);

	listing->kind = kind;
	listing->document = ww_document_ref(document);
	listing->trace = document->trace;
	listing->scope = *scope;
	if (scope->lanes)
		ww_lane_set_ref(scope->lanes);
	kind->compute(listing, cancellable);
	if (listing->rows)
		listing->n_rows = listing->rows->len;
	if (listing->objects)
		listing->n_rows = listing->objects->len;
	if (g_cancellable_is_cancelled(cancellable))
		g_clear_pointer(&listing, ww_listing_unref);
	return listing;
}

struct ww_listing *ww_listing_ref(struct ww_listing *listing)
{
	return g_atomic_rc_box_acquire(listing);
}

void ww_listing_unref(struct ww_listing *listing)
{
	g_atomic_rc_box_release_full(listing, listing_clear);
}

const void *ww_listing_row(const struct ww_listing *listing, uint32_t i, uint64_t *space)
{
	if (i >= listing->n_rows)
		return NULL;
	if (listing->rows)
		return listing->rows->data + (gsize)i * g_array_get_element_size(listing->rows);
	if (listing->objects)
		return listing->objects->pdata[i];
	return listing->kind->row(listing, i, space) ? space : NULL;
}

static char *cell_text(const struct ww_listing *listing, const void *row, unsigned int column)
{
	return row ? listing->kind->columns[column].text(listing, row) : g_strdup("");
}

char *ww_listing_text(const struct ww_listing *listing, uint32_t i, unsigned int column)
{
	uint64_t space[WW_LISTING_ROW_BYTES / sizeof(uint64_t)];

	return cell_text(listing, ww_listing_row(listing, i, space), column);
}

struct ww_target ww_listing_target(const struct ww_listing *listing, uint32_t i)
{
	uint64_t space[WW_LISTING_ROW_BYTES / sizeof(uint64_t)];
	const void *row = ww_listing_row(listing, i, space);

	return row ? listing->kind->target(listing, row)
		   : (struct ww_target){ .kind = WW_TARGET_NONE };
}

/* Of a task or region the area is selected that it is. */
static bool is_selected_area(const struct ww_target *target, const struct ww_selection *selection)
{
	return target->kind == WW_TARGET_SPAN && selection->title &&
	       target->span.begin_ns == selection->span.begin_ns &&
	       target->span.end_ns == selection->span.end_ns &&
	       ww_selection_crosses_lane(selection, target->lane);
}

static bool is_selected(const struct ww_target *target, const struct ww_selection *selection)
{
	if (selection->kind == WW_SELECTION_AREA)
		return is_selected_area(target, selection);
	if (target->kind == WW_TARGET_NONE || !ww_lane_is_equal(target->lane, selection->lane))
		return false;
	return target->kind == WW_TARGET_LANE ||
	       ww_span_contains(selection->span, target->span.begin_ns);
}

bool ww_listing_stands_for(const struct ww_listing *listing, uint32_t i,
			   const struct ww_selection *selection)
{
	const struct ww_target target = ww_listing_target(listing, i);

	return selection->kind != WW_SELECTION_NONE && is_selected(&target, selection);
}

bool ww_listing_find(const struct ww_listing *listing, const struct ww_selection *selection,
		     uint32_t *i)
{
	if (selection->kind == WW_SELECTION_NONE || !listing->kind->follows)
		return false;
	if (selection->kind == WW_SELECTION_INTERVAL && listing->kind->find)
		return listing->kind->find(listing, selection, i);
	/* Kinds with find() have too many rows to be looked through. */
	for (uint32_t row = 0; !listing->kind->find && row < listing->n_rows; row++) {
		const struct ww_target target = ww_listing_target(listing, row);

		if (is_selected(&target, selection)) {
			*i = row;
			return true;
		}
	}
	return false;
}

static void add_row(GString *text, const struct ww_listing *listing, uint32_t i)
{
	uint64_t space[WW_LISTING_ROW_BYTES / sizeof(uint64_t)];
	const void *row = ww_listing_row(listing, i, space);

	for (unsigned int column = 0; column < listing->kind->n_columns; column++) {
		g_autofree char *cell = cell_text(listing, row, column);

		/* Names come from the traced programs and may hold anything. */
		g_string_append(text, g_strdelimit(cell, "\t\n\r", ' '));
		g_string_append_c(text, column + 1 < listing->kind->n_columns ? '\t' : '\n');
	}
}

char *ww_listing_copy(const struct ww_listing *listing, const GArray *places,
		      GCancellable *cancellable)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const struct ww_listing_kind *kind = listing->kind;

	for (unsigned int column = 0; column < kind->n_columns; column++)
		g_string_append_printf(text, "%s%c", _(kind->columns[column].title),
				       column + 1 < kind->n_columns ? '\t' : '\n');
	for (guint place = 0; place < places->len; place++) {
		if (place % STRIDE == 0 && g_cancellable_is_cancelled(cancellable))
			return NULL;
		add_row(text, listing, g_array_index(places, uint32_t, place));
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

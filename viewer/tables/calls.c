// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls: the system calls that took longest, where the trace has records of them. */
#include <string.h>

#include "analysis/explain/calls.h"
#include "viewer/app/i18n.h"
#include "viewer/model/whose.h"
#include "viewer/tables/kinds.h"

struct row {
	struct ww_span span;
	uint32_t utid;
	int64_t result;
	char name[32];
};

static bool is_in(const struct ww_trace *trace)
{
	g_autoptr(GArray) keys = ww_query_track_keys(trace, WW_TRACK_SYSCALL);

	return keys->len > 0;
}

/* A call of a name that the trace tells, else of this machine's number. */
static void set_name(struct row *row, const struct ww_trace *trace, const struct ww_track_row *call)
{
	const int number = (int)(int64_t)call->fields[WW_ROW_SYSCALL_NR];
	const char *name = ww_query_text(trace, call->fields[WW_ROW_SYSCALL_NAME_TEXT]);

	if (!name)
		name = ww_syscall_name(number);
	if (name)
		g_strlcpy(row->name, name, sizeof(row->name));
	else
		g_snprintf(row->name, sizeof(row->name), _("call %d"), number);
}

static void add_thread(struct ww_longest *longest, const struct ww_listing *listing, uint32_t utid,
		       GCancellable *cancellable)
{
	struct ww_row_iter iter;
	struct ww_track_row call;

	ww_row_iter_init(&iter, listing->trace, WW_TRACK_SYSCALL, utid, listing->scope.span);
	while (ww_row_iter_next(&iter, &call) && !g_cancellable_is_cancelled(cancellable)) {
		struct row row = { .span = call.span,
				   .utid = utid,
				   .result = (int64_t)call.fields[WW_ROW_SYSCALL_RET] };

		if (ww_span_length_ns(call.span) > longest->least_ns)
			set_name(&row, listing->trace, &call);
		ww_longest_add(longest, &row);
	}
}

static void compute(struct ww_listing *listing, GCancellable *cancellable)
{
	g_autoptr(GArray) keys = ww_query_track_keys(listing->trace, WW_TRACK_SYSCALL);
	const uint32_t n_threads = ww_trace_info(listing->trace)->n_threads;
	struct ww_longest longest;
	struct ww_whose whose;

	ww_whose_init(&whose, listing->trace, listing->scope.lanes, cancellable);
	ww_longest_init(&longest, sizeof(struct row), ww_row_length_ns, WW_LISTED_MAX);
	for (guint i = 0; i < keys->len; i++) {
		const uint64_t utid = g_array_index(keys, uint64_t, i);

		if (utid < n_threads &&
		    ww_whose_wants(ww_trace_thread(listing->trace, (uint32_t)utid), &whose))
			add_thread(&longest, listing, (uint32_t)utid, cancellable);
	}
	ww_longest_finish(&longest, listing);
}

static char *name(const struct ww_listing *listing, const void *row)
{
	return g_strdup(((const struct row *)row)->name);
}

static char *thread(const struct ww_listing *listing, const void *row)
{
	return ww_cell_thread(listing, ((const struct row *)row)->utid);
}

static char *result(const struct ww_listing *listing, const void *row)
{
	const int64_t value = ((const struct row *)row)->result;

	if (-4095 <= value && value < 0)
		return ww_calls_error_text((unsigned int)-value);
	return g_strdup_printf("%" G_GINT64_FORMAT, value);
}

static int64_t result_key(const struct ww_listing *listing, const void *row)
{
	return ((const struct row *)row)->result;
}

static struct ww_target target(const struct ww_listing *listing, const void *row)
{
	const struct row *call = row;

	return ww_target_span(call->utid, call->span);
}

G_STATIC_ASSERT(offsetof(struct row, span) == 0);

static const struct ww_listing_column columns[] = {
	{ N_("Call"), 16, true, name, NULL },
	{ N_("Thread"), 18, false, thread, NULL },
	{ N_("Result"), 12, false, result, result_key },
	{ N_("Begin"), 11, false, ww_cell_begin, ww_key_begin },
	{ N_("Length"), 9, false, ww_cell_length, ww_key_length },
};

const struct ww_listing_kind ww_listing_calls = {
	.id = "calls",
	.title = N_("System Calls"),
	.empty = N_("No system call"),
	.columns = columns,
	.n_columns = G_N_ELEMENTS(columns),
	.follows = true,
	.is_in = is_in,
	.compute = compute,
	.target = target,
};

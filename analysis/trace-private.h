/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of a trace: for the loader, the queries and tests that build a trace without a file.
 *
 * trace-model.c owns everything here but the symbols, which the loader hangs in together with the
 * function that frees them.
 */
#ifndef WW_ANALYSIS_TRACE_PRIVATE_H
#define WW_ANALYSIS_TRACE_PRIVATE_H

#include "analysis/replay/replay.h"
#include "analysis/store/store.h"
#include "analysis/trace.h"

struct ww_symbols; /* analysis/trace.c */

struct ww_trace {
	struct ww_trace_info info;    /* its pointers lead into the members below */
	struct ww_store *store;       /* owned, sealed */
	struct ww_manifest *manifest; /* owned; NULL when the trace has none */
	char *path;                   /* owned; NULL for a trace without a file */
	GPtrArray *missing;           /* owned; char *, and one NULL at the end */
	struct ww_symbols *symbols;   /* owned; NULL: addresses stay numbers */
	void (*symbols_free)(struct ww_symbols *symbols);
};

/* Of a finished replay and its store; neither path, manifest nor sentences. */
struct ww_trace_info ww_trace_info_of(const struct ww_replay_result *result,
				      const struct ww_store *store);

/* Takes @store, which is sealed, and @manifest (NULL is fine); copies @info but its pointers. */
struct ww_trace *ww_trace_new(struct ww_store *store, const struct ww_trace_info *info,
			      struct ww_manifest *manifest);

/*
 * A trace of what replay left behind. Takes @store, which is sealed, and @manifest (NULL is fine);
 * @result is read, not kept. The gaps of @result become the first sentences of info.missing.
 */
struct ww_trace *ww_trace_from_store(struct ww_store *store, const struct ww_replay_result *result,
				     struct ww_manifest *manifest);

/* Both before the trace is shared with other threads. */
void ww_trace_set_path(struct ww_trace *trace, const char *path);
void ww_trace_add_missing(struct ww_trace *trace, const char *sentence);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The long way to a trace: reading, replaying and indexing all of it. For analysis/trace.c. */
#ifndef WW_ANALYSIS_LOAD_H
#define WW_ANALYSIS_LOAD_H

#include "analysis/index/facts.h"
#include "analysis/store/store.h"

/* What the trace in a directory came to. */
struct ww_loaded {
	struct ww_store *store;    /* sealed; owned */
	struct ww_trace_info info; /* no path, no manifest; missing leads into the member below */
	GPtrArray *missing;        /* char *, owned; no NULL at its end */
	GArray *modules;           /* struct ww_index_module, owned */
};

void ww_loaded_clear(struct ww_loaded *loaded);

struct ww_load_request {
	const char *path;
	const struct ww_manifest *manifest; /* NULL is fine */
	const char *store_path;  /* where its index is made, NULL: in memory only */
	const char *fingerprint; /* goes into the index */
	const struct ww_load_options *options; /* NULL is fine; its partial is not called, the one below is */
	void (*partial)(struct ww_loaded *loaded, void *data); /* takes what is in @loaded; NULL: not asked for */
	void *partial_data;
};

/*
 * Fails as ww_trace_load() does; *is_index_at_fault says that nothing but the index was the reason, so that it is worth trying
 * elsewhere. @loaded is then untouched.
 */
bool ww_load(const struct ww_load_request *request, struct ww_loaded *loaded, bool *is_index_at_fault, GError **error);

#endif

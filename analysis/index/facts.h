/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an index keeps of a trace beside its timeline: the numbers of struct ww_trace_info, the sentences about what is missing,
 * the programs and libraries that were mapped. One section of the index file, serialised by GVariant. Pure functions.
 */
#ifndef WW_ANALYSIS_INDEX_FACTS_H
#define WW_ANALYSIS_INDEX_FACTS_H

#include <glib.h>

#include "analysis/trace.h"

#define WW_INDEX_FACTS_SECTION "facts"

/* A program or library in a process, as the program itself reported it. */
struct ww_index_module {
	int32_t pid;
	uint64_t base;
	uint64_t size_bytes;
	char *path; /* owned by the array that holds the module */
};

/* An empty array of struct ww_index_module that owns their paths. Free with g_array_unref. */
GArray *ww_index_modules_new(void);
GArray *ww_index_modules_copy(const GArray *modules);

/*
 * Appends a copy of @module unless it was appended before: programs report the same ones again and again. @seen knows which were;
 * it is empty at first, of strings that it owns.
 */
void ww_index_modules_add(GArray *modules, GHashTable *seen, const struct ww_index_module *module);

/* Neither info->path nor info->manifest is kept: they are the trace's own. Free with g_bytes_unref. */
GBytes *ww_index_facts_pack(const struct ww_trace_info *info, const GArray *modules);

/*
 * The other way. @missing (char *) and @modules (struct ww_index_module) are appended to; of @info everything is set but the
 * pointers. Fails with WW_ERROR_DAMAGED and leaves all of them alone when @bytes are not what ww_index_facts_pack() made.
 */
bool ww_index_facts_unpack(GBytes *bytes, struct ww_trace_info *info, GPtrArray *missing, GArray *modules, GError **error);

#endif

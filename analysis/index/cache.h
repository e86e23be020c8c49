/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Indices on the disk: finding the one of a trace, and finding room for a new one.
 *
 * Nothing here fails a load: an index that is missing, stale or damaged is made anew, and where none can be kept the timeline
 * stays in memory. Two programs that load one trace at the same time may both make its index; the later one replaces the
 * earlier, and whoever has that mapped keeps it. Any thread.
 */
#ifndef WW_ANALYSIS_INDEX_CACHE_H
#define WW_ANALYSIS_INDEX_CACHE_H

#include <glib.h>

#include "analysis/store/store.h"

/*
 * The sealed store of the trace in directory @trace as it was indexed before; NULL when there is none that agrees and that
 * @is_usable (NULL is fine) accepts.
 */
struct ww_store *ww_index_find(const char *trace, const char *fingerprint, bool (*is_usable)(const struct ww_store *store, void *data),
			       void *data);

/* Takes away whatever index there is: it turned out to be damaged. What is no index of ours stays. */
void ww_index_forget(const char *trace);

/*
 * The files at which an index of @trace could be made right now, best first: the directory may be written to and has twice
 * @n_bytes to spare. Elements: char *. Free with g_ptr_array_unref.
 */
GPtrArray *ww_index_room(const char *trace, uint64_t n_bytes);

/* Before @store is committed to @path: if it lies beside the trace, it is going to belong to whom the trace belongs to. */
void ww_index_give(struct ww_store *store, const char *path, const char *trace);

/* What has to be done once a new index is at @path: indices in the cache that nobody used for a month go. */
void ww_index_settle(const char *path, const char *trace);

#endif

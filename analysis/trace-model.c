// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/index/cache.h"
#include "analysis/store/store-private.h"
#include "analysis/trace-private.h"

struct ww_trace_info ww_trace_info_of(const struct ww_replay_result *result,
				      const struct ww_store *store)
{
	return (struct ww_trace_info){
		.origin_unix_ns = result->origin_unix_ns,
		.duration_ns = result->duration_ns,
		.n_cpus = result->n_cpus,
		.n_threads = store->threads->len,
		.n_processes = store->processes->len,
		.n_events = result->n_events,
		.n_lost = result->n_lost[0] + result->n_lost[1],
		.n_kernel_events = result->n_events - result->n_user_events,
		.n_user_events = result->n_user_events,
		.n_kernel_lost = result->n_lost[0],
		.n_user_lost = result->n_lost[1],
		.n_lost_packets = result->n_lost_packets[0] + result->n_lost_packets[1],
		.n_lost_uncounted = result->n_lost_uncounted,
		.n_switches_missing = result->n_switches_missing,
		.unseen_utid = result->unseen_utid,
		.n_overlaps = result->n_overlaps,
		.n_damages = result->gaps ? result->gaps->len : 0,
		.n_forgotten = result->n_forgotten,
		.longest_overlap_ns = result->longest_overlap_ns,
		.has_kernel = result->has_kernel,
		.has_user = result->has_user,
		.is_in_order = !result->is_out_of_order,
		.is_kernel_complete = result->is_kernel_complete,
		.tells_throttled = result->tells_throttled,
	};
}

struct ww_trace *ww_trace_new(struct ww_store *store, const struct ww_trace_info *info,
			      struct ww_manifest *manifest)
{
	struct ww_trace *trace = g_new0(struct ww_trace, 1);

	g_assert(store->is_sealed);
	trace->store = store;
	trace->manifest = manifest;
	trace->missing = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(trace->missing, NULL);
	trace->info = *info;
	trace->info.missing = (const char *const *)trace->missing->pdata;
	trace->info.manifest = manifest;
	return trace;
}

struct ww_trace *ww_trace_from_store(struct ww_store *store, const struct ww_replay_result *result,
				     struct ww_manifest *manifest)
{
	const struct ww_trace_info info = ww_trace_info_of(result, store);
	struct ww_trace *trace = ww_trace_new(store, &info, manifest);

	for (unsigned int i = 0; result->gaps && i < result->gaps->len; i++)
		ww_trace_add_missing(trace, g_ptr_array_index(result->gaps, i));
	return trace;
}

void ww_trace_set_path(struct ww_trace *trace, const char *path)
{
	g_free(trace->path);
	trace->path = g_strdup(path);
	trace->info.path = trace->path;
}

void ww_trace_add_missing(struct ww_trace *trace, const char *sentence)
{
	g_ptr_array_insert(trace->missing, (int)trace->missing->len - 1, g_strdup(sentence));
	trace->info.missing = (const char *const *)trace->missing->pdata;
}

void ww_trace_free(struct ww_trace *trace)
{
	if (!trace)
		return;
	if (trace->symbols)
		trace->symbols_free(trace->symbols);
	/* The next one to open it makes a sound one. */
	if (trace->path && ww_trace_is_index_damaged(trace))
		ww_index_forget(trace->path);
	g_ptr_array_unref(trace->missing);
	g_free(trace->path);
	ww_manifest_free(trace->manifest);
	ww_store_free(trace->store);
	g_free(trace);
}

bool ww_trace_is_index_damaged(const struct ww_trace *trace)
{
	return ww_store_is_damaged(trace->store);
}

const struct ww_trace_info *ww_trace_info(const struct ww_trace *trace)
{
	return &trace->info;
}

const struct ww_thread *ww_trace_thread(const struct ww_trace *trace, uint32_t utid)
{
	g_return_val_if_fail(utid < trace->store->threads->len, NULL);
	return &g_array_index(trace->store->threads, struct ww_thread, utid);
}

const struct ww_process *ww_trace_process(const struct ww_trace *trace, uint32_t upid)
{
	g_return_val_if_fail(upid < trace->store->processes->len, NULL);
	return &g_array_index(trace->store->processes, struct ww_process, upid);
}

char *ww_trace_thread_text(const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_thread *thread;

	if (utid == WW_UTID_IDLE)
		return g_strdup("swapper");
	if (utid >= trace->store->threads->len)
		return g_strdup("unknown");
	thread = ww_trace_thread(trace, utid);
	return g_strdup_printf("%s/%d", thread->name[0] ? thread->name : "thread", thread->tid);
}

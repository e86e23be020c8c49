// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/talk.h"

#include "viewer/model/chain.h"

struct counting {
	const struct ww_trace *trace;
	uint32_t n_threads;
	GHashTable *threads, *processes; /* of uint64_t * (pair_key) to uint64_t * (how often) */
};

static void count(GHashTable *pairs, uint32_t a, uint32_t b)
{
	const guint64 key = (guint64)MIN(a, b) << 32 | MAX(a, b);
	guint64 *n_wakes = g_hash_table_lookup(pairs, &key);

	if (n_wakes) {
		(*n_wakes)++;
		return;
	}
	n_wakes = g_new(guint64, 1);
	*n_wakes = 1;
	g_hash_table_insert(pairs, g_memdup2(&key, sizeof(key)), n_wakes);
}

static void count_wake(struct counting *counting, uint32_t waker_utid, uint64_t wakee_utid)
{
	const struct ww_thread *waker = ww_trace_thread(counting->trace, waker_utid);
	const struct ww_thread *wakee;

	if (wakee_utid >= counting->n_threads || wakee_utid == waker_utid)
		return;
	wakee = ww_trace_thread(counting->trace, (uint32_t)wakee_utid);
	if (waker->upid == wakee->upid || (waker->is_kernel && wakee->is_kernel))
		count(counting->threads, waker_utid, (uint32_t)wakee_utid);
	else
		count(counting->processes, waker->upid, wakee->upid);
}

static bool count_all(struct counting *counting, GCancellable *cancellable)
{
	const struct ww_span all = { 0, INT64_MAX };

	for (uint32_t utid = 0; utid < counting->n_threads; utid++) {
		struct ww_row_iter iter;
		struct ww_track_row row;

		if (g_cancellable_is_cancelled(cancellable))
			return false;
		ww_row_iter_init(&iter, counting->trace, WW_TRACK_WAKE_BY, utid, all);
		while (ww_row_iter_next(&iter, &row))
			count_wake(counting, utid, row.fields[WW_ROW_WAKE_BY_WAKEE_UTID]);
	}
	return true;
}

static uint32_t *rank(GHashTable *counts, uint32_t n)
{
	g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(struct ww_pair));
	uint32_t *ranks = g_new(uint32_t, n);
	GHashTableIter iter;
	gpointer key, n_wakes;

	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &key, &n_wakes)) {
		const guint64 both = *(const guint64 *)key;
		const struct ww_pair pair = { (uint32_t)(both >> 32), (uint32_t)both,
					      *(const guint64 *)n_wakes };

		g_array_append_val(pairs, pair);
	}
	ww_chain_rank(pairs, n, ranks);
	return ranks;
}

struct ww_talk *ww_talk_new(const struct ww_trace *trace, GCancellable *cancellable)
{
	g_autoptr(GHashTable) threads =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	g_autoptr(GHashTable) processes =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	struct counting counting = { trace, ww_trace_info(trace)->n_threads, threads, processes };
	struct ww_talk *talk;

	if (!count_all(&counting, cancellable))
		return NULL;
	talk = g_new0(struct ww_talk, 1);
	talk->thread_ranks = rank(threads, counting.n_threads);
	talk->process_ranks = rank(processes, ww_trace_info(trace)->n_processes);
	return talk;
}

void ww_talk_free(struct ww_talk *talk)
{
	if (!talk)
		return;
	g_free(talk->thread_ranks);
	g_free(talk->process_ranks);
	g_free(talk);
}

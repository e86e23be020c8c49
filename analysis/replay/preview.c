// SPDX-License-Identifier: GPL-2.0-or-later
/* The end of a trace that has not ended yet: a second replay that begins where the first one is. */
#include "analysis/replay/replay-private.h"

static GPtrArray *copy_gaps(const GPtrArray *gaps)
{
	GPtrArray *copy = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < gaps->len; i++)
		g_ptr_array_add(copy, g_strdup(gaps->pdata[i]));
	return copy;
}

struct ww_replay *ww_replay_preview(const struct ww_replay *replay, struct ww_store *store,
				    const struct ww_replay_result **result)
{
	struct ww_replay *copy = g_memdup2(replay, sizeof(*replay));

	copy->store = store;
	copy->result.gaps = copy_gaps(replay->result.gaps);
	copy->threads = g_array_copy(replay->threads);
	copy->processes = g_array_copy(replay->processes);
	copy->cpus = g_array_copy(replay->cpus);
	copy->by_tid = copy->by_pid = (struct ww_tids){ .others = NULL };
	ww_tids_copy(&replay->by_tid, &copy->by_tid);
	ww_tids_copy(&replay->by_pid, &copy->by_pid);
	copy->calls = g_hash_table_ref(replay->calls);
	copy->facts = ww_replay_facts_copy(replay->facts);
	copy->losses = g_array_copy(replay->losses);
	copy->pending_losses = g_array_copy(replay->pending_losses);
	*result = ww_replay_finish(copy);
	return copy;
}

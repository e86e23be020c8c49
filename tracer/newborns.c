// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/newborns.h"

#include "base/wire.h"
#include "tracer/proc-threads.h"

#define MAX_COPIES 64 /* a round: some 5 ms of every 50 */

struct ww_newborns {
	struct ww_symbols *symbols;
	GHashTable *pids;    /* tid of the target -> pid */
	GHashTable *orphans; /* pid -> struct orphan: may inherit at the end of this round */
	unsigned int n_copies;
};

/* A process that had ended when its birth was told. Most became another program before, which is
 * told a moment later: then nothing of their parent is theirs. */
struct orphan {
	int32_t parent_pid;
	int64_t forked_ns;
};

static void add_thread(int32_t pid, int32_t tid, void *user_data)
{
	g_hash_table_insert(user_data, GINT_TO_POINTER(tid), GINT_TO_POINTER(pid));
}

struct ww_newborns *ww_newborns_new(struct ww_symbols *symbols, const GArray *root_pids)
{
	struct ww_newborns *newborns = g_new0(struct ww_newborns, 1);

	newborns->symbols = symbols;
	newborns->pids = g_hash_table_new(NULL, NULL);
	newborns->orphans = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (guint i = 0; i < root_pids->len; i++) {
		const int32_t pid = g_array_index(root_pids, int32_t, i);

		add_thread(pid, pid, newborns->pids);
		ww_proc_for_each_thread(pid, add_thread, newborns->pids);
	}
	return newborns;
}

void ww_newborns_free(struct ww_newborns *newborns)
{
	if (!newborns)
		return;
	g_hash_table_unref(newborns->pids);
	g_hash_table_unref(newborns->orphans);
	g_free(newborns);
}

/* The pid of a thread of the target, 0 for any other. */
static int32_t pid_of(const struct ww_newborns *newborns, int32_t tid)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(newborns->pids, GINT_TO_POINTER(tid)));
}

static void note_fork(struct ww_newborns *newborns, const struct ww_wire_fork *fork)
{
	const int32_t parent_pid = pid_of(newborns, fork->parent_tid);
	const struct orphan orphan = { parent_pid, (int64_t)fork->timestamp };

	if (!parent_pid)
		return;
	add_thread(fork->child_pid, fork->child_tid, newborns->pids);
	if (fork->child_pid != fork->child_tid || newborns->n_copies++ >= MAX_COPIES)
		return;
	if (!ww_symbols_take_maps(newborns->symbols, fork->child_pid))
		g_hash_table_insert(newborns->orphans, GINT_TO_POINTER(fork->child_pid),
				    g_memdup2(&orphan, sizeof(orphan)));
}

/* What was copied so far is another program's. */
static void note_exec(struct ww_newborns *newborns, const struct ww_wire_exec *exec)
{
	if (!pid_of(newborns, exec->tid) && !pid_of(newborns, exec->old_tid))
		return;
	add_thread(exec->pid, exec->tid, newborns->pids);
	g_hash_table_remove(newborns->orphans, GINT_TO_POINTER(exec->pid));
	if (newborns->n_copies++ >= MAX_COPIES ||
	    !ww_symbols_take_maps(newborns->symbols, exec->pid))
		ww_symbols_drop_maps(newborns->symbols, exec->pid, (int64_t)exec->timestamp);
}

void ww_newborns_note(struct ww_newborns *newborns, const void *record)
{
	const enum ww_wire_id id = ww_wire_id_of(record);
	const struct ww_wire_exit *end = record;

	if (id == WW_WIRE_ID_FORK)
		note_fork(newborns, record);
	else if (id == WW_WIRE_ID_EXEC)
		note_exec(newborns, record);
	else if (id == WW_WIRE_ID_EXIT)
		g_hash_table_remove(newborns->pids, GINT_TO_POINTER(end->tid));
}

void ww_newborns_tick(struct ww_newborns *newborns)
{
	GHashTableIter iter;
	gpointer pid, value;

	g_hash_table_iter_init(&iter, newborns->orphans);
	while (g_hash_table_iter_next(&iter, &pid, &value)) {
		const struct orphan *orphan = value;

		ww_symbols_inherit_maps(newborns->symbols, GPOINTER_TO_INT(pid), orphan->parent_pid,
					orphan->forked_ns);
	}
	g_hash_table_remove_all(newborns->orphans);
	newborns->n_copies = 0;
}

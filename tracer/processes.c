// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/processes.h"

#include <string.h>

#include "tracer/accounts.h"
#include "tracer/proc-threads.h"

struct process {
	uint32_t n_looks;  /* since it appeared */
	uint32_t next_due; /* look at which its maps are copied again: 0, 1, 2, 4, 8, ... */
};

#define LOOK_SHARE 50       /* looking may take one part in so many of the time */
#define LOOK_LIMIT_US 20000 /* the main loop has a duration to keep */

struct ww_processes {
	GHashTable *known; /* pid -> struct process */
	struct ww_cgroups *cgroups;
	struct ww_accounts *accounts;
	struct ww_symbols *symbols;
	bool is_all;
	int64_t next_look_us;
};

struct ww_processes *ww_processes_new(bool is_all, struct ww_symbols *symbols)
{
	struct ww_processes *processes = g_new0(struct ww_processes, 1);

	processes->known = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	processes->cgroups = ww_cgroups_new();
	processes->accounts = ww_accounts_new(processes->cgroups);
	processes->symbols = symbols;
	processes->is_all = is_all;
	return processes;
}

void ww_processes_free(struct ww_processes *processes)
{
	if (!processes)
		return;
	g_hash_table_unref(processes->known);
	ww_accounts_free(processes->accounts);
	ww_cgroups_free(processes->cgroups);
	g_free(processes);
}

void ww_processes_add(struct ww_processes *processes, int32_t pid)
{
	if (!g_hash_table_contains(processes->known, GINT_TO_POINTER(pid)))
		g_hash_table_insert(processes->known, GINT_TO_POINTER(pid),
				    g_new0(struct process, 1));
}

static bool is_user_process(int32_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/statm", pid);
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && !g_str_has_prefix(text, "0 ");
}

static void add_all(struct ww_processes *processes)
{
	g_autoptr(GDir) directory = g_dir_open("/proc", 0, NULL);
	int32_t pid;

	while (directory && (pid = ww_proc_read_id(directory))) {
		if (is_user_process(pid))
			ww_processes_add(processes, pid);
	}
}

static void collect_children(int32_t pid, int32_t tid, void *user_data)
{
	ww_proc_add_children(pid, tid, user_data);
}

static void add_children(struct ww_processes *processes)
{
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(int32_t));
	GHashTableIter iter;
	gpointer pid;

	g_hash_table_iter_init(&iter, processes->known);
	while (g_hash_table_iter_next(&iter, &pid, NULL))
		ww_proc_for_each_thread(GPOINTER_TO_INT(pid), collect_children, queue);
	/* The children of the new ones join the queue while it is walked. */
	for (guint i = 0; i < queue->len; i++) {
		int32_t child = g_array_index(queue, int32_t, i);

		if (g_hash_table_contains(processes->known, GINT_TO_POINTER(child)))
			continue;
		ww_processes_add(processes, child);
		ww_proc_for_each_thread(child, collect_children, queue);
	}
}

static bool is_alive(int32_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d", pid);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void read_account(int32_t pid, int32_t tid, void *user_data)
{
	ww_accounts_read(user_data, pid, tid);
}

static void take_what_is_due(struct ww_processes *processes, int32_t pid, struct process *process)
{
	if (process->n_looks++ < process->next_due)
		return;
	process->next_due = MAX(1, process->next_due * 2);
	ww_proc_for_each_thread(pid, read_account, processes->accounts);
	if (processes->symbols)
		ww_symbols_take_maps(processes->symbols, pid);
}

static void find_new(struct ww_processes *processes)
{
	if (processes->is_all)
		add_all(processes);
	else
		add_children(processes);
}

/* What is not reached before @end_us is still due at the next look. */
static void look(struct ww_processes *processes, int64_t end_us)
{
	GHashTableIter iter;
	gpointer pid, process;

	find_new(processes);
	g_hash_table_iter_init(&iter, processes->known);
	while (g_get_monotonic_time() < end_us && g_hash_table_iter_next(&iter, &pid, &process)) {
		if (is_alive(GPOINTER_TO_INT(pid)))
			take_what_is_due(processes, GPOINTER_TO_INT(pid), process);
		else
			g_hash_table_iter_remove(&iter);
	}
}

void ww_processes_look(struct ww_processes *processes)
{
	int64_t begin_us = g_get_monotonic_time();
	int64_t end_us;

	if (begin_us < processes->next_look_us)
		return;
	look(processes, begin_us + LOOK_LIMIT_US);
	end_us = g_get_monotonic_time();
	processes->next_look_us = end_us + (end_us - begin_us) * LOOK_SHARE;
}

void ww_processes_take_all_maps(struct ww_processes *processes)
{
	GHashTableIter iter;
	gpointer pid;

	find_new(processes);
	g_hash_table_iter_init(&iter, processes->known);
	while (processes->symbols && g_hash_table_iter_next(&iter, &pid, NULL))
		ww_symbols_take_maps(processes->symbols, GPOINTER_TO_INT(pid));
}

struct ww_cgroups *ww_processes_cgroups(const struct ww_processes *processes)
{
	return processes->cgroups;
}

static void begin_account(int32_t pid, int32_t tid, void *user_data)
{
	ww_accounts_begin(user_data, pid, tid);
}

static void read_threads(struct ww_processes *processes, ww_proc_thread_func func)
{
	GHashTableIter iter;
	gpointer pid;

	find_new(processes);
	g_hash_table_iter_init(&iter, processes->known);
	while (g_hash_table_iter_next(&iter, &pid, NULL))
		ww_proc_for_each_thread(GPOINTER_TO_INT(pid), func, processes->accounts);
}

void ww_processes_read_begin(struct ww_processes *processes)
{
	read_threads(processes, begin_account);
}

void ww_processes_read_end(struct ww_processes *processes)
{
	read_threads(processes, read_account);
}

void ww_processes_list_accounts(const struct ww_processes *processes, GArray *schedstats,
				GArray *cgroups)
{
	ww_accounts_list(processes->accounts, schedstats);
	ww_cgroups_read_end(processes->cgroups, cgroups);
}

void ww_processes_for_each(const struct ww_processes *processes, ww_process_func func,
			   void *user_data)
{
	GHashTableIter iter;
	gpointer pid;

	g_hash_table_iter_init(&iter, processes->known);
	while (g_hash_table_iter_next(&iter, &pid, NULL))
		func(GPOINTER_TO_INT(pid), user_data);
}

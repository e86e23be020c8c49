// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/proc-threads.h"

struct walk {
	GArray *queue; /* int32_t: processes; grows while it is walked */
	ww_proc_thread_func func;
	void *user_data;
};

int32_t ww_proc_read_id(GDir *directory)
{
	const char *name;

	while ((name = g_dir_read_name(directory))) {
		int32_t id = (int32_t)g_ascii_strtoll(name, NULL, 10);

		if (id > 0)
			return id;
	}
	return 0;
}

void ww_proc_for_each_thread(int32_t pid, ww_proc_thread_func func, void *user_data)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task", pid);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	int32_t tid;

	while (directory && (tid = ww_proc_read_id(directory)))
		func(pid, tid, user_data);
}

void ww_proc_add_children(int32_t pid, int32_t tid, GArray *children)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, tid);
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	words = g_strsplit(g_strstrip(text), " ", -1);
	for (GStrv word = words; *word; word++) {
		int32_t child = (int32_t)g_ascii_strtoll(*word, NULL, 10);

		if (child > 0)
			g_array_append_val(children, child);
	}
}

static void visit(int32_t pid, int32_t tid, void *user_data)
{
	const struct walk *walk = user_data;

	walk->func(pid, tid, walk->user_data);
	ww_proc_add_children(pid, tid, walk->queue);
}

void ww_proc_for_each_relative(const GArray *pids, ww_proc_thread_func func, void *user_data)
{
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	struct walk walk = { .queue = queue, .func = func, .user_data = user_data };

	g_array_append_vals(queue, pids->data, pids->len);
	for (guint i = 0; i < queue->len; i++) {
		int32_t pid = g_array_index(queue, int32_t, i);

		if (g_hash_table_add(seen, GINT_TO_POINTER(pid)))
			ww_proc_for_each_thread(pid, visit, &walk);
	}
}

char *ww_proc_name(int32_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/comm", pid);
	char *name = NULL;

	if (!g_file_get_contents(path, &name, NULL, NULL))
		return g_strdup_printf("%d", pid);
	return g_strstrip(name);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/process-list.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void entry_free(gpointer data)
{
	struct ww_process_entry *entry = data;

	g_free(entry->name);
	g_free(entry->command);
	g_free(entry);
}

static int compare(gconstpointer a, gconstpointer b)
{
	const struct ww_process_entry *left = *(const struct ww_process_entry *const *)a;
	const struct ww_process_entry *right = *(const struct ww_process_entry *const *)b;
	const int order = g_ascii_strcasecmp(left->name, right->name);

	return order ? order : left->pid - right->pid;
}

static bool is_mine(const char *folder)
{
	struct stat status;

	return stat(folder, &status) == 0 && (geteuid() == 0 || status.st_uid == geteuid());
}

/* What of @file is text; NULL when there is none. */
static char *read_text(const char *folder, const char *file, char separator)
{
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autofree char *bytes = NULL;
	gsize length;

	if (!g_file_get_contents(path, &bytes, &length, NULL))
		return NULL;
	for (gsize i = 0; i < length; i++) {
		if (bytes[i] == '\0')
			bytes[i] = separator;
	}
	g_strchomp(bytes);
	return *bytes ? g_utf8_make_valid(bytes, -1) : NULL;
}

/* NULL for a kernel thread, which has no command, and for one that has just ended. */
static struct ww_process_entry *read_entry(const char *folder, int32_t pid)
{
	g_autofree char *command = read_text(folder, "cmdline", ' ');
	g_autofree char *name = read_text(folder, "comm", '\0');
	struct ww_process_entry *entry;

	if (!command || !name)
		return NULL;
	entry = g_new(struct ww_process_entry, 1);
	*entry =
		(struct ww_process_entry){ pid, g_steal_pointer(&name), g_steal_pointer(&command) };
	return entry;
}

GPtrArray *ww_process_list_new(const char *root)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(entry_free);
	g_autoptr(GDir) folder = g_dir_open(root, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(root, name, NULL);
		const int32_t pid = (int32_t)strtol(name, NULL, 10);
		struct ww_process_entry *entry;

		if (pid <= 0 || pid == getpid() || !is_mine(path))
			continue;
		entry = read_entry(path, pid);
		if (entry)
			g_ptr_array_add(list, entry);
	}
	g_ptr_array_sort(list, compare);
	return list;
}

bool ww_process_matches(const struct ww_process_entry *process, const char *text)
{
	g_autofree char *all =
		g_strdup_printf("%s %s %d", process->name, process->command, process->pid);
	g_autofree char *folded = g_utf8_casefold(all, -1);
	g_autofree char *wanted = g_utf8_casefold(text, -1);
	g_auto(GStrv) words = g_strsplit_set(wanted, " \t", -1);

	for (GStrv word = words; *word; word++) {
		if (!strstr(folded, *word))
			return false;
	}
	return true;
}

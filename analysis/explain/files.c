// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/files.h"

#include <string.h>

/* A descriptor is told by the first thread that waits for it; of more threads nobody is asked. */
#define ASKED_MAX 256

static bool is_later(const struct ww_descriptor *found, const struct ww_descriptor *other, int fd,
		     bool has_found)
{
	return other->fd == fd && (!has_found || other->span.begin_ns > found->span.begin_ns);
}

bool ww_files_descriptor(const struct ww_trace *trace, uint32_t utid, int fd, int64_t t_ns,
			 struct ww_descriptor *found)
{
	const struct ww_process *process =
		ww_trace_process(trace, ww_trace_thread(trace, utid)->upid);
	struct ww_descriptor last = { 0 };
	bool has_found = false;

	for (uint32_t i = 0; i < MIN(process->n_threads, ASKED_MAX); i++) {
		g_autoptr(GArray) descriptors = ww_query_descriptor(
			trace, process->utids[i], (struct ww_span){ INT64_MIN, t_ns + 1 });

		for (guint j = 0; j < descriptors->len; j++) {
			const struct ww_descriptor *other =
				&g_array_index(descriptors, struct ww_descriptor, j);

			if (!is_later(&last, other, fd, has_found))
				continue;
			last = *other;
			has_found = true;
		}
	}
	if (has_found && found)
		*found = last;
	return has_found;
}

bool ww_files_name(const struct ww_trace *trace, uint32_t utid, int fd, int64_t t_ns,
		   struct ww_file_name *name)
{
	const int32_t pid = ww_trace_process(trace, ww_trace_thread(trace, utid)->upid)->pid;
	g_autoptr(GArray) names = ww_query_file_name(trace, (uint64_t)(int64_t)pid,
						     (struct ww_span){ INT64_MIN, INT64_MAX });
	struct ww_descriptor descriptor = { 0 };
	const struct ww_file_name *best = NULL;
	bool has_inode = names->len > 0 &&
			 ww_files_descriptor(trace, utid, fd, t_ns, &descriptor) &&
			 descriptor.inode != 0;

	for (guint i = 0; i < names->len; i++) {
		const struct ww_file_name *other = &g_array_index(names, struct ww_file_name, i);

		if (other->fd != fd || !other->path ||
		    (has_inode && other->inode != descriptor.inode))
			continue;
		/* The more is said of it the later; but one that came after the wait may be of
		 * another file. */
		if (!best || has_inode || other->span.begin_ns <= t_ns)
			best = other;
	}
	if (!best)
		return false;
	*name = *best;
	return true;
}

/* What stands in the parentheses at its end: "redis/4"; NULL: nothing. */
static char *process_of(const char *path)
{
	const char *open = strrchr(path, '(');
	const size_t length = strlen(path);

	if (!open || length == 0 || path[length - 1] != ')')
		return NULL;
	return g_strndup(open + 1, length - (size_t)(open - path) - 2);
}

static bool has_ends(const struct ww_file_name *name)
{
	return name->kind == WW_WIRE_FILE_SOCKET || name->kind == WW_WIRE_FILE_PIPE;
}

char *ww_files_peer(const struct ww_file_name *name)
{
	const char *arrow = strstr(name->path, " -> ");

	if (!has_ends(name))
		return NULL;
	return arrow ? g_strdup(arrow + strlen(" -> ")) : process_of(name->path);
}

char *ww_files_text(const struct ww_file_name *name)
{
	const char *arrow = strstr(name->path, " -> ");
	g_autofree char *process = has_ends(name) ? process_of(name->path) : NULL;
	g_auto(GStrv) words = g_strsplit(name->path, " ", 2);
	g_autofree char *place = NULL;

	if (!has_ends(name) || (!arrow && !process))
		return g_strdup(name->path);
	if (!arrow)
		return g_strdup_printf("%s to %s", words[0], process);
	place = g_strdup(arrow + strlen(" -> "));
	place[strcspn(place, " ")] = '\0';
	return process ? g_strdup_printf("%s to %s at %s", words[0], process, place)
		       : g_strdup_printf("%s to %s", words[0], place);
}

bool ww_files_is_of(const struct ww_file_name *name, int32_t pid)
{
	g_autofree char *process = has_ends(name) ? process_of(name->path) : NULL;
	const char *slash = process ? strrchr(process, '/') : NULL;

	return slash && g_ascii_strtoll(slash + 1, NULL, 10) == pid;
}

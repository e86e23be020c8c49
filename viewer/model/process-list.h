/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes that run on this machine, for a person to choose from. Plain data, any thread. */
#ifndef WW_VIEWER_MODEL_PROCESS_LIST_H
#define WW_VIEWER_MODEL_PROCESS_LIST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct ww_process_entry {
	int32_t pid;
	char *name;    /* the program's */
	char *command; /* its words, separated by blanks */
};

/*
 * Those of this user, or all for root, sorted by name and age: no kernel threads, and not this
 * process. Free with g_ptr_array_unref. @root is "/proc".
 */
GPtrArray *ww_process_list_new(const char *root);

/* Each word of @text is in the name, the command or the pid. */
bool ww_process_matches(const struct ww_process_entry *process, const char *text);

#endif

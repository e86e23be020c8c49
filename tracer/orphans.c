// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/orphans.h"

#include <glib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/units.h"

#define POLL_US (10 * 1000)

void ww_orphans_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Adopted processes are the main thread's, as those it forked. */
static GArray *list_children(pid_t spared)
{
	GArray *children = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", getpid());
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return children;
	words = g_strsplit(g_strstrip(text), " ", -1);
	for (GStrv word = words; *word; word++) {
		int32_t child = (int32_t)g_ascii_strtoll(*word, NULL, 10);

		if (child > 0 && child != spared)
			g_array_append_val(children, child);
	}
	return children;
}

/* Signals each child once, so that one that needs its time to end is not hurried. @signalled: set
 * of pids, NULL: signal again. */
static bool signal_children(pid_t spared, int number, GHashTable *signalled)
{
	g_autoptr(GArray) children = list_children(spared);
	bool is_any = false;

	for (guint i = 0; i < children->len; i++) {
		pid_t child = g_array_index(children, int32_t, i);

		if (waitpid(child, NULL, WNOHANG) == child)
			continue;
		is_any = true;
		if (!signalled || g_hash_table_add(signalled, GINT_TO_POINTER(child)))
			kill(child, number);
	}
	return is_any;
}

void ww_orphans_end(pid_t spared, int64_t limit_ns)
{
	g_autoptr(GHashTable) signalled = g_hash_table_new(NULL, NULL);
	gint64 end_us = g_get_monotonic_time() + limit_ns / WW_NS_PER_US;

	while (signal_children(spared, SIGTERM, signalled) && g_get_monotonic_time() < end_us)
		g_usleep(POLL_US);
	while (signal_children(spared, SIGKILL, NULL))
		g_usleep(POLL_US);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/levels.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"

/* Looking may take one part in so many of the time. */
#define LOOK_SHARE 50
#define WINDOW_NS WW_NS_PER_S

/* A cgroup's account of its quota, a while ago. */
struct sample {
	int64_t at_ns;
	int64_t throttled_ns;
};

struct ww_levels {
	const GArray *conditions;
	struct ww_watch *watch;
	GArray *is_above; /* gboolean, one per condition */
	bool has_sums;    /* some condition is about memory or threads */
	bool has_quota;
	int64_t next_sum_ns;
	GHashTable *samples; /* directory of a cgroup -> GArray of struct sample of a second */
	int64_t values[WW_CONDITION_N];
};

static const struct ww_condition *condition_at(const struct ww_levels *levels, guint i)
{
	return &g_array_index(levels->conditions, struct ww_condition, i);
}

struct ww_levels *ww_levels_new(const GArray *conditions, struct ww_watch *watch)
{
	struct ww_levels *levels = g_new0(struct ww_levels, 1);

	levels->conditions = conditions;
	levels->watch = watch;
	levels->is_above = g_array_new(FALSE, TRUE, sizeof(gboolean));
	g_array_set_size(levels->is_above, conditions->len);
	for (guint i = 0; i < conditions->len; i++) {
		const enum ww_condition_kind kind = condition_at(levels, i)->kind;

		levels->has_sums |= kind == WW_CONDITION_RSS || kind == WW_CONDITION_THREADS;
		levels->has_quota |= kind == WW_CONDITION_THROTTLED;
	}
	return levels;
}

void ww_levels_free(struct ww_levels *levels)
{
	if (!levels)
		return;
	g_array_unref(levels->is_above);
	g_free(levels);
}

bool ww_levels_parse_stat(const char *stat, int64_t *n_threads, int64_t *rss_pages)
{
	/* The name may hold anything, brackets and blanks too: it ends at the last bracket. */
	const char *end = strrchr(stat, ')');
	long threads, rss;

	if (!end || sscanf(end + 1,
			   " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d"
			   " %ld %*d %*u %*u %ld",
			   &threads, &rss) != 2)
		return false;
	*n_threads = threads;
	*rss_pages = rss;
	return true;
}

static void add_process(int32_t pid, void *user_data)
{
	struct ww_levels *levels = user_data;
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
	g_autofree char *stat = NULL;
	int64_t n_threads, rss_pages;

	if (!g_file_get_contents(path, &stat, NULL, NULL) ||
	    !ww_levels_parse_stat(stat, &n_threads, &rss_pages))
		return;
	levels->values[WW_CONDITION_THREADS] += n_threads;
	levels->values[WW_CONDITION_RSS] += rss_pages * sysconf(_SC_PAGESIZE);
}

/* Thousands of processes take a while, and then are looked at less often. */
static void sum_processes(struct ww_levels *levels, const struct ww_processes *processes,
			  int64_t now_ns)
{
	int64_t begin_us = g_get_monotonic_time();
	int64_t took_ns;

	if (now_ns < levels->next_sum_ns)
		return;
	levels->values[WW_CONDITION_THREADS] = 0;
	levels->values[WW_CONDITION_RSS] = 0;
	ww_processes_for_each(processes, add_process, levels);
	took_ns = (g_get_monotonic_time() - begin_us) * WW_NS_PER_US;
	levels->next_sum_ns = now_ns + took_ns * LOOK_SHARE;
}

static void compare(struct ww_levels *levels, guint i, int64_t now_ns)
{
	const struct ww_condition *condition = condition_at(levels, i);
	gboolean *is_above = &g_array_index(levels->is_above, gboolean, i);
	const struct ww_trigger trigger = {
		.condition = *condition,
		.value = levels->values[condition->kind],
		.at_ns = (uint64_t)now_ns,
	};
	bool was_above = *is_above;

	*is_above = trigger.value > condition->limit;
	if (*is_above && !was_above)
		ww_watch_raise(levels->watch, &trigger);
}

void ww_levels_look(struct ww_levels *levels, const struct ww_processes *processes, int64_t now_ns)
{
	if (levels->has_sums)
		sum_processes(levels, processes, now_ns);
	for (guint i = 0; i < levels->conditions->len; i++) {
		if (ww_condition_need(condition_at(levels, i)->kind) == WW_CONDITION_NEEDS_PROC)
			compare(levels, i, now_ns);
	}
}

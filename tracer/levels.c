// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/levels.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "tracer/cgroups.h"

/* Looking may take one part in so many of the time. */
#define LOOK_SHARE 50
#define WINDOW_NS WW_NS_PER_S

/* A cgroup's account of its quota, at some time. */
struct sample {
	int64_t at_ns;
	int64_t throttled_ns;
};

/* What is added up over all processes. */
struct look {
	struct ww_levels *levels;
	int64_t now_ns;
};

struct ww_levels {
	const GArray *conditions;
	struct ww_watch *watch;
	GArray *is_above; /* gboolean, one per condition */
	bool has_sums;    /* some condition is about memory or threads */
	bool has_quota;
	int64_t next_ns; /* when to look again */
	struct ww_cgroups *cgroups;
	GPtrArray *directories; /* char *: of the cgroups that were met, and those above them */
	GHashTable *samples;    /* directory of a cgroup -> GArray of struct sample, of a second */
	int64_t values[WW_CONDITION_N];
};

static const struct ww_condition *condition_at(const struct ww_levels *levels, guint i)
{
	return &g_array_index(levels->conditions, struct ww_condition, i);
}

/* A quota of any cgroup above a process's own holds for it too. */
static void add_directory(uint64_t id, const char *directory, void *user_data)
{
	struct ww_levels *levels = user_data;

	g_ptr_array_add(levels->directories, g_strdup(directory));
}

struct ww_levels *ww_levels_new(const GArray *conditions, struct ww_watch *watch)
{
	struct ww_levels *levels = g_new0(struct ww_levels, 1);

	levels->conditions = conditions;
	levels->watch = watch;
	levels->is_above = g_array_new(FALSE, TRUE, sizeof(gboolean));
	g_array_set_size(levels->is_above, conditions->len);
	levels->cgroups = ww_cgroups_new();
	levels->directories = g_ptr_array_new_with_free_func(g_free);
	ww_cgroups_listen(levels->cgroups, add_directory, levels);
	levels->samples = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						(GDestroyNotify)g_array_unref);
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
	ww_cgroups_free(levels->cgroups);
	g_ptr_array_unref(levels->directories);
	g_hash_table_unref(levels->samples);
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

static void add_process(int32_t pid, struct ww_levels *levels)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
	g_autofree char *stat = NULL;
	int64_t n_threads, rss_pages;

	if (!g_file_get_contents(path, &stat, NULL, NULL) ||
	    !ww_levels_parse_stat(stat, &n_threads, &rss_pages))
		return;
	levels->values[WW_CONDITION_THREADS] += n_threads;
	levels->values[WW_CONDITION_RSS] += rss_pages * sysconf(_SC_PAGESIZE);
}

/* The samples of one cgroup, without those that the window has left behind. */
static GArray *samples_of(struct ww_levels *levels, const char *directory, int64_t now_ns)
{
	GArray *samples = g_hash_table_lookup(levels->samples, directory);

	if (!samples) {
		samples = g_array_new(FALSE, FALSE, sizeof(struct sample));
		g_hash_table_insert(levels->samples, g_strdup(directory), samples);
	}
	while (samples->len > 1 &&
	       g_array_index(samples, struct sample, 1).at_ns <= now_ns - WINDOW_NS)
		g_array_remove_index(samples, 0);
	return samples;
}

/* One that has gone has no account. */
static void add_quota(const struct look *look, const char *directory)
{
	GArray *samples = samples_of(look->levels, directory, look->now_ns);
	struct sample sample = { .at_ns = look->now_ns };
	struct ww_cgroup_account account = { 0 };
	g_autofree char *path = g_build_filename(directory, "cpu.stat", NULL);
	g_autofree char *text = NULL;
	int64_t *value = &look->levels->values[WW_CONDITION_THROTTLED];

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	ww_cgroup_parse_stat(text, &account);
	sample.throttled_ns = account.throttled_us * WW_NS_PER_US;
	g_array_append_val(samples, sample);
	*value = MAX(*value,
		     sample.throttled_ns - g_array_index(samples, struct sample, 0).throttled_ns);
}

static void look_at(int32_t pid, void *user_data)
{
	const struct look *look = user_data;

	if (look->levels->has_sums)
		add_process(pid, look->levels);
	if (look->levels->has_quota)
		ww_cgroups_of(look->levels->cgroups, pid, pid);
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
	struct look look = { .levels = levels, .now_ns = now_ns };
	int64_t begin_us = g_get_monotonic_time();

	if ((!levels->has_sums && !levels->has_quota) || now_ns < levels->next_ns)
		return;
	memset(levels->values, 0, sizeof(levels->values));
	ww_processes_for_each(processes, look_at, &look);
	for (guint i = 0; i < levels->directories->len; i++)
		add_quota(&look, levels->directories->pdata[i]);
	/* Thousands of processes take a while, and then are looked at less often. */
	levels->next_ns = now_ns + (g_get_monotonic_time() - begin_us) * WW_NS_PER_US * LOOK_SHARE;
	for (guint i = 0; i < levels->conditions->len; i++) {
		if (ww_condition_need(condition_at(levels, i)->kind) == WW_CONDITION_NEEDS_PROC)
			compare(levels, i, now_ns);
	}
}

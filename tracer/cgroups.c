// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/cgroups.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/units.h"

#define CONTROLLER "cpu"

struct cgroup {
	struct ww_cgroup row; /* its path is owned here */
	char *directory;
};

struct ww_cgroups {
	struct ww_cgroup_place place;
	GHashTable *by_path; /* path below the mount -> struct cgroup, owned */
	GPtrArray *in_order; /* the same, as they were met */
	ww_cgroup_func func; /* NULL: nobody listens */
	void *user_data;
};

static bool has_word(const char *words, const char *word)
{
	g_auto(GStrv) list = g_strsplit(words, ",", -1);

	return g_strv_contains((const char *const *)list, word);
}

/* "ID PARENT MAJOR:MINOR ROOT MOUNT OPTIONS [TAGS...] - TYPE SOURCE SUPER-OPTIONS" */
static struct ww_cgroup_place parse_mount(const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	struct ww_cgroup_place place = { 0 };
	guint n_words = g_strv_length(words), at = 6;

	while (at < n_words && strcmp(words[at], "-") != 0)
		at++;
	if (at + 3 >= n_words)
		return place;
	if (strcmp(words[at + 1], "cgroup") == 0 && has_word(words[at + 3], CONTROLLER))
		place.version = 1;
	else if (strcmp(words[at + 1], "cgroup2") == 0)
		place.version = 2;
	if (place.version) {
		/* Blanks and the like are written as octal escapes. */
		place.root = g_strcompress(words[3]);
		place.mount = g_strcompress(words[4]);
	}
	return place;
}

void ww_cgroup_place_clear(struct ww_cgroup_place *place)
{
	g_free(place->mount);
	g_free(place->root);
	*place = (struct ww_cgroup_place){ 0 };
}

struct ww_cgroup_place ww_cgroup_place_find(const char *mountinfo)
{
	g_auto(GStrv) lines = g_strsplit(mountinfo, "\n", -1);
	struct ww_cgroup_place best = { 0 };

	for (GStrv line = lines; *line; line++) {
		struct ww_cgroup_place place = parse_mount(*line);

		if (place.version && (!best.version || place.version < best.version)) {
			ww_cgroup_place_clear(&best);
			best = place;
		} else {
			ww_cgroup_place_clear(&place);
		}
	}
	return best;
}

/* "HIERARCHY:CONTROLLERS:PATH"; hierarchy 0 without controllers is version 2. NULL: another one. */
static const char *path_in_line(const struct ww_cgroup_place *place, const char *line)
{
	const char *controllers = strchr(line, ':');
	const char *path = controllers ? strchr(controllers + 1, ':') : NULL;
	g_autofree char *words = NULL;

	if (!path)
		return NULL;
	if (place->version == 2)
		return g_str_has_prefix(line, "0::") ? path + 1 : NULL;
	words = g_strndup(controllers + 1, (size_t)(path - controllers - 1));
	return has_word(words, CONTROLLER) ? path + 1 : NULL;
}

/* What is mounted may be a part of the hierarchy: "/docker/x" of "/docker/x/worker". */
static char *below_mount(const struct ww_cgroup_place *place, const char *path)
{
	size_t length = strcmp(place->root, "/") == 0 ? 0 : strlen(place->root);

	if (strncmp(path, place->root, length) != 0 || strstr(path, "/..") ||
	    (path[length] != '/' && path[length] != '\0'))
		return NULL;
	return g_strdup(path[length] ? path + length : "/");
}

char *ww_cgroup_place_path(const struct ww_cgroup_place *place, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (GStrv line = lines; place->version && *line; line++) {
		const char *path = path_in_line(place, *line);

		if (path)
			return below_mount(place, path);
	}
	return NULL;
}

void ww_cgroup_parse_stat(const char *text, struct ww_cgroup_account *account)
{
	const struct {
		const char *name;
		int64_t *value;
		int64_t divisor;
	} figures[] = {
		{ "usage_usec", &account->usage_us, 1 },
		{ "nr_periods", &account->n_periods, 1 },
		{ "nr_throttled", &account->n_throttled, 1 },
		{ "throttled_usec", &account->throttled_us, 1 },
		{ "throttled_time", &account->throttled_us, WW_NS_PER_US },
	};
	char name[32];
	long long value;
	int length;

	for (const char *at = text; sscanf(at, " %31s %lld%n", name, &value, &length) == 2;
	     at += length) {
		for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
			if (strcmp(name, figures[i].name) == 0)
				*figures[i].value = value / figures[i].divisor;
		}
	}
}

static char *read_file(const struct cgroup *cgroup, const char *name)
{
	g_autofree char *path = g_build_filename(cgroup->directory, name, NULL);
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

/* -1 for what is not there and for "max". */
static int64_t read_number(const struct cgroup *cgroup, const char *name)
{
	g_autofree char *text = read_file(cgroup, name);
	long long value;

	return text && sscanf(text, "%lld", &value) == 1 ? value : -1;
}

static void read_limits(struct cgroup *cgroup)
{
	g_autofree char *max = read_file(cgroup, "cpu.max");
	long long quota_us, period_us;

	if (cgroup->row.version == 1) {
		cgroup->row.quota_us = read_number(cgroup, "cpu.cfs_quota_us");
		cgroup->row.period_us = read_number(cgroup, "cpu.cfs_period_us");
		cgroup->row.weight = read_number(cgroup, "cpu.shares");
		return;
	}
	cgroup->row.weight = read_number(cgroup, "cpu.weight");
	if (max && sscanf(max, "%lld %lld", &quota_us, &period_us) == 2)
		cgroup->row.quota_us = quota_us;
	if (max && (sscanf(max, "%*s %lld", &period_us) == 1))
		cgroup->row.period_us = period_us;
}

/* Nothing of @account changes when the cgroup is gone. */
static void read_account(const struct cgroup *cgroup, struct ww_cgroup_account *account)
{
	g_autofree char *stat = read_file(cgroup, "cpu.stat");
	int64_t usage_ns;
	struct timespec now;

	if (!stat)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	account->at_ns = now.tv_sec * WW_NS_PER_S + now.tv_nsec;
	ww_cgroup_parse_stat(stat, account);
	/* Version 1 keeps it in a controller of its own, which is often mounted together. */
	usage_ns = cgroup->row.version == 1 ? read_number(cgroup, "cpuacct.usage") : -1;
	if (usage_ns >= 0)
		account->usage_us = usage_ns / WW_NS_PER_US;
}

static void cgroup_free(void *data)
{
	struct cgroup *cgroup = data;

	g_free(cgroup->row.path);
	g_free(cgroup->directory);
	g_free(cgroup);
}

struct ww_cgroups *ww_cgroups_new_in(struct ww_cgroup_place place)
{
	struct ww_cgroups *cgroups = g_new0(struct ww_cgroups, 1);

	cgroups->place = place;
	cgroups->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, cgroup_free);
	cgroups->in_order = g_ptr_array_new();
	return cgroups;
}

struct ww_cgroups *ww_cgroups_new(void)
{
	struct ww_cgroup_place place = { 0 };
	g_autofree char *mountinfo = NULL;

	if (g_file_get_contents("/proc/self/mountinfo", &mountinfo, NULL, NULL))
		place = ww_cgroup_place_find(mountinfo);
	return ww_cgroups_new_in(place);
}

void ww_cgroups_free(struct ww_cgroups *cgroups)
{
	if (!cgroups)
		return;
	ww_cgroup_place_clear(&cgroups->place);
	g_ptr_array_unref(cgroups->in_order);
	g_hash_table_unref(cgroups->by_path);
	g_free(cgroups);
}

void ww_cgroups_listen(struct ww_cgroups *cgroups, ww_cgroup_func func, void *user_data)
{
	cgroups->func = func;
	cgroups->user_data = user_data;
	for (guint i = 0; i < cgroups->in_order->len; i++) {
		const struct cgroup *cgroup = cgroups->in_order->pdata[i];

		func(cgroup->row.id, cgroup->directory, user_data);
	}
}

static struct cgroup *add(struct ww_cgroups *cgroups, const char *path)
{
	g_autofree char *directory =
		g_strconcat(cgroups->place.mount, strcmp(path, "/") == 0 ? "" : path, NULL);
	struct cgroup *cgroup;
	struct stat status;

	if (stat(directory, &status) != 0)
		return NULL;
	cgroup = g_new0(struct cgroup, 1);
	cgroup->row = ww_cgroup_unknown();
	cgroup->row.id = status.st_ino;
	cgroup->row.version = cgroups->place.version;
	cgroup->row.path = g_strdup(path);
	cgroup->directory = g_steal_pointer(&directory);
	read_limits(cgroup);
	read_account(cgroup, &cgroup->row.begin);
	g_hash_table_insert(cgroups->by_path, cgroup->row.path, cgroup);
	g_ptr_array_add(cgroups->in_order, cgroup);
	if (cgroups->func)
		cgroups->func(cgroup->row.id, cgroup->directory, cgroups->user_data);
	return cgroup;
}

/* With all those above it. NULL when it is gone. */
static struct cgroup *meet(struct ww_cgroups *cgroups, const char *path)
{
	struct cgroup *above = NULL, *cgroup = NULL;

	for (const char *end = path; end; end = strchr(end + 1, '/')) {
		size_t length = end == path ? 1 : (size_t)(end - path);
		g_autofree char *part = g_strndup(path, length);

		cgroup = g_hash_table_lookup(cgroups->by_path, part);
		if (!cgroup)
			cgroup = add(cgroups, part);
		if (!cgroup)
			return NULL;
		cgroup->row.parent = above ? above->row.id : 0;
		above = cgroup;
	}
	if (strcmp(path, "/") == 0)
		return cgroup;
	cgroup = g_hash_table_lookup(cgroups->by_path, path);
	if (!cgroup)
		cgroup = add(cgroups, path);
	if (cgroup)
		cgroup->row.parent = above ? above->row.id : 0;
	return cgroup;
}

uint64_t ww_cgroups_of(struct ww_cgroups *cgroups, int32_t pid, int32_t tid)
{
	g_autofree char *source = g_strdup_printf("/proc/%d/task/%d/cgroup", pid, tid);
	g_autofree char *text = NULL, *path = NULL;
	const struct cgroup *cgroup;

	if (!cgroups->place.version || !g_file_get_contents(source, &text, NULL, NULL))
		return 0;
	path = ww_cgroup_place_path(&cgroups->place, text);
	if (!path)
		return 0;
	cgroup = g_hash_table_lookup(cgroups->by_path, path);
	if (!cgroup)
		cgroup = meet(cgroups, path);
	return cgroup ? cgroup->row.id : 0;
}

void ww_cgroups_read_end(struct ww_cgroups *cgroups, GArray *rows)
{
	for (guint i = 0; i < cgroups->in_order->len; i++) {
		struct cgroup *cgroup = cgroups->in_order->pdata[i];
		struct ww_cgroup row;

		read_account(cgroup, &cgroup->row.end);
		row = cgroup->row;
		row.path = g_strdup(row.path);
		g_array_append_val(rows, row);
	}
}

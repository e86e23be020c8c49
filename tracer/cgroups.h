/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cgroups of the CPU controller: which one a thread is in, and what the kernel has counted of it.
 *
 * The controller lives in one hierarchy, of version 1 or 2, and a cgroup's id is the inode of its
 * directory there. Where that hierarchy is not mounted, or a cgroup lies outside of what is (in a
 * container), there is none. Main thread only.
 */
#ifndef WW_TRACER_CGROUPS_H
#define WW_TRACER_CGROUPS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "base/manifest.h"

/* Where the controller's hierarchy is mounted. */
struct ww_cgroup_place {
	int32_t version; /* 0: nowhere */
	char *mount;     /* "/sys/fs/cgroup" */
	char *root;      /* the cgroup that is seen there: "/" outside of containers */
};

/* @mountinfo: the text of /proc/self/mountinfo. A hierarchy of version 1 that has the controller
 * goes before version 2. */
struct ww_cgroup_place ww_cgroup_place_find(const char *mountinfo);
void ww_cgroup_place_clear(struct ww_cgroup_place *place);

/* The cgroup that the text of a /proc/TID/cgroup names, below the mount: "/" or "/a/b". NULL when
 * it does not lie there. Free with g_free. */
char *ww_cgroup_place_path(const struct ww_cgroup_place *place, const char *text);

/* Figures of a cpu.stat of either version; what the text does not say keeps its value. */
void ww_cgroup_parse_stat(const char *text, struct ww_cgroup_account *account);

struct ww_cgroups;

/* Takes @place. */
struct ww_cgroups *ww_cgroups_new_in(struct ww_cgroup_place place);
/* Of this machine. */
struct ww_cgroups *ww_cgroups_new(void);
void ww_cgroups_free(struct ww_cgroups *cgroups); /* NULL is fine */
WW_DEFINE_AUTO(cgroups)

/* @func is called for every cgroup that was met or will be. */
typedef void (*ww_cgroup_func)(uint64_t id, const char *directory, void *user_data);
void ww_cgroups_listen(struct ww_cgroups *cgroups, ww_cgroup_func func, void *user_data);

/* The id of the cgroup of a living thread, 0 when there is none. One that is met for the first
 * time, and those above it, are read: the beginning of their accounts. */
uint64_t ww_cgroups_of(struct ww_cgroups *cgroups, int32_t pid, int32_t tid);

/* Reads all that were met once more and appends them, with texts of their own, to @rows, an array
 * of struct ww_cgroup. One that is gone has no end. */
void ww_cgroups_read_end(struct ww_cgroups *cgroups, GArray *rows);

#endif

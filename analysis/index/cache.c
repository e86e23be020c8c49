// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/index/cache.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utime.h>

#include "analysis/index/places.h"

#define UNUSED_S (30 * 24 * 60 * 60)
#define VERIFIED_BYTES (128 << 20)

static bool is_beside(const char *path, const char *trace)
{
	g_autofree char *directory = g_path_get_dirname(path);
	g_autofree char *canonical = g_canonicalize_filename(trace, NULL);

	return g_strcmp0(directory, canonical) == 0;
}

/* A large one would take as long to verify as to draw: its damage is found when it is read. */
static struct ww_store *open_sound(const char *path, const char *fingerprint)
{
	struct ww_store *store = ww_store_open(path, fingerprint, NULL);
	struct stat facts;

	if (store && stat(path, &facts) == 0 && facts.st_size <= VERIFIED_BYTES &&
	    !ww_store_verify(store))
		g_clear_pointer(&store, ww_store_free);
	return store;
}

struct ww_store *ww_index_find(const char *trace, const char *fingerprint,
			       bool (*is_usable)(const struct ww_store *store, void *data),
			       void *data)
{
	g_autoptr(GPtrArray) places = ww_index_places(trace);
	struct ww_store *store = NULL;

	for (guint i = 0; i < places->len && !store; i++) {
		const char *path = places->pdata[i];

		store = open_sound(path, fingerprint);
		if (store && is_usable && !is_usable(store, data))
			g_clear_pointer(&store, ww_store_free);
		/* The cache keeps what is used. Failure costs an index a month from now. */
		if (store && !is_beside(path, trace))
			utime(path, NULL);
	}
	return store;
}

void ww_index_forget(const char *trace)
{
	g_autoptr(GPtrArray) places = ww_index_places(trace);

	for (guint i = 0; i < places->len; i++)
		if (ww_store_is_at(places->pdata[i]))
			g_unlink(places->pdata[i]);
}

/* While it is sealed there are two of it. */
static bool has_room(const char *path, const char *trace, uint64_t n_bytes)
{
	g_autofree char *directory = g_path_get_dirname(path);
	struct statvfs room;

	/* Never make the trace's own directory: without it there is no trace. */
	if (!is_beside(path, trace) && g_mkdir_with_parents(directory, 0700) != 0)
		return false;
	return g_access(directory, W_OK) == 0 && statvfs(directory, &room) == 0 &&
	       (uint64_t)room.f_bavail * room.f_frsize / 2 > n_bytes;
}

GPtrArray *ww_index_room(const char *trace, uint64_t n_bytes)
{
	GPtrArray *room = ww_index_places(trace);

	for (guint i = room->len; i-- > 0;)
		if (!has_room(room->pdata[i], trace, n_bytes))
			g_ptr_array_remove_index(room, i);
	return room;
}

static void prune(const char *directory)
{
	const int64_t now_s = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		struct stat facts;

		if (g_str_has_suffix(name, ".index") && lstat(path, &facts) == 0 &&
		    S_ISREG(facts.st_mode) && now_s - facts.st_mtim.tv_sec > UNUSED_S)
			g_unlink(path);
	}
}

void ww_index_give(struct ww_store *store, const char *path, const char *trace)
{
	struct stat facts;

	if (geteuid() == 0 && is_beside(path, trace) && stat(trace, &facts) == 0)
		ww_store_set_owner(store, facts.st_uid, facts.st_gid);
}

void ww_index_settle(const char *path, const char *trace)
{
	g_autofree char *directory = g_path_get_dirname(path);

	if (!is_beside(path, trace))
		prune(directory);
}

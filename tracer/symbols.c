// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Maps are copied while the processes run; the files they name are read once, at the end.
 */
#include "tracer/symbols.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/units.h"
#include "tracer/symbols-elf.h"

#define DELETED " (deleted)"
#define HOOKS "/libwhywait-hooks.so"
#define MAX_KEPT_BYTES ((size_t)8 << 20)

struct ww_symbols {
	char *directory;   /* DIR/symbols; NULL: copies stay in memory */
	GHashTable *paths; /* mapped files that any copy named: 1 beside the hooks, else 0 */
	GHashTable *kept;  /* pid -> text of maps, in memory */
	GQueue order;      /* the pids, by age */
	size_t kept_bytes;
	GMutex mutex;          /* guards all, where copies are made */
	GHashTable *taken_ns;  /* pid -> int64_t: when its copy was made, CLOCK_MONOTONIC */
	GPtrArray *allocators; /* sentences */
};

/* Files that have a malloc() which the hooks know: the C library, and those that stand before it.
 */
static const char *const known_files[] = { "libc.so.", "libc-2.", "ld-linux", "ld-2.",
					   "libwhywait-hooks.so" };

static bool make_directory(struct ww_symbols *symbols, const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "symbols", NULL);

	if (g_mkdir(path, 0755) < 0 && errno != EEXIST)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make '%s': %s", path,
			       g_strerror(errno));
	symbols->directory = g_steal_pointer(&path);
	return true;
}

struct ww_symbols *ww_symbols_new(const char *directory, GError **error)
{
	ww_auto(symbols) symbols = g_new0(struct ww_symbols, 1);

	symbols->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	symbols->kept = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_queue_init(&symbols->order);
	g_mutex_init(&symbols->mutex);
	symbols->taken_ns = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	symbols->allocators = g_ptr_array_new_with_free_func(g_free);
	if (directory && !make_directory(symbols, directory, error))
		return NULL;
	return g_steal_pointer(&symbols);
}

void ww_symbols_free(struct ww_symbols *symbols)
{
	if (!symbols)
		return;
	g_hash_table_unref(symbols->paths);
	g_hash_table_unref(symbols->kept);
	g_hash_table_unref(symbols->taken_ns);
	g_mutex_clear(&symbols->mutex);
	g_queue_clear(&symbols->order);
	g_ptr_array_unref(symbols->allocators);
	g_free(symbols->directory);
	g_free(symbols);
}

/* "START-END PERMS OFFSET DEVICE INODE     PATH"; the path begins behind five fields and may hold
 * blanks. */
static const char *mapped_path(const char *line)
{
	for (int i = 0; i < 5; i++) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return *line == '/' ? line : NULL;
}

static void note_path(struct ww_symbols *symbols, const char *path, bool is_hooked)
{
	gpointer was_hooked = NULL;

	if (!g_hash_table_lookup_extended(symbols->paths, path, NULL, &was_hooked) ||
	    (is_hooked && !was_hooked))
		g_hash_table_replace(symbols->paths, g_strdup(path), GINT_TO_POINTER(is_hooked));
}

static void note_paths(struct ww_symbols *symbols, char *maps)
{
	const bool is_hooked = strstr(maps, HOOKS) != NULL;
	const char *last = "";
	char *rest = maps, *line;

	while ((line = strsep(&rest, "\n"))) {
		const char *path = mapped_path(line);

		if (!path || strcmp(path, last) == 0)
			continue;
		last = path;
		note_path(symbols, path, is_hooked);
	}
}

static void forget(struct ww_symbols *symbols, gpointer pid)
{
	const char *maps = g_hash_table_lookup(symbols->kept, pid);

	if (!maps)
		return;
	symbols->kept_bytes -= strlen(maps);
	g_queue_remove(&symbols->order, pid);
	g_hash_table_remove(symbols->kept, pid);
}

/* Whoever was copied longest ago makes room: a living process is copied again. */
static void keep(struct ww_symbols *symbols, int32_t pid, char *maps)
{
	forget(symbols, GINT_TO_POINTER(pid));
	symbols->kept_bytes += strlen(maps);
	g_hash_table_insert(symbols->kept, GINT_TO_POINTER(pid), maps);
	g_queue_push_tail(&symbols->order, GINT_TO_POINTER(pid));
	while (symbols->kept_bytes > MAX_KEPT_BYTES)
		forget(symbols, g_queue_peek_head(&symbols->order));
}

static void write_copy(struct ww_symbols *symbols, int32_t pid, char *maps)
{
	g_autofree char *name = g_strdup_printf("maps-%d", pid);
	g_autofree char *copy = g_build_filename(symbols->directory, name, NULL);

	if (ww_file_replace(copy, maps, strlen(maps), NULL))
		note_paths(symbols, maps);
}

/* An empty file is a kernel thread's or that of a process which is ending: an earlier copy says
 * more. */
static char *read_maps(int32_t pid)
{
	g_autofree char *source = g_strdup_printf("/proc/%d/maps", pid);
	g_autofree char *maps = NULL;
	size_t length;

	if (!g_file_get_contents(source, &maps, &length, NULL) || length == 0)
		return NULL;
	return g_steal_pointer(&maps);
}

static void store(struct ww_symbols *symbols, int32_t pid, char *maps, int64_t taken_ns)
{
	g_hash_table_insert(symbols->taken_ns, GINT_TO_POINTER(pid),
			    g_memdup2(&taken_ns, sizeof(taken_ns)));
	if (symbols->directory)
		write_copy(symbols, pid, maps);
	else
		keep(symbols, pid, g_strdup(maps));
}

bool ww_symbols_take_maps(struct ww_symbols *symbols, int32_t pid)
{
	/* Before the reading: a change meanwhile is a later one. */
	const int64_t now_ns = g_get_monotonic_time() * WW_NS_PER_US;
	g_autofree char *maps = read_maps(pid);

	if (!maps)
		return false;
	g_mutex_lock(&symbols->mutex);
	store(symbols, pid, maps, now_ns);
	g_mutex_unlock(&symbols->mutex);
	return true;
}

void ww_symbols_inherit_maps(struct ww_symbols *symbols, int32_t pid, int32_t parent_pid,
			     int64_t forked_ns)
{
	g_autofree char *maps = read_maps(parent_pid);

	g_mutex_lock(&symbols->mutex);
	if (maps && !g_hash_table_contains(symbols->taken_ns, GINT_TO_POINTER(pid)))
		store(symbols, pid, maps, forked_ns);
	g_mutex_unlock(&symbols->mutex);
}

void ww_symbols_drop_maps(struct ww_symbols *symbols, int32_t pid, int64_t time_ns)
{
	const int64_t *taken_ns;

	g_mutex_lock(&symbols->mutex);
	taken_ns = g_hash_table_lookup(symbols->taken_ns, GINT_TO_POINTER(pid));
	if (taken_ns && *taken_ns < time_ns) {
		g_hash_table_remove(symbols->taken_ns, GINT_TO_POINTER(pid));
		forget(symbols, GINT_TO_POINTER(pid));
		if (symbols->directory) {
			g_autofree char *copy =
				g_strdup_printf("%s/maps-%d", symbols->directory, pid);

			g_unlink(copy);
		}
	}
	g_mutex_unlock(&symbols->mutex);
}

static void note_allocator(struct ww_symbols *symbols, const char *path, const char *function)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *sentence = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(known_files); i++) {
		if (g_str_has_prefix(name, known_files[i]))
			return;
	}
	sentence = g_strdup_printf("'%s' brings an allocator of its own, %s(), which is left alone",
				   path, function);
	if (!g_ptr_array_find_with_equal_func(symbols->allocators, sentence, g_str_equal, NULL))
		g_ptr_array_add(symbols->allocators, g_steal_pointer(&sentence));
}

/* Devices, shared memory and data files are mapped too: what is no ELF file has no symbols and no
 * line. */
static bool write_file(struct ww_symbols *symbols, const char *path, GString *list,
		       GHashTable *written, GError **error)
{
	ww_auto(elf_symbols) elf = ww_elf_symbols_read(path);
	g_autofree char *name = NULL;
	g_autofree char *target = NULL;

	if (!elf)
		return true;
	if (elf->allocator && g_hash_table_lookup(symbols->paths, path))
		note_allocator(symbols, path, elf->allocator);
	g_string_append_printf(list, "%s %" G_GINT64_MODIFIER "x %s\n", elf->id, elf->load_bias,
			       path);
	if (!g_hash_table_add(written, g_strdup(elf->id)))
		return true;
	name = g_strdup_printf("%s.symbols", elf->id);
	target = g_build_filename(symbols->directory, name, NULL);
	return ww_file_replace(target, elf->text->str, elf->text->len, error);
}

bool ww_symbols_finish(struct ww_symbols *symbols, GError **error)
{
	g_autoptr(GHashTable) written =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GList) paths = g_hash_table_get_keys(symbols->paths);
	g_autofree char *target = g_build_filename(symbols->directory, "files", NULL);
	GString *list = g_string_new(NULL);
	bool is_written = true;

	paths = g_list_sort(paths, (GCompareFunc)strcmp);
	for (const GList *item = paths; item && is_written; item = item->next) {
		if (!g_str_has_suffix(item->data, DELETED))
			is_written = write_file(symbols, item->data, list, written, error);
	}
	is_written = is_written && ww_file_replace(target, list->str, list->len, error);
	g_string_free(list, true);
	return is_written;
}

static bool write_kept(struct ww_symbols *symbols, const char *directory, GError **error)
{
	bool is_written = make_directory(symbols, directory, error);
	GHashTableIter iter;
	gpointer pid, maps;

	g_hash_table_remove_all(symbols->paths);
	g_hash_table_iter_init(&iter, symbols->kept);
	while (is_written && g_hash_table_iter_next(&iter, &pid, &maps)) {
		g_autofree char *copy = g_strdup(maps);

		write_copy(symbols, GPOINTER_TO_INT(pid), copy);
	}
	is_written = is_written && ww_symbols_finish(symbols, error);
	g_clear_pointer(&symbols->directory, g_free);
	return is_written;
}

bool ww_symbols_write(struct ww_symbols *symbols, const char *directory, GError **error)
{
	bool is_written;

	g_mutex_lock(&symbols->mutex);
	is_written = write_kept(symbols, directory, error);
	g_mutex_unlock(&symbols->mutex);
	return is_written;
}

const GPtrArray *ww_symbols_allocators(const struct ww_symbols *symbols)
{
	return symbols->allocators;
}

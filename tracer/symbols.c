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
#include "tracer/symbols-elf.h"

#define DELETED " (deleted)"

struct ww_symbols {
	char *directory;   /* DIR/symbols */
	GHashTable *paths; /* mapped files that any copy named */
};

struct ww_symbols *ww_symbols_new(const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "symbols", NULL);
	struct ww_symbols *symbols;

	if (g_mkdir(path, 0755) < 0 && errno != EEXIST)
		return ww_fail(error, WW_ERROR_FAILED, "cannot make '%s': %s", path,
			       g_strerror(errno)),
		       NULL;
	symbols = g_new0(struct ww_symbols, 1);
	symbols->directory = g_steal_pointer(&path);
	symbols->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return symbols;
}

void ww_symbols_free(struct ww_symbols *symbols)
{
	if (!symbols)
		return;
	g_hash_table_unref(symbols->paths);
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

static void note_paths(struct ww_symbols *symbols, char *maps)
{
	const char *last = "";

	for (char *line = strtok(maps, "\n"); line; line = strtok(NULL, "\n")) {
		const char *path = mapped_path(line);

		if (!path || strcmp(path, last) == 0)
			continue;
		last = path;
		if (!g_hash_table_contains(symbols->paths, path))
			g_hash_table_add(symbols->paths, g_strdup(path));
	}
}

/* An empty file is a kernel thread's or that of a process which is ending: an earlier copy says
 * more. */
void ww_symbols_take_maps(struct ww_symbols *symbols, int32_t pid)
{
	g_autofree char *source = g_strdup_printf("/proc/%d/maps", pid);
	g_autofree char *name = g_strdup_printf("maps-%d", pid);
	g_autofree char *copy = g_build_filename(symbols->directory, name, NULL);
	g_autofree char *maps = NULL;
	size_t length;

	if (!g_file_get_contents(source, &maps, &length, NULL) || length == 0)
		return;
	if (ww_file_replace(copy, maps, length, NULL))
		note_paths(symbols, maps);
}

/* Devices, shared memory and data files are mapped too: what is no ELF file has no symbols and no
 * line. */
static bool write_file(const struct ww_symbols *symbols, const char *path, GString *list,
		       GHashTable *written, GError **error)
{
	ww_auto(elf_symbols) elf = ww_elf_symbols_read(path);
	g_autofree char *name = NULL;
	g_autofree char *target = NULL;

	if (!elf)
		return true;
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/read/symbols.h"

#include "analysis/read/demangle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Symbols inside symbols (aliases, local labels): how far back to look for one that reaches the
 * address. */
#define MAX_BACK 16

struct entry {
	uint64_t value;
	uint64_t size_bytes; /* 0: up to the next one */
	const char *name;    /* in the file's text */
};

/* One mapped file and its table, shared by all processes. */
struct file {
	char *path;       /* as in the maps */
	char *table_path; /* NULL: there is none */
	uint64_t bias;
	gsize once; /* for what is below */
	char *text;
	GArray *entries; /* struct entry, by value */
	uint64_t end;    /* the value behind its last byte in memory */
};

/* [begin, end) of a process; an address's value in the file's table is address - base. */
struct mapping {
	uint64_t begin, end;
	uint64_t base;
	struct file *file;
	bool is_bss; /* an anonymous one behind the file's: it may reach beyond the file's end */
};

#define KERNEL "[kernel]"
#define END_MARK "# end "
#define PAGE_BYTES 4096

struct ww_symbols {
	GHashTable *files;     /* path -> struct file *; the kernel's is KERNEL */
	GHashTable *processes; /* pid -> GArray of struct mapping, by begin */
	GHashTable *reported;  /* the same, from modules that were reported; only for pids without
				  maps */
	GMutex lock;           /* for the next one */
	GHashTable *names; /* name in a table -> what it stands for, of those that stand for one */
};

static void file_free(gpointer data)
{
	struct file *file = data;

	g_free(file->path);
	g_free(file->table_path);
	g_free(file->text);
	if (file->entries)
		g_array_unref(file->entries);
	g_free(file);
}

static struct file *find_file(struct ww_symbols *symbols, const char *path)
{
	struct file *file = g_hash_table_lookup(symbols->files, path);

	if (file)
		return file;
	file = g_new0(struct file, 1);
	file->path = g_strdup(path);
	g_hash_table_insert(symbols->files, file->path, file);
	return file;
}

/* One line of symbols/files: "BUILDID LOAD-BIAS PATH". A name that leads out of symbols/ is not
 * ours. */
static void add_file(struct ww_symbols *symbols, const char *directory, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 3);
	g_autofree char *name = NULL;
	struct file *file;

	if (g_strv_length(words) != 3 || strchr(words[0], '/'))
		return;
	name = g_strconcat(words[0], ".symbols", NULL);
	file = find_file(symbols, words[2]);
	g_free(file->table_path);
	file->table_path = g_build_filename(directory, name, NULL);
	file->bias = g_ascii_strtoull(words[1], NULL, 16);
}

/* "BEGIN-END PERMS OFFSET DEVICE INODE   PATH" of /proc/PID/maps. */
struct maps_line {
	uint64_t begin, end, offset;
	char permissions[5];
	const char *path; /* "" for an anonymous one */
};

static bool parse_maps_line(char *line, struct maps_line *parsed)
{
	char *deleted;
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n", &parsed->begin,
		   &parsed->end, parsed->permissions, &parsed->offset, &at) != 4 ||
	    at == 0 || parsed->begin >= parsed->end)
		return false;
	parsed->path = line + at;
	deleted = g_strrstr(line + at, " (deleted)");
	if (deleted)
		*deleted = '\0';
	return true;
}

/* Heaps and stacks cover addresses without naming them. */
static bool is_nameable(const char *path)
{
	return path[0] == '/' || strcmp(path, "[vdso]") == 0;
}

/*
 * Adds one mapping. Its base is set by the file's first executable mapping, so those that came
 * before are corrected then; an anonymous mapping right behind a file's begins with the rest of
 * its .bss, and where it is a heap it goes on.
 */
static void add_mapping(struct ww_symbols *symbols, GArray *mappings, const struct maps_line *line)
{
	const struct mapping *last =
		mappings->len ? &g_array_index(mappings, struct mapping, mappings->len - 1) : NULL;
	struct mapping mapping = { .begin = line->begin, .end = line->end };

	if (is_nameable(line->path)) {
		mapping.file = find_file(symbols, line->path);
		mapping.base = line->begin - line->offset - mapping.file->bias;
	} else if (!line->path[0] && last && last->end == line->begin) {
		mapping.file = last->file;
		mapping.base = last->base;
		mapping.is_bss = true;
	} else {
		return;
	}
	g_array_append_val(mappings, mapping);
}

/* One distance serves a whole file: that of its first executable mapping. */
static void settle_bases(GArray *mappings, GArray *is_executable)
{
	g_autoptr(GHashTable) bases = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < mappings->len; i++) {
		struct mapping *mapping = &g_array_index(mappings, struct mapping, i);

		if (g_array_index(is_executable, bool, i) &&
		    !g_hash_table_contains(bases, mapping->file))
			g_hash_table_insert(bases, mapping->file, mapping);
	}
	for (guint i = 0; i < mappings->len; i++) {
		struct mapping *mapping = &g_array_index(mappings, struct mapping, i);
		const struct mapping *executable = g_hash_table_lookup(bases, mapping->file);

		if (executable)
			mapping->base = executable->base;
	}
}

static GArray *parse_maps(struct ww_symbols *symbols, char *text)
{
	GArray *mappings = g_array_new(false, false, sizeof(struct mapping));
	g_autoptr(GArray) is_executable = g_array_new(false, true, sizeof(bool));
	char *rest = text;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		struct maps_line parsed;

		if (!parse_maps_line(line, &parsed))
			continue;
		add_mapping(symbols, mappings, &parsed);
		if (mappings->len > is_executable->len) {
			bool is_code = parsed.permissions[2] == 'x';

			g_array_append_val(is_executable, is_code);
		}
	}
	settle_bases(mappings, is_executable);
	return mappings;
}

static void load_maps(struct ww_symbols *symbols, const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *text = NULL;
	int64_t pid = g_ascii_strtoll(name + strlen("maps-"), NULL, 10);

	if (pid <= 0 || pid > INT32_MAX || !g_file_get_contents(path, &text, NULL, NULL))
		return;
	g_hash_table_insert(symbols->processes, GINT_TO_POINTER((int)pid),
			    parse_maps(symbols, text));
}

/* Its values are addresses already. */
static void add_kernel(struct ww_symbols *symbols, const char *directory)
{
	g_autofree char *path = g_build_filename(directory, "kernel", NULL);

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		find_file(symbols, KERNEL)->table_path = g_steal_pointer(&path);
}

static void load_files(struct ww_symbols *symbols, const char *directory)
{
	g_autofree char *path = g_build_filename(directory, "files", NULL);
	g_autofree char *text = NULL;
	char *rest, *line;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		add_file(symbols, directory, line);
}

struct ww_symbols *ww_symbols_open(const char *trace_directory)
{
	struct ww_symbols *symbols = g_new0(struct ww_symbols, 1);
	g_autofree char *directory = g_build_filename(trace_directory, "symbols", NULL);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const char *name;

	symbols->files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, file_free);
	symbols->processes = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	symbols->reported = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	symbols->names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_mutex_init(&symbols->lock);
	load_files(symbols, directory);
	add_kernel(symbols, directory);
	while (dir && (name = g_dir_read_name(dir))) {
		if (g_str_has_prefix(name, "maps-"))
			load_maps(symbols, directory, name);
	}
	return symbols;
}

void ww_symbols_close(struct ww_symbols *symbols)
{
	if (!symbols)
		return;
	g_hash_table_unref(symbols->processes);
	g_hash_table_unref(symbols->reported);
	g_hash_table_unref(symbols->files);
	g_hash_table_unref(symbols->names);
	g_mutex_clear(&symbols->lock);
	g_free(symbols);
}

static int compare_mappings(gconstpointer a, gconstpointer b)
{
	const struct mapping *left = a, *right = b;

	return (left->begin > right->begin) - (left->begin < right->begin);
}

void ww_symbols_add_module(struct ww_symbols *symbols, int32_t pid, uint64_t base,
			   uint64_t size_bytes, const char *path)
{
	gpointer key = GINT_TO_POINTER(pid);
	GArray *mappings = g_hash_table_lookup(symbols->reported, key);
	/* What is linked to run at a fixed place lies below 4 GiB and has that place in its symbols
	 * already. */
	struct mapping mapping = { base, base + size_bytes, base >> 32 ? base : 0,
				   find_file(symbols, path), false };

	if (mapping.end <= mapping.begin || g_hash_table_contains(symbols->processes, key))
		return;
	if (!mappings) {
		mappings = g_array_new(false, false, sizeof(struct mapping));
		g_hash_table_insert(symbols->reported, key, mappings);
	}
	g_array_append_val(mappings, mapping);
	g_array_sort(mappings, compare_mappings);
}

/* "VALUE SIZE f|o NAME" */
static bool parse_entry(char *line, struct entry *entry)
{
	char *at;

	entry->value = g_ascii_strtoull(line, &at, 16);
	if (at == line || *at != ' ')
		return false;
	entry->size_bytes = g_ascii_strtoull(at + 1, &at, 16);
	if (at[0] != ' ' || !at[1] || at[2] != ' ' || !at[3])
		return false;
	entry->name = at + 3;
	return true;
}

static int compare_entries(gconstpointer a, gconstpointer b)
{
	const struct entry *left = a, *right = b;

	return (left->value > right->value) - (left->value < right->value);
}

/* Without the line that says it, no further than the last page that has a symbol. */
static uint64_t end_of(const struct file *file, uint64_t said)
{
	uint64_t end = 0;

	if (said > 0)
		return said;
	for (guint i = 0; i < file->entries->len; i++) {
		const struct entry *entry = &g_array_index(file->entries, struct entry, i);

		end = MAX(end, entry->value + MAX(entry->size_bytes, 1));
	}
	return (end + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
}

static void load_table(struct file *file)
{
	uint64_t said_end = 0;
	struct entry entry;
	bool is_sorted = true;
	char *rest, *line;

	file->entries = g_array_new(false, false, sizeof(struct entry));
	if (!file->table_path || !g_file_get_contents(file->table_path, &file->text, NULL, NULL))
		return;
	rest = file->text;
	while ((line = strsep(&rest, "\n"))) {
		if (g_str_has_prefix(line, END_MARK))
			said_end = g_ascii_strtoull(line + strlen(END_MARK), NULL, 16);
		if (!parse_entry(line, &entry))
			continue;
		if (file->entries->len)
			is_sorted &=
				g_array_index(file->entries, struct entry, file->entries->len - 1)
					.value <= entry.value;
		g_array_append_val(file->entries, entry);
	}
	if (!is_sorted)
		g_array_sort(file->entries, compare_entries);
	file->end = end_of(file, said_end);
}

static void need_table(struct file *file)
{
	if (g_once_init_enter(&file->once)) {
		load_table(file);
		g_once_init_leave(&file->once, 1);
	}
}

/* Index behind the last entry whose value is at most @value. */
static guint upper_bound(const GArray *entries, uint64_t value)
{
	guint low = 0, high = entries->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(entries, struct entry, middle).value <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* An entry without a size reaches up to the next one, unless one before it says that it covers the
 * value. */
static const struct entry *find_entry(struct file *file, uint64_t value)
{
	const struct entry *last;
	guint end;

	need_table(file);
	end = upper_bound(file->entries, value);
	for (guint i = end; i > 0 && end - i < MAX_BACK; i--) {
		const struct entry *entry = &g_array_index(file->entries, struct entry, i - 1);

		if (value - entry->value < entry->size_bytes)
			return entry;
	}
	last = end > 0 ? &g_array_index(file->entries, struct entry, end - 1) : NULL;
	return last && last->size_bytes == 0 ? last : NULL;
}

static const struct mapping *find_mapping(const GArray *mappings, uint64_t address)
{
	for (guint i = 0; mappings && i < mappings->len; i++) {
		const struct mapping *mapping = &g_array_index(mappings, struct mapping, i);

		if (address >= mapping->begin && address < mapping->end)
			return mapping;
	}
	return NULL;
}

/* A table has thousands of names, and few of them are asked for, again and again. */
static const char *name_for_people(struct ww_symbols *symbols, const char *name)
{
	gpointer known;

	if (name[0] != '_')
		return name;
	g_mutex_lock(&symbols->lock);
	if (!g_hash_table_lookup_extended(symbols->names, name, NULL, &known)) {
		known = ww_demangle(name);
		g_hash_table_insert(symbols->names, (gpointer)(uintptr_t)name, known);
	}
	g_mutex_unlock(&symbols->lock);
	return known ? known : name;
}

/* Programs have the lower half of the addresses, the kernel the upper one. */
static bool is_kernel(uint64_t address)
{
	return address >> 63;
}

/* The table holds only what occurred, so beyond a function nothing is known. */
static bool find_kernel(struct ww_symbols *symbols, uint64_t address, struct ww_symbol *symbol)
{
	struct file *kernel = g_hash_table_lookup(symbols->files, KERNEL);
	const struct entry *entry = kernel ? find_entry(kernel, address) : NULL;

	if (!entry)
		return false;
	*symbol = (struct ww_symbol){
		.name = name_for_people(symbols, entry->name),
		.module = kernel->path,
		.offset = address - entry->value,
	};
	return true;
}

static bool is_in_file(struct file *file, uint64_t value)
{
	need_table(file);
	return value < file->end;
}

bool ww_symbols_find(struct ww_symbols *symbols, int32_t pid, uint64_t address,
		     struct ww_symbol *symbol)
{
	gpointer key = GINT_TO_POINTER(pid);
	const struct mapping *mapping =
		find_mapping(g_hash_table_lookup(symbols->processes, key), address);
	const struct entry *entry;
	uint64_t value;

	if (is_kernel(address))
		return find_kernel(symbols, address, symbol);
	if (!mapping)
		mapping = find_mapping(g_hash_table_lookup(symbols->reported, key), address);
	if (!mapping)
		return false;
	value = address - mapping->base;
	if (mapping->is_bss && !is_in_file(mapping->file, value))
		return false;
	entry = find_entry(mapping->file, value);
	*symbol = (struct ww_symbol){
		.name = entry ? name_for_people(symbols, entry->name) : NULL,
		.module = mapping->file->path,
		.offset = entry ? value - entry->value : value,
	};
	return true;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * This very program as the process to be named: its addresses are known, and the copied files must
 * lead back to the names by the formula of tracer/symbols.h.
 */
#include "tracer/symbols.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tracer/symbols-elf.h"

static pthread_mutex_t lock_in_data = { .__data = { .__kind = PTHREAD_MUTEX_RECURSIVE_NP } };
static char buffer_in_bss[3 * 65536];

G_GNUC_NO_INLINE static int function_in_text(int number)
{
	return number * 7 + (int)lock_in_data.__data.__kind + buffer_in_bss[number];
}

static char *read_file(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, "symbols", name, NULL);
	g_autoptr(GError) error = NULL;
	char *text;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return text;
}

/* The file that owns @address: of the mapping around it, or before an anonymous one that continues
 * it. */
static char *path_of(const char *maps, uint64_t address)
{
	g_auto(GStrv) lines = g_strsplit(maps, "\n", -1);
	g_autofree char *path = NULL;
	uint64_t last_end = 0;

	for (int i = 0; lines[i] && *lines[i]; i++) {
		uint64_t begin, end;
		int at = 0;

		g_assert_cmpint(sscanf(lines[i], "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %*s %n",
				       &begin, &end, &at),
				==, 2);
		if (lines[i][at] || begin != last_end) {
			g_free(path);
			path = g_strdup(lines[i] + at);
		}
		last_end = end;
		if (address >= begin && address < end)
			return g_steal_pointer(&path);
	}
	return NULL;
}

static uint64_t distance_of(const char *maps, const char *path)
{
	g_auto(GStrv) lines = g_strsplit(maps, "\n", -1);

	for (int i = 0; lines[i] && *lines[i]; i++) {
		uint64_t begin, offset;
		char rights[5];

		g_assert_cmpint(
			sscanf(lines[i], "%" SCNx64 "-%*x %4s %" SCNx64, &begin, rights, &offset),
			==, 3);
		if (rights[2] == 'x' && g_str_has_suffix(lines[i], path))
			return begin - offset;
	}
	g_assert_not_reached();
}

/* The line of symbols/files for @path: its identity, and its bias in @bias. */
static char *file_id(const char *files, const char *path, int64_t *bias)
{
	g_auto(GStrv) lines = g_strsplit(files, "\n", -1);

	for (int i = 0; lines[i] && *lines[i]; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], " ", 3);

		if (strcmp(fields[2], path) == 0) {
			*bias = (int64_t)g_ascii_strtoull(fields[1], NULL, 16);
			return g_strdup(fields[0]);
		}
	}
	return NULL;
}

/* "KIND NAME" of the symbol around @value, NULL without one. */
static char *symbol_at(const char *text, uint64_t value)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	uint64_t last = 0;
	char *found = NULL;

	for (int i = 0; lines[i] && *lines[i]; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], " ", 4);
		uint64_t begin = g_ascii_strtoull(fields[0], NULL, 16);
		uint64_t size = g_ascii_strtoull(fields[1], NULL, 16);

		g_assert_cmpuint(begin, >=, last);
		last = begin;
		if (!found && value >= begin && value < begin + size)
			found = g_strconcat(fields[2], " ", fields[3], NULL);
	}
	return found;
}

static char *name_of(const char *directory, const void *pointer)
{
	g_autofree char *maps_name = g_strdup_printf("maps-%d", (int)getpid());
	g_autofree char *maps = read_file(directory, maps_name);
	g_autofree char *files = read_file(directory, "files");
	uint64_t address = (uint64_t)(uintptr_t)pointer;
	g_autofree char *path = path_of(maps, address);
	g_autofree char *id = NULL;
	g_autofree char *table = NULL;
	g_autofree char *text = NULL;
	int64_t bias = 0;

	g_assert_nonnull(path);
	id = file_id(files, path, &bias);
	g_assert_nonnull(id);
	table = g_strconcat(id, ".symbols", NULL);
	text = read_file(directory, table);
	return symbol_at(text, address - (distance_of(maps, path) - (uint64_t)bias));
}

static void assert_name(const char *directory, const void *pointer, const char *expected)
{
	g_autofree char *name = name_of(directory, pointer);

	g_assert_cmpstr(name, ==, expected);
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);

		remove_tree(inner);
	}
	g_remove(path);
}

static char *record_ourselves(void)
{
	g_autoptr(GError) error = NULL;
	char *directory = g_dir_make_tmp("whywait-symbols-XXXXXX", &error);
	ww_auto(symbols) symbols = NULL;

	g_assert_no_error(error);
	symbols = ww_symbols_new(directory, &error);
	g_assert_no_error(error);
	ww_symbols_take_maps(symbols, getpid());
	ww_symbols_take_maps(symbols, 0x3fffff);
	ww_symbols_take_maps(symbols, getpid());
	g_assert_true(ww_symbols_finish(symbols, &error));
	g_assert_no_error(error);
	return directory;
}

static void test_names(void)
{
	g_autofree char *directory = record_ourselves();

	g_assert_cmpint(function_in_text(1), ==, 7 + PTHREAD_MUTEX_RECURSIVE_NP);
	assert_name(directory, (const char *)function_in_text + 1, "f function_in_text");
	assert_name(directory, &lock_in_data, "o lock_in_data");
	assert_name(directory, buffer_in_bss, "o buffer_in_bss");
	assert_name(directory, buffer_in_bss + sizeof(buffer_in_bss) - 1, "o buffer_in_bss");
	assert_name(directory, dlsym(RTLD_DEFAULT, "strtod"), "f strtod");
	remove_tree(directory);
}

/* Where the linker says that our own .bss ends. */
static void test_end(void)
{
	extern const char end_of_program[] __asm__("_end");
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	ww_auto(elf_symbols) self = ww_elf_symbols_read(program);
	g_autofree char *maps = NULL;
	uint64_t end;

	g_assert_true(g_file_get_contents("/proc/self/maps", &maps, NULL, NULL));
	g_assert_cmpint(sscanf(self->text->str, "# end %" SCNx64 "\n", &end), ==, 1);
	g_assert_cmphex(end, ==,
			(uint64_t)(uintptr_t)end_of_program -
				(distance_of(maps, program) - (uint64_t)self->load_bias));
}

static void test_gone_process(void)
{
	g_autofree char *directory = record_ourselves();
	g_autofree char *maps = g_build_filename(directory, "symbols", "maps-4194303", NULL);

	g_assert_false(g_file_test(maps, G_FILE_TEST_EXISTS));
	remove_tree(directory);
}

static void test_no_directory(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(ww_symbols_new("/nonexistent/trace", &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, "/nonexistent/trace/symbols"));
}

static void run(const char *const *argv)
{
	g_autoptr(GError) error = NULL;
	int status;

	g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		     NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
}

static bool names_this_test(const char *path)
{
	ww_auto(elf_symbols) symbols = ww_elf_symbols_read(path);

	g_assert_nonnull(symbols);
	return strstr(symbols->text->str, " f test_debuginfod\n");
}

/* What was stripped from this very program comes back from a server, which a directory can be, and
 * only when the environment asks for it. */
static void test_debuginfod(void)
{
	g_autofree char *directory = g_dir_make_tmp("whywait-test-XXXXXX", NULL);
	g_autofree char *stripped = g_build_filename(directory, "stripped", NULL);
	g_autofree char *cache = g_build_filename(directory, "cache", NULL);
	g_autofree char *url = g_strconcat("file://", directory, NULL);
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	ww_auto(elf_symbols) self = ww_elf_symbols_read(program);
	g_autofree char *place = g_build_filename(directory, "buildid", self->id, NULL);
	g_autofree char *debug = g_build_filename(place, "debuginfo", NULL);
	const char *const strip[] = { "strip", "-o", stripped, program, NULL };
	const char *const keep[] = { "objcopy", "--only-keep-debug", program, debug, NULL };

	g_assert_cmpint(g_mkdir_with_parents(place, 0755), ==, 0);
	run(strip);
	run(keep);
	g_setenv("DEBUGINFOD_CACHE_PATH", cache, TRUE);
	g_unsetenv("DEBUGINFOD_URLS");
	g_assert_false(names_this_test(stripped));
	g_setenv("DEBUGINFOD_URLS", url, TRUE);
	if (!WW_HAS_DEBUGINFOD)
		g_test_skip("built without libdebuginfod");
	else
		g_assert_true(names_this_test(stripped));
	g_unsetenv("DEBUGINFOD_URLS");
	remove_tree(directory);
}

int main(int argc, char **argv)
{
	g_unsetenv("DEBUGINFOD_URLS");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/symbols/names", test_names);
	g_test_add_func("/symbols/end", test_end);
	g_test_add_func("/symbols/gone-process", test_gone_process);
	g_test_add_func("/symbols/no-directory", test_no_directory);
	g_test_add_func("/symbols/debuginfod", test_debuginfod);
	return g_test_run();
}

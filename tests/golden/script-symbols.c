// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of the kernel's functions, as a trace on disk has them. */
#include <glib/gstdio.h>

#include "analysis/read/symbols.h"
#include "analysis/trace-private.h"
#include "tests/golden/script-line.h"

#define FUNCTION_BYTES 0x10

static char *table_of(GHashTable *symbols, uint64_t *first)
{
	GString *text = g_string_new(NULL);
	GHashTableIter iter;
	void *address, *name;

	g_hash_table_iter_init(&iter, symbols);
	while (g_hash_table_iter_next(&iter, &address, &name)) {
		*first = GPOINTER_TO_SIZE(address);
		g_string_append_printf(text, "%zx %x f %s\n", GPOINTER_TO_SIZE(address),
				       FUNCTION_BYTES, (const char *)name);
	}
	return g_string_free(text, false);
}

static void take_table(struct ww_trace *trace, const char *directory, const char *table,
		       uint64_t first)
{
	g_autofree char *folder = g_build_filename(directory, "symbols", NULL);
	g_autofree char *path = g_build_filename(folder, "kernel", NULL);
	struct ww_symbol symbol;

	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, table, -1, NULL));
	trace->symbols = ww_symbols_open(directory);
	trace->symbols_free = ww_symbols_close;
	/* It is read with the first question. */
	ww_symbols_find(trace->symbols, 0, first, &symbol);
	g_unlink(path);
	g_rmdir(folder);
}

void ww_script_name_kernel(struct ww_trace *trace, GHashTable *symbols)
{
	g_autofree char *directory = NULL;
	g_autofree char *table = NULL;
	uint64_t first = 0;

	if (g_hash_table_size(symbols) == 0)
		return;
	directory = g_dir_make_tmp("script-XXXXXX", NULL);
	table = table_of(symbols, &first);
	take_table(trace, directory, table, first);
	g_rmdir(directory);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib/gstdio.h>

#include "analysis/read/symbols.h"

static const char files[] = "aa11 0 /usr/bin/server\n"
			    "bb22 1000 /usr/lib/libpool.so.1\n"
			    "../evil 0 /usr/lib/evil.so\n"
			    "short line\n";

/* The program is not position independent; the library's code begins at offset 0x1000 with bias
 * 0x1000. */
static const char maps[] =
	"00400000-00401000 r--p 00000000 08:01 7          /usr/bin/server\n"
	"00401000-00402000 r-xp 00001000 08:01 7          /usr/bin/server\n"
	"00402000-00403000 rw-p 00001000 08:01 7          /usr/bin/server\n"
	"00403000-00425000 rw-p 00000000 00:00 0 \n"
	"01000000-01021000 rw-p 00000000 00:00 0          [heap]\n"
	"7f0000000000-7f0000001000 r--p 00000000 08:01 9  /usr/lib/libpool.so.1\n"
	"7f0000001000-7f0000003000 r-xp 00001000 08:01 9  /usr/lib/libpool.so.1 (deleted)\n"
	"7f0000003000-7f0000010000 rw-p 00000000 00:00 0 \n"
	"7f0000010000-7f0000020000 r-xp 00000000 08:01 9  /usr/lib/no table.so\n"
	"rubbish\n";

static const char server[] = "1100 20 f main\n"
			     "1200 20 f _ZN4pool4takeEm\n"
			     "2010 8 o cache_lock\n"
			     "3000 0 o tail\n";

/* Not in order, and one symbol inside another. */
static const char pool[] = "# end 4010\n"
			   "2800 10 f pool_get\n"
			   "2000 100 f pool_init\n"
			   "2040 4 f inner\n"
			   "2900 40 o pool_state\n"
			   "2900 0 o __TMC_END__\n"
			   "nonsense\n";

static const char kernel[] = "# 0123abcd\n"
			     "ffffffff81000100 40 f io_schedule\n"
			     "ffffffffc0000040 8 f ext4_sync_file\n";

static char *write_symbols(void)
{
	char *trace = g_dir_make_tmp("whywait-symbols-XXXXXX", NULL);
	g_autofree char *directory = g_build_filename(trace, "symbols", NULL);
	const struct {
		const char *name, *text;
	} written[] = { { "files", files },
			{ "maps-42", maps },
			{ "kernel", kernel },
			{ "aa11.symbols", server },
			{ "bb22.symbols", pool } };

	g_assert_cmpint(g_mkdir(directory, 0700), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autofree char *path = g_build_filename(directory, written[i].name, NULL);

		g_assert_true(g_file_set_contents(path, written[i].text, -1, NULL));
	}
	return trace;
}

static void remove_symbols(char *trace)
{
	static const char *const names[] = { "files",        "kernel",       "maps-42",
					     "aa11.symbols", "bb22.symbols", "" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(trace, "symbols", names[i], NULL);

		g_remove(path);
	}
	g_rmdir(trace);
	g_free(trace);
}

static const struct {
	uint64_t address;
	const char *name, *module;
	uint64_t offset;
} known[] = {
	{ 0x400000 + 0x1100, "main", "/usr/bin/server", 0 },
	{ 0x400000 + 0x111f, "main", "/usr/bin/server", 0x1f },
	{ 0x400000 + 0x1120, NULL, "/usr/bin/server", 0x1120 },
	{ 0x400000 + 0x1204, "pool::take", "/usr/bin/server", 4 },
	/* data lies one page further in memory than in the file, and the distance is the code's all
	   the same */
	{ 0x400000 + 0x2010, "cache_lock", "/usr/bin/server", 0 },
	/* .bss behind the file's last mapping; a symbol without a size reaches to the end */
	{ 0x400000 + 0x3008, "tail", "/usr/bin/server", 8 },
	{ 0x7f0000000000 + 0x1000, "pool_init", "/usr/lib/libpool.so.1", 0 },
	{ 0x7f0000000000 + 0x1042, "inner", "/usr/lib/libpool.so.1", 2 },
	{ 0x7f0000000000 + 0x1050, "pool_init", "/usr/lib/libpool.so.1", 0x50 },
	{ 0x7f0000000000 + 0x1808, "pool_get", "/usr/lib/libpool.so.1", 8 },
	/* the linker's own mark lies where the object does, and covers nothing */
	{ 0x7f0000000000 + 0x1908, "pool_state", "/usr/lib/libpool.so.1", 8 },
	{ 0x7f0000010123, NULL, "/usr/lib/no table.so", 0x123 },
};

static void test_find(void)
{
	char *trace = write_symbols();
	struct ww_symbols *symbols = ww_symbols_open(trace);
	struct ww_symbol symbol;

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		g_test_message("0x%lx", (unsigned long)known[i].address);
		g_assert_true(ww_symbols_find(symbols, 42, known[i].address, &symbol));
		g_assert_cmpstr(symbol.name, ==, known[i].name);
		g_assert_cmpstr(symbol.module, ==, known[i].module);
		g_assert_cmphex(symbol.offset, ==, known[i].offset);
	}
	/* a heap right behind a file's .bss is none of it: by what the file says, else by pages */
	g_assert_true(ww_symbols_find(symbols, 42, 0x7f000000300f, &symbol));
	g_assert_false(ww_symbols_find(symbols, 42, 0x7f0000003010, &symbol));
	g_assert_true(ww_symbols_find(symbols, 42, 0x403fff, &symbol));
	g_assert_false(ww_symbols_find(symbols, 42, 0x404000, &symbol));
	/* a heap names nothing; another process is another world */
	g_assert_false(ww_symbols_find(symbols, 42, 0x1000010, &symbol));
	g_assert_false(ww_symbols_find(symbols, 42, 0x12, &symbol));
	g_assert_false(ww_symbols_find(symbols, 43, 0x401100, &symbol));
	ww_symbols_close(symbols);
	remove_symbols(trace);
}

/* Functions of the kernel are the same in every process, known or not. */
static void test_kernel(void)
{
	char *trace = write_symbols();
	struct ww_symbols *symbols = ww_symbols_open(trace);
	struct ww_symbol symbol;

	g_assert_true(ww_symbols_find(symbols, 42, 0xffffffff8100013f, &symbol));
	g_assert_cmpstr(symbol.name, ==, "io_schedule");
	g_assert_cmpstr(symbol.module, ==, "[kernel]");
	g_assert_cmphex(symbol.offset, ==, 0x3f);
	g_assert_true(ww_symbols_find(symbols, 99, 0xffffffffc0000040, &symbol));
	g_assert_cmpstr(symbol.name, ==, "ext4_sync_file");
	g_assert_false(ww_symbols_find(symbols, 42, 0xffffffff81000140, &symbol));
	g_assert_false(ww_symbols_find(symbols, 42, 0xffffffff81000000, &symbol));
	ww_symbols_close(symbols);
	remove_symbols(trace);
}

static void test_modules(void)
{
	char *trace = write_symbols();
	struct ww_symbols *symbols = ww_symbols_open(trace);
	struct ww_symbol symbol;

	ww_symbols_add_module(symbols, 43, 0x7e0000000000, 0x5000, "/usr/lib/libpool.so.1");
	ww_symbols_add_module(symbols, 43, 0x400000, 0x5000, "/usr/bin/other");
	ww_symbols_add_module(symbols, 43, UINT64_MAX, 0x5000, "/usr/bin/overflow");
	ww_symbols_add_module(symbols, 42, 0x7e0000000000, 0x5000, "/not/used");
	g_assert_true(ww_symbols_find(symbols, 43, 0x7e0000002801, &symbol));
	g_assert_cmpstr(symbol.name, ==, "pool_get");
	g_assert_cmphex(symbol.offset, ==, 1);
	g_assert_true(ww_symbols_find(symbols, 43, 0x400010, &symbol));
	g_assert_null(symbol.name);
	g_assert_cmpstr(symbol.module, ==, "/usr/bin/other");
	g_assert_false(ww_symbols_find(symbols, 42, 0x7e0000000010, &symbol));
	ww_symbols_close(symbols);
	remove_symbols(trace);
}

static void test_nothing(void)
{
	struct ww_symbols *symbols = ww_symbols_open("/nonexistent");
	struct ww_symbol symbol;

	g_assert_false(ww_symbols_find(symbols, 1, 0x1000, &symbol));
	ww_symbols_close(symbols);
	ww_symbols_close(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/addresses/find", test_find);
	g_test_add_func("/addresses/kernel", test_kernel);
	g_test_add_func("/addresses/modules", test_modules);
	g_test_add_func("/addresses/nothing", test_nothing);
	return g_test_run();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/wire.h"
#include "tracer/kernel-symbols.h"

static const char kallsyms[] = "ffffffff81000000 T _stext\n"
			       "ffffffff81000000 T _text\n"
			       "ffffffff81000100 t io_schedule\n"
			       "ffffffff81000300 T schedule\n"
			       "ffffffff81000300 T schedule_alias\n"
			       "ffffffff82000000 D jiffies\n"
			       "ffffffffc0000000 t hidden [ext4]\n"
			       "ffffffffc0000040 t ext4_sync_file\t[ext4]\n"
			       "0000000000000000 T zero\n"
			       "broken\n";

static const uint8_t notes[] = {
	6, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 'L', 'i', 'n', 'u', 'x',  0,    0,    0,
	9, 0, 0, 0, /* another */
	4, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0,   0xab, 0x01, 0xff, 0,
};

static char *text_of(const struct ww_kernel_symbols *symbols, const char *table)
{
	g_autofree char *copy = g_strdup(table);

	return ww_kernel_symbols_text(symbols, copy, notes, sizeof(notes));
}

/* Every kind of record that has an address of the kernel; user frames and other kinds do not. */
static void note_records(struct ww_kernel_symbols *symbols)
{
	const struct ww_wire_frames kernel = { .id = WW_WIRE_ID_FRAMES,
					       .kind = WW_WIRE_STACK_KERNEL,
					       .frame0 = 0xffffffff81000150,
					       .frame7 = 0xffffffff810003f0 };
	const struct ww_wire_frames user = { .id = WW_WIRE_ID_FRAMES,
					     .kind = WW_WIRE_STACK_USER,
					     .frame0 = 0xffffffff81000000 };
	const struct ww_wire_work_begin work = { .id = WW_WIRE_ID_WORK_BEGIN,
						 .function = 0xffffffffc0000040 };
	const struct ww_wire_switch other = { .id = WW_WIRE_ID_SWITCH,
					      .syscall_arg0 = 0xffffffff81000000 };

	ww_kernel_symbols_note(symbols, &kernel);
	ww_kernel_symbols_note(symbols, &user);
	ww_kernel_symbols_note(symbols, &work);
	ww_kernel_symbols_note(symbols, &other);
}

static void test_text(void)
{
	ww_auto(kernel_symbols) symbols = ww_kernel_symbols_new();
	g_autofree char *text = NULL;

	note_records(symbols);
	text = text_of(symbols, kallsyms);
	g_assert_cmpstr(text, ==,
			"# ab01ff\n"
			"ffffffff81000100 200 f io_schedule\n"
			"ffffffff81000300 3efffd00 f schedule\n"
			"ffffffffc0000040 0 f ext4_sync_file\n");
}

/* Addresses are zero for those who may not see them, and then nothing is written. */
static void test_hidden(void)
{
	ww_auto(kernel_symbols) symbols = ww_kernel_symbols_new();
	g_autofree char *nothing = text_of(symbols, kallsyms);
	g_autofree char *hidden = NULL, *empty = NULL;

	g_assert_null(nothing);
	note_records(symbols);
	hidden = text_of(symbols, "0000000000000000 T a\n0000000000000000 T b\n");
	g_assert_null(hidden);
	empty = text_of(symbols, "");
	g_assert_null(empty);
}

static void test_interrupt(void)
{
	ww_auto(kernel_symbols) symbols = ww_kernel_symbols_new();
	const struct ww_wire_interrupt timer = { .id = WW_WIRE_ID_INTERRUPT,
						 .function = 0xffffffff81000100 };
	const struct ww_wire_interrupt nameless = { .id = WW_WIRE_ID_INTERRUPT };
	g_autofree char *text = NULL;

	ww_kernel_symbols_note(symbols, &timer);
	ww_kernel_symbols_note(symbols, &nameless);
	text = text_of(symbols, kallsyms);
	g_assert_cmpstr(text, ==, "# ab01ff\nffffffff81000100 200 f io_schedule\n");
}

/* Cut notes and sizes that lead nowhere give no build-id, and nothing is read beyond them. */
static void test_bad_notes(void)
{
	ww_auto(kernel_symbols) symbols = ww_kernel_symbols_new();
	uint8_t huge[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0 };

	note_records(symbols);
	for (size_t n_bytes = 0; n_bytes < sizeof(notes) - 4; n_bytes++) {
		g_autofree uint8_t *cut = g_memdup2(notes, n_bytes);
		g_autofree char *copy = g_strdup(kallsyms);
		g_autofree char *text = ww_kernel_symbols_text(symbols, copy, cut, n_bytes);

		g_assert_true(g_str_has_prefix(text, "# \n"));
	}
	g_autofree char *copy = g_strdup(kallsyms);
	g_autofree char *text = ww_kernel_symbols_text(symbols, copy, huge, sizeof(huge));

	g_assert_true(g_str_has_prefix(text, "# \n"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kernel-symbols/text", test_text);
	g_test_add_func("/kernel-symbols/hidden", test_hidden);
	g_test_add_func("/kernel-symbols/interrupt", test_interrupt);
	g_test_add_func("/kernel-symbols/bad-notes", test_bad_notes);
	return g_test_run();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols/kernel: names of those functions of the kernel whose addresses are in the records.
 *
 * All of them would be 5 MB; the few that occur are a few KB. The first line is "# BUILDID"; then,
 * as in the tables of programs, a line per symbol by value: "VALUE SIZE f NAME". Where the kernel
 * hides its addresses from this user there is no such file. One thread at a time.
 */
#ifndef WW_TRACER_KERNEL_SYMBOLS_H
#define WW_TRACER_KERNEL_SYMBOLS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_kernel_symbols;

struct ww_kernel_symbols *ww_kernel_symbols_new(void);
void ww_kernel_symbols_free(struct ww_kernel_symbols *symbols); /* NULL is fine */
WW_DEFINE_AUTO(kernel_symbols)

/* Any record of base/wire.h: remembers the functions of the kernel that it names. */
void ww_kernel_symbols_note(struct ww_kernel_symbols *symbols, const void *record);

/*
 * The text of symbols/kernel by @kallsyms (the text of /proc/kallsyms) and @notes (of
 * /sys/kernel/notes, NULL is fine); NULL when none of the addresses has a name. Changes @kallsyms.
 * Free with g_free.
 */
char *ww_kernel_symbols_text(const struct ww_kernel_symbols *symbols, char *kallsyms,
			     const uint8_t *notes, size_t n_notes_bytes);

/* Begins to read this machine's /proc/kallsyms, which takes 60 ms, on a thread of its own that runs
 * only while nobody else wants to. */
void ww_kernel_symbols_prepare(struct ww_kernel_symbols *symbols);

/* Writes DIRECTORY/symbols/kernel of this machine, if there is anything to name. */
bool ww_kernel_symbols_write(struct ww_kernel_symbols *symbols, const char *directory,
			     GError **error);

#endif

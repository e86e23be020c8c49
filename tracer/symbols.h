/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols/: what names the addresses of a trace, so that it explains itself on another machine.
 *
 *     symbols/maps-PID            /proc/PID/maps as the kernel wrote it, the newest copy seen
 *     symbols/BUILDID.symbols     "# end VALUE", where its segments end in memory; then one text
 *                                 line per symbol of a mapped file: "VALUE SIZE f|o NAME",
 *                                 hexadecimal, by value
 *     symbols/files               one text line per mapped file: "BUILDID LOAD-BIAS PATH"
 *
 * A file without a build-id is named by a hash of its path. LOAD-BIAS is the vaddr minus the file
 * offset of its first executable segment, hexadecimal.
 *
 * One distance per process and file serves code and data, because segments differ in vaddr minus
 * offset, but the loader moves a file as a whole: with START and OFFSET of the file's first
 * executable mapping,
 *
 *     VALUE = address - (START - OFFSET - LOAD-BIAS)
 *
 * An anonymous mapping that begins where a mapping of the file ends is the rest of its .bss up to
 * the end VALUE and belongs to the file so far. Example: 7f31a0022000-7f31a0177000 r-xp 00022000 of
 * a file with bias 0 puts VALUE 0x1d2c60 at 7f31a01d2c60.
 */
#ifndef WW_TRACER_SYMBOLS_H
#define WW_TRACER_SYMBOLS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_symbols;

/* @directory is the trace directory; symbols/ is made in it. NULL: the newest copies of maps stay
 * in memory, 8 MiB of them, until ww_symbols_write(). */
struct ww_symbols *ww_symbols_new(const char *directory, GError **error);
void ww_symbols_free(struct ww_symbols *symbols); /* NULL is fine */
WW_DEFINE_AUTO(symbols)

/*
 * Copies the maps of @pid; false for a process that is gone. Cheap enough for a few times a second.
 * This one and the two below may be called by several threads.
 */
bool ww_symbols_take_maps(struct ww_symbols *symbols, int32_t pid);

/* @pid, a copy of @parent_pid made at @forked_ns (CLOCK_MONOTONIC) that nobody could look at, gets
 * what its parent has now; one that was looked at keeps what it has. */
void ww_symbols_inherit_maps(struct ww_symbols *symbols, int32_t pid, int32_t parent_pid,
			     int64_t forked_ns);

/* What was copied of @pid before @time_ns (CLOCK_MONOTONIC) was another program's. */
void ww_symbols_drop_maps(struct ww_symbols *symbols, int32_t pid, int64_t time_ns);

/* With copies in memory: makes @directory/symbols and writes it whole. May be called again. */
bool ww_symbols_write(struct ww_symbols *symbols, const char *directory, GError **error);

/* Writes the symbol tables of every file that any copied map names. */
bool ww_symbols_finish(struct ww_symbols *symbols, GError **error);

/*
 * Sentences, one for each file that brings an allocator of its own into a process that has the
 * hooks, which leave it alone; as known from the last time symbols were written. Borrowed.
 */
const GPtrArray *ww_symbols_allocators(const struct ww_symbols *symbols);

#endif

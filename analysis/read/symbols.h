/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for addresses, from the symbols/ directory of a trace (its format: tracer/symbols.h).
 *
 * Maps are read when the trace is opened, symbol tables when the first address of their file is
 * asked for. Once opened and its modules added, any thread may ask. A file that is missing or
 * damaged costs names, never the trace.
 */
#ifndef WW_ANALYSIS_READ_SYMBOLS_H
#define WW_ANALYSIS_READ_SYMBOLS_H

#include "analysis/trace.h"

struct ww_symbols;

/* Never NULL; without symbols/ it knows nothing. */
struct ww_symbols *ww_symbols_open(const char *trace_directory);
void ww_symbols_close(struct ww_symbols *symbols); /* NULL is fine */

/* A program or library in @pid as the program itself reported it; used where no copy of the maps
 * is. Before sharing. */
void ww_symbols_add_module(struct ww_symbols *symbols, int32_t pid, uint64_t base,
			   uint64_t size_bytes, const char *path);

/* False when nothing known lies at @address. The strings live as long as @symbols. */
bool ww_symbols_find(struct ww_symbols *symbols, int32_t pid, uint64_t address,
		     struct ww_symbol *symbol);

#endif

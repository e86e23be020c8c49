/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names in one ELF file, as the trace keeps them. Any thread.
 */
#ifndef WW_TRACER_SYMBOLS_ELF_H
#define WW_TRACER_SYMBOLS_ELF_H

#include <glib.h>
#include <stdint.h>

#include "base/auto.h"

struct ww_elf_symbols {
	char *id;          /* build-id in hexadecimal, or a hash of the path */
	int64_t load_bias; /* vaddr minus file offset of the first executable segment */
	GString *text; /* "# end VALUE", then lines "VALUE SIZE f|o NAME", hexadecimal, by value */
	/* A function by which the file brings a memory allocator of its own, as the C library does
	 * too; static. NULL: none */
	const char *allocator;
};

/*
 * Functions and objects of .symtab, or of .dynsym where a file is stripped and of what debuginfod.h
 * finds for it. NULL for what is not an
 * ELF file of 32 or 64 bits that can be read.
 */
struct ww_elf_symbols *ww_elf_symbols_read(const char *path);
void ww_elf_symbols_free(struct ww_elf_symbols *symbols); /* NULL is fine */
WW_DEFINE_AUTO(elf_symbols)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of CTF 1.8 metadata that says how packets begin: the fixed integers of packet.header and
 * packet.context.
 *
 * Everything is skipped that does not lay these out. What follows a field of varying length has no
 * fixed place and is left out; so is all of a structure whose types are not understood.
 */
#ifndef WW_ANALYSIS_READ_TSDL_H
#define WW_ANALYSIS_READ_TSDL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"

enum ww_tsdl_order {
	WW_TSDL_NATIVE, /* the trace's */
	WW_TSDL_LITTLE,
	WW_TSDL_BIG,
};

struct ww_tsdl_int {
	const char *name;
	uint32_t offset_bits; /* from the start of its structure */
	uint32_t n_bits;      /* at most 64 */
	enum ww_tsdl_order order;
};

struct ww_tsdl_struct {
	GArray *ints; /* struct ww_tsdl_int */
	uint32_t align_bits;
	uint32_t size_bits; /* up to the first field of varying length */
	bool is_fixed;      /* no field is of varying length */
	bool is_known;      /* every type was understood */
};

struct ww_tsdl {
	enum ww_tsdl_order order;
	const struct ww_tsdl_struct *header; /* NULL when the trace has none */
	GHashTable *contexts; /* stream id (guint64 *) -> const struct ww_tsdl_struct *, NULL when
				 it has none */
	GHashTable *aliases;  /* "unsigned long", "struct packet" -> struct type * */
	GPtrArray *structs;
	GStringChunk *names;
};

/* NULL when @metadata is not of a shape that this parser knows. */
struct ww_tsdl *ww_tsdl_parse(const char *metadata);
void ww_tsdl_free(struct ww_tsdl *tsdl); /* NULL is fine */
WW_DEFINE_AUTO(tsdl)

/* NULL when @structure (NULL is fine) has no such integer at a fixed place. */
const struct ww_tsdl_int *ww_tsdl_find(const struct ww_tsdl_struct *structure, const char *name);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The metadata of CTF 1.8, as types.
 *
 * Two readers with two demands. Whoever only counts packets needs packet.header and packet.context, and everything else is
 * skipped, whatever it is. Whoever decodes events must have understood all of it: @is_whole says so, and is false as soon as
 * one word was not. Input is hostile until proven otherwise: depth, sizes and counts are limited.
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

enum ww_tsdl_class {
	WW_TSDL_UNKNOWN,
	WW_TSDL_INT, /* an enumeration is one that has labels */
	WW_TSDL_FLOAT,
	WW_TSDL_STRING,
	WW_TSDL_STRUCT,
	WW_TSDL_VARIANT,
};

/* A place that never changes, from the start of its structure. */
struct ww_tsdl_int {
	const char *name;
	uint32_t offset_bits;
	uint32_t n_bits; /* at most 64 */
	enum ww_tsdl_order order;
};

struct ww_tsdl_label {
	const char *name;
	int64_t first, last;
};

struct ww_tsdl_struct;

/* A value: all it points at lives as long as its struct ww_tsdl. */
struct ww_tsdl_type {
	enum ww_tsdl_class class;
	enum ww_tsdl_order order;
	bool is_signed;
	bool is_utf8;      /* its arrays are texts */
	bool is_fixed;     /* never another length than @n_bits */
	const char *clock; /* the clock that it is a value of; NULL: none */
	uint64_t n_bits;
	uint32_t align_bits;
	const struct ww_tsdl_struct *structure; /* STRUCT; VARIANT: its options as fields */
	const char *tag;                        /* VARIANT: the field that chooses */
	const GArray *labels;                   /* struct ww_tsdl_label; NULL unless it is an enumeration */
};

struct ww_tsdl_field {
	const char *name;
	struct ww_tsdl_type type; /* of the elements, when it is an array */
	uint8_t n_dimensions;     /* 0: one value */
	uint64_t n_elements;      /* over all dimensions; 0 with @length */
	const char *length;       /* field that holds the number of elements; NULL: @n_elements */
};

struct ww_tsdl_struct {
	GArray *fields; /* struct ww_tsdl_field */
	GArray *ints;   /* struct ww_tsdl_int: those at fixed places */
	uint32_t align_bits;
	uint32_t size_bits; /* up to the first field of varying length */
	bool is_fixed;      /* no field is of varying length */
	bool is_known;      /* every type was understood */
};

struct ww_tsdl_stream {
	uint64_t id;
	/* NULL when it has none */
	const struct ww_tsdl_struct *packet_context, *event_header, *event_context;
};

struct ww_tsdl_event {
	uint64_t id, stream_id;
	const char *name;
	const struct ww_tsdl_struct *context, *payload; /* NULL when it has none */
};

struct ww_tsdl_clock {
	const char *name;
	uint64_t hz;
	int64_t offset_s, offset_cycles;
};

struct ww_tsdl_value {
	const char *text; /* NULL: a number */
	int64_t number;
};

struct ww_tsdl {
	enum ww_tsdl_order order;
	bool is_whole;
	const struct ww_tsdl_struct *header; /* NULL when the trace has none */
	GHashTable *contexts;                /* stream id (guint64 *) -> its packet context, NULL when it has none */
	GArray *streams;                     /* struct ww_tsdl_stream */
	GArray *events;                      /* struct ww_tsdl_event */
	GArray *clocks;                      /* struct ww_tsdl_clock */
	GHashTable *env;                     /* name -> struct ww_tsdl_value * */
	GHashTable *aliases;                 /* "unsigned long", "struct packet" -> struct ww_tsdl_type * */
	GPtrArray *structs;
	GPtrArray *labels; /* GArray * */
	GStringChunk *names;
};

/* NULL when packet.header or a packet.context in @metadata is not of a shape that this parser knows. */
struct ww_tsdl *ww_tsdl_parse(const char *metadata);
void ww_tsdl_free(struct ww_tsdl *tsdl); /* NULL is fine */
WW_DEFINE_AUTO(tsdl)

/* NULL when @structure (NULL is fine) has no such integer at a fixed place. */
const struct ww_tsdl_int *ww_tsdl_find(const struct ww_tsdl_struct *structure, const char *name);

/* The next multiple of @align_bits, a power of two, that is not below @bits. */
static inline uint64_t ww_tsdl_align_up(uint64_t bits, uint32_t align_bits)
{
	return (bits + align_bits - 1) & ~(uint64_t)(align_bits - 1);
}

#endif

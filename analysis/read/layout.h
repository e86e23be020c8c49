/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the metadata of one trace says, compiled: how its packets begin, how its events begin, and a program for each event.
 *
 * There is a layout only for metadata of which every word was understood and which stays within what packets, headers and
 * steps can be: little-endian, one clock in nanoseconds, packets that say their times and sizes. For all else ww_layout_new()
 * says NULL and Babeltrace reads the trace. A layout never changes; any thread may use it.
 */
#ifndef WW_ANALYSIS_READ_LAYOUT_H
#define WW_ANALYSIS_READ_LAYOUT_H

#include "analysis/read/program.h"

#define WW_PLACE_NONE UINT32_MAX
#define WW_HEADER_CASES 4

/* An unsigned integer at a fixed place; offset_bits is WW_PLACE_NONE when there is none. */
struct ww_bits {
	uint32_t offset_bits;
	uint32_t n_bits;
};

/* A part of an event's header: when the tag is within [first, last]. */
struct ww_header_case {
	uint64_t first, last;
	uint32_t align_bits; /* of the part, which begins behind the tag */
	uint32_t n_bits;
	struct ww_bits id, time; /* within the part */
};

/* The header of the events of a stream: its own integers, then one of the cases, if it has any. */
struct ww_header_layout {
	uint32_t align_bits;
	uint32_t n_bits; /* without the case */
	struct ww_bits id, time, tag;
	size_t n_cases;
	struct ww_header_case cases[WW_HEADER_CASES];
	bool is_of_bytes; /* it ends on a byte */
	bool is_own;      /* as of the records of base/wire.h */
};

struct ww_stream_layout {
	uint64_t id;
	uint32_t context_align_bits, context_bits;
	/* of the packet's context */
	struct ww_bits begin, end, content_size, packet_size, sequence, discarded, cpu;
	struct ww_header_layout header;
	struct ww_program **programs; /* by event id, NULL: there is no such event */
	uint64_t n_programs;
};

struct ww_layout {
	struct ww_tsdl *tsdl;
	struct ww_dialect_env env;
	int64_t clock_offset_ns;
	uint32_t header_bits; /* of the packet */
	struct ww_bits magic, stream_id, instance_id;
	GArray *streams; /* struct ww_stream_layout */
	bool has_brackets; /* of interrupts */
};

struct ww_layout *ww_layout_new(const char *metadata);
void ww_layout_free(struct ww_layout *layout); /* NULL is fine */
WW_DEFINE_AUTO(layout)

/* NULL when there is none. */
const struct ww_stream_layout *ww_layout_stream(const struct ww_layout *layout, uint64_t id);

/* A decoder of a record called @name of base/wire.h, when @event lays it out as that does; else NULL. */
ww_direct_decode *ww_direct_find(const struct ww_tsdl_event *event);

#endif

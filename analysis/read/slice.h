/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A slice of a trace's time: what all streams have in it, first as marks, then merged and decoded.
 *
 * Marks are taken from the cursors by one thread after the other, slice after slice. From then on a slice stands for itself:
 * ww_slice_decode() may run on any thread, while others do the same with other slices.
 */
#ifndef WW_ANALYSIS_READ_SLICE_H
#define WW_ANALYSIS_READ_SLICE_H

#include "analysis/read/cursor.h"

#define WW_SLICE_MARKS UINT16_MAX /* at the most: each may be a part of its own */

struct ww_slice_lane; /* slice.c: one stream's part */
struct ww_slice_node;

struct ww_slice {
	struct ww_event *events; /* once decoded: n_marks of them, in order */
	size_t n_marks;
	double fraction; /* of the trace's bytes, up to here */

	const struct ww_dialect_env *env;
	struct ww_packet_pool *pool;
	struct ww_texts texts;
	struct ww_mark *marks;
	size_t max_marks, n_streams;
	uint64_t n_run_bytes; /* of packets that it shares */
	GArray *parts;        /* struct part: runs with their marks */
	struct ww_slice_lane *lanes; /* n_streams */
	struct ww_slice_lane *busy;  /* those that have a part, in the order of the streams */
	size_t n_busy;
	struct ww_slice_node *nodes; /* of the tournament */
	uint32_t *order;             /* max_marks: numbers of marks, when several lanes are busy */
};

/* For @n_streams streams whose order is below that, with room for @max_marks (below WW_SLICE_MARKS). @layout and @pool are borrowed. */
void ww_slice_init(struct ww_slice *slice, const struct ww_layout *layout, struct ww_packet_pool *pool, size_t n_streams,
		   size_t max_marks);
void ww_slice_clear(struct ww_slice *slice);
/* Forgets all that is in it: events and texts too. */
void ww_slice_empty(struct ww_slice *slice);

/* Takes those of @cursor's marks that come before @limit or are it; there is room for them. */
void ww_slice_take(struct ww_slice *slice, struct ww_cursor *cursor, const struct ww_head *limit);

/* Fills its events. Their texts are the slice's, or live as long as the cursors. */
void ww_slice_decode(struct ww_slice *slice);

#endif

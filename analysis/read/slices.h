/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The streams of one trace as decoded slices, one after the other.
 *
 * A slice reaches up to a time at which each of the streams is known well enough. Walking over the headers that far is what one
 * thread has to do after the other; merging and decoding, most of the work, is done for as many slices at a time as there are
 * workers, and by whoever asks while nothing is ready. A few slices are in memory, whatever the size of the trace.
 */
#ifndef WW_ANALYSIS_READ_SLICES_H
#define WW_ANALYSIS_READ_SLICES_H

#include "analysis/read/slice.h"

struct ww_slices;

/*
 * The cursors (struct ww_cursor *, in the order of their streams) and the pool are borrowed, and nobody else's while the slices
 * live. Threads that cannot be started are done without.
 */
struct ww_slices *ww_slices_new(const struct ww_layout *layout, GPtrArray *cursors, struct ww_packet_pool *pool,
				unsigned int n_workers);
void ww_slices_free(struct ww_slices *slices); /* NULL is fine */

/* The next one, which has an event at least; valid until the next call. NULL when that was all. */
struct ww_slice *ww_slices_next(struct ww_slices *slices);

/* Once that was all: the stream whose time goes back and which so ended the trace; NULL: none. */
const struct ww_cursor *ww_slices_torn(const struct ww_slices *slices);

#endif

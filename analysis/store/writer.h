/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread that does for a growing store what costs most: it encodes full blocks, appends rows to their tracks and writes.
 *
 * While it lives, files, tracks and what lanes have written are the thread's, until ww_store_settle(): then they are the
 * caller's up to the next thing that is handed over. Everything else of the store is the caller's all the time. What is handed
 * over is done in that order, so that the files come out the same with the thread and without.
 */
#ifndef WW_ANALYSIS_STORE_WRITER_H
#define WW_ANALYSIS_STORE_WRITER_H

#include "analysis/store/store-private.h"

/* A full block of lane (@kind, @index); takes @raw. Returns room for the next one, of g_aligned_alloc(). */
struct ww_interval *ww_writer_block(struct ww_store *store, unsigned int kind, uint32_t index, struct ww_interval *raw);
void ww_writer_row(struct ww_store *store, enum ww_track kind, uint64_t key, const struct ww_track_row *row);

/* Waits until all of that is done; at once where there is no thread. */
void ww_store_settle(struct ww_store *store);
/* The same, and the thread ends. */
void ww_writer_stop(struct ww_store *store);

/* errno of the first failure so far, 0: none. Any thread. */
int ww_writer_error(const struct ww_store_writer *writer);

#endif

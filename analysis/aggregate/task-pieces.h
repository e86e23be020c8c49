/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which thread worked on a task of the program's own, and when.
 *
 * A task belongs to the thread that began it, unless regions of it (whywait_region_begin() with its
 * id) are on others: then it is worked on in its regions, and between them it waits for somebody to
 * take it up.
 */
#ifndef WW_ANALYSIS_AGGREGATE_TASK_PIECES_H
#define WW_ANALYSIS_AGGREGATE_TASK_PIECES_H

#include "analysis/query.h"

struct ww_task_piece {
	struct ww_span span;
	uint32_t utid; /* WW_UTID_NONE: nobody */
};

struct ww_task_pieces;

/* Reads the regions of the whole trace, which it borrows. */
struct ww_task_pieces *ww_task_pieces_new(const struct ww_trace *trace);
void ww_task_pieces_free(struct ww_task_pieces *pieces); /* NULL is fine */
WW_DEFINE_AUTO(task_pieces)

/* Tiles the span of @task. Elements: struct ww_task_piece. Free with g_array_unref. */
GArray *ww_task_pieces_of(const struct ww_task_pieces *pieces, const struct ww_user_task *task);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of the timeline: groups that fold, and the lanes inside them.
 *
 * Order: the CPUs, the processes the person recorded (unfolded), the other ones by how much they
 * ran (folded), the recorder, and all kernel threads in one group. A process of a single thread is
 * one row, that thread. Built once per trace; folding only changes which rows are visible and
 * where. Positions are pixels from the top of the first row. One thread.
 */
#ifndef WW_VIEWER_MODEL_ROWS_H
#define WW_VIEWER_MODEL_ROWS_H

#include "analysis/query.h"
#include "base/auto.h"

#define WW_ROW_GROUP_HEIGHT_PX 26
#define WW_ROW_LANE_HEIGHT_PX 22

enum ww_row_kind {
	WW_ROW_CPUS,    /* a group: every CPU */
	WW_ROW_PROCESS, /* a group: the threads of one process */
	WW_ROW_KERNEL,  /* a group: all kernel threads */
	WW_ROW_LANE,    /* one thread or CPU */
};

struct ww_row {
	enum ww_row_kind kind;
	struct ww_lane lane; /* of a lane row; of a group: its first lane */
	uint32_t group;      /* index for ww_rows_lanes() */
	uint32_t upid;       /* WW_ROW_PROCESS and thread lanes */
	uint32_t depth;      /* 0 or 1 */
	int y_px, height_px;
	bool is_folded; /* groups */
};

struct ww_rows;

/* @trace is borrowed and must outlive the rows. */
struct ww_rows *ww_rows_new(const struct ww_trace *trace);
void ww_rows_free(struct ww_rows *rows); /* NULL is fine */
WW_DEFINE_AUTO(rows)

uint32_t ww_rows_count(const struct ww_rows *rows); /* visible ones */
int ww_rows_height_px(const struct ww_rows *rows);
/* Borrowed: valid until something folds or unfolds. */
const struct ww_row *ww_rows_row(const struct ww_rows *rows, uint32_t i);
/* The row that covers @y_px, clamped to the first and last one; call only when there is a row. */
uint32_t ww_rows_at_px(const struct ww_rows *rows, double y_px);

/* The lanes of a row: those of its group, or itself. Borrowed: valid as long as the rows are. */
const struct ww_lane *ww_rows_lanes(const struct ww_rows *rows, const struct ww_row *row,
				    uint32_t *n_lanes);

/* Folds or unfolds the group row @i; false for a lane. */
bool ww_rows_toggle(struct ww_rows *rows, uint32_t i);
/* Finds a lane's row, or the row of the folded group that holds it. False when there is none. */
bool ww_rows_find(const struct ww_rows *rows, struct ww_lane lane, uint32_t *i);
/* The same, after unfolding the group; @has_changed says whether it was folded. */
bool ww_rows_unfold(struct ww_rows *rows, struct ww_lane lane, uint32_t *i, bool *has_changed);

bool ww_lane_is_equal(struct ww_lane a, struct ww_lane b);

/* "redis-server", "CPU 1", "io worker". Free with g_free. */
char *ww_row_title(const struct ww_trace *trace, const struct ww_row *row);
/* What stands behind the title in small: a pid, a tid, how many. NULL when nothing does. Free with
 * g_free. */
char *ww_row_subtitle(const struct ww_rows *rows, const struct ww_trace *trace,
		      const struct ww_row *row);

#endif

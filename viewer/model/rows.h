/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of the timeline: pinned lanes, then groups that fold, and the lanes inside them.
 *
 * Groups are the CPUs, the processes, and all kernel threads in one. A process of a single thread
 * is one row, that thread. Below a thread's lane are its tasks and regions, below a process's lanes
 * its counters. Sorting, filtering, pinning, hiding and folding change which rows are visible and
 * where; each rebuilds them in time linear in the lanes, and a lane's row is found in constant
 * time. One thread.
 *
 * Positions are pixels from the top of the first row. Pinned rows come first and do not scroll:
 * where a row is on the screen is ww_rows_screen_y(), and what is there ww_rows_at_screen().
 */
#ifndef WW_VIEWER_MODEL_ROWS_H
#define WW_VIEWER_MODEL_ROWS_H

#include "analysis/query.h"
#include "base/auto.h"
#include "viewer/model/row-facts.h"
#include "viewer/model/talk.h"

#define WW_ROW_PROCESS_HEIGHT_PX 34
#define WW_ROW_GROUP_HEIGHT_PX 26
#define WW_ROW_LANE_HEIGHT_PX 22
#define WW_ROW_LEVEL_HEIGHT_PX 17 /* of tasks and regions, for each level */
#define WW_ROW_TASKS_MARGIN_PX 3  /* below the last one */
#define WW_ROW_COUNTER_HEIGHT_PX 34

enum ww_row_kind {
	WW_ROW_CPUS,    /* a group: every CPU */
	WW_ROW_PROCESS, /* a group: the threads of one process */
	WW_ROW_KERNEL,  /* a group: all kernel threads */
	WW_ROW_LANE,    /* one thread or CPU */
	WW_ROW_TASKS,   /* the tasks and regions of a thread, level below level */
	WW_ROW_COUNTER, /* a counter of a process */
};

struct ww_row {
	enum ww_row_kind kind;
	struct ww_lane lane; /* of a lane and its tasks; of all others: the group's first lane */
	uint32_t group;      /* index for ww_rows_lanes() */
	uint32_t upid;  /* WW_ROW_PROCESS, WW_ROW_COUNTER, and lanes and tasks of its threads */
	uint32_t depth; /* 0 or 1 */
	int y_px, height_px;
	bool is_folded; /* groups */
	bool is_pinned;
	const struct ww_nesting *nesting; /* WW_ROW_TASKS */
	const struct ww_counter *counter; /* WW_ROW_COUNTER */
};

/* Lanes inside their group, and processes among each other. Equal ones: as recorded. */
enum ww_rows_order {
	WW_ROWS_AS_RECORDED, /* the target first, then whoever ran most; threads by first event */
	WW_ROWS_BY_FIRST_EVENT,
	WW_ROWS_BY_NAME,
	WW_ROWS_BY_RUNNABLE, /* most first, as the next two */
	WW_ROWS_BY_BLOCKED,
	WW_ROWS_BY_RUNNING,
	WW_ROWS_BY_TALK, /* who wakes each other most stands next to each other */
	WW_ROWS_ORDER_N,
};

struct ww_rows;

/* Both are borrowed and must outlive the rows. */
struct ww_rows *ww_rows_new(const struct ww_trace *trace, const struct ww_row_facts *facts);
void ww_rows_free(struct ww_rows *rows); /* NULL is fine */
WW_DEFINE_AUTO(rows)

/* A trace that has gone on: new facts, the same ids. Order, folds, pins and filter stay; what was
 * told of empty lanes and of talk is forgotten. */
void ww_rows_renew(struct ww_rows *rows, const struct ww_trace *trace,
		   const struct ww_row_facts *facts);

uint32_t ww_rows_count(const struct ww_rows *rows);    /* visible ones */
uint32_t ww_rows_n_pinned(const struct ww_rows *rows); /* of those: the first ones */
int ww_rows_height_px(const struct ww_rows *rows);
int ww_rows_pinned_height_px(const struct ww_rows *rows);
/* Lanes that filter and hiding keep away. */
uint32_t ww_rows_n_hidden(const struct ww_rows *rows);
/* Borrowed: valid until something changes the rows. */
const struct ww_row *ww_rows_row(const struct ww_rows *rows, uint32_t i);
/* The row that covers @y_px, clamped to the first and last one; call only when there is a row. */
uint32_t ww_rows_at_px(const struct ww_rows *rows, double y_px);

/* The same on a screen whose rows are scrolled by @scroll_px. */
double ww_rows_screen_y(const struct ww_row *row, double scroll_px);
uint32_t ww_rows_at_screen(const struct ww_rows *rows, double y_px, double scroll_px);

static inline bool ww_row_is_group(const struct ww_row *row)
{
	return row->kind < WW_ROW_LANE;
}

/* The lanes of a row: those of its group, or itself; of a counter none. Borrowed: valid until
 * something changes the rows. */
const struct ww_lane *ww_rows_lanes(const struct ww_rows *rows, const struct ww_row *row,
				    uint32_t *n_lanes);

/* Folds or unfolds the group row @i; false for a lane. */
bool ww_rows_toggle(struct ww_rows *rows, uint32_t i);
void ww_rows_fold_all(struct ww_rows *rows, bool is_folded);
/* Finds a lane's row, or the row of the folded group that holds it. False when there is none. */
bool ww_rows_find(const struct ww_rows *rows, struct ww_lane lane, uint32_t *i);
/* The same, after unfolding the group and showing the lane in spite of filter and hiding (the last
 * one asked for); @has_changed says whether the rows did. */
bool ww_rows_unfold(struct ww_rows *rows, struct ww_lane lane, uint32_t *i, bool *has_changed);

/* WW_ROWS_BY_TALK needs @talk; it is borrowed until something else is told. */
void ww_rows_set_talk(struct ww_rows *rows, const struct ww_talk *talk);
void ww_rows_sort(struct ww_rows *rows, enum ww_rows_order order);
enum ww_rows_order ww_rows_order(const struct ww_rows *rows);

/* Shows lanes whose name, tid, process or pid contains @text (of CPUs: "CPU 1"); "" shows all. */
void ww_rows_filter(struct ww_rows *rows, const char *text);
const char *ww_rows_filter_text(const struct ww_rows *rows); /* "": none */

/* Moves the lane to the top or back into its group; false when it was there. */
bool ww_rows_pin(struct ww_rows *rows, struct ww_lane lane, bool is_pinned);
bool ww_rows_is_pinned(const struct ww_rows *rows, struct ww_lane lane);

/* Hides the threads for which @is_empty (by utid, as many as there are threads; copied) says so;
 * NULL hides none. True when that changed the rows. */
bool ww_rows_hide(struct ww_rows *rows, const bool *is_empty);

bool ww_lane_is_equal(struct ww_lane a, struct ww_lane b);

/* "redis-server", "CPU 1", "io worker", "Tasks". Free with g_free. */
char *ww_row_title(const struct ww_trace *trace, const struct ww_row *row);
/* What stands behind the title in small: a pid, a tid, how many, from where to where a counter
 * goes. NULL when nothing does. Free with g_free. */
char *ww_row_subtitle(const struct ww_rows *rows, const struct ww_trace *trace,
		      const struct ww_row *row);

#endif

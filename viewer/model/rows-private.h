/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows' own files: rows.c keeps groups and answers, rows-order.c sorts, rows-visible.c decides
 * what is shown, rows-text.c says what it is called. */
#ifndef WW_VIEWER_MODEL_ROWS_PRIVATE_H
#define WW_VIEWER_MODEL_ROWS_PRIVATE_H

#include "viewer/model/rows.h"

#define WW_ROWS_NO_ROW UINT32_MAX

struct ww_row_group {
	enum ww_row_kind kind;
	uint32_t upid;       /* WW_ROW_PROCESS; else UINT32_MAX */
	GArray *lanes;       /* struct ww_lane */
	GPtrArray *counters; /* const struct ww_counter *, borrowed */
	bool is_folded;
	bool is_folded_filtered; /* the same while there is a filter */
	uint32_t row;            /* its own; WW_ROWS_NO_ROW */
};

/* What is known of one lane, for finding it. */
struct ww_row_place {
	struct ww_row_group *group; /* NULL: there is no such lane */
	uint32_t row;               /* its own; WW_ROWS_NO_ROW */
	bool is_pinned;
	bool is_passed; /* by the filter */
	bool is_empty;
};

struct ww_rows {
	const struct ww_trace *trace;
	const struct ww_row_facts *facts;
	const struct ww_talk *talk; /* NULL: not told */
	GPtrArray *groups;          /* struct ww_row_group *, in order */
	GArray *places[2];          /* struct ww_row_place, by kind and index of the lane */
	GArray *pinned;             /* struct ww_lane, in the order they were pinned */
	enum ww_rows_order order;
	char *filter; /* "": none */
	bool is_hiding;
	struct ww_lane wanted; /* shown whatever else is said */
	bool has_wanted;
	GArray *visible; /* struct ww_row */
	uint32_t n_pinned_rows, n_hidden;
	int height_px, pinned_height_px;
};

struct ww_row_place *ww_rows_place(const struct ww_rows *rows, struct ww_lane lane); /* or NULL */
bool ww_row_group_is_single(const struct ww_row_group *group);
bool ww_row_group_is_folded(const struct ww_rows *rows, const struct ww_row_group *group);

void ww_rows_order_all(struct ww_rows *rows);
void ww_rows_apply_filter(struct ww_rows *rows);
void ww_rows_rebuild(struct ww_rows *rows);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of the last look at a trace: where one was, what was selected, marks and
 * notes, how the rows were arranged.
 *
 * One small file for each trace, below XDG_STATE_HOME: a trace is never written to. It names the
 * trace's length and origin. A trace of the same origin that is longer now, or of which only a part
 * is there, has the marks that lie inside it, and the others stay in the file. Plain C.
 */
#ifndef WW_VIEWER_VIEW_MEMORY_H
#define WW_VIEWER_VIEW_MEMORY_H

#include "analysis/query.h"
#include "viewer/model/marks.h"

/* Larger files than this are none of ours. */
#define WW_MEMORY_MAX_BYTES (512 * 1024)
/* So many pins and unfolded groups are kept. */
#define WW_MEMORY_LIST_MAX 500

enum ww_remembered_selection {
	WW_REMEMBERED_NONE,
	WW_REMEMBERED_INTERVAL,
	WW_REMEMBERED_AREA,
};

struct ww_remembered_group {
	int kind;      /* enum ww_row_kind */
	uint32_t upid; /* of a process */
};

struct ww_memory {
	bool has_place; /* false: only marks, cursors and the origin are known */
	struct ww_span visible;
	enum ww_remembered_selection selection;
	struct ww_lane lane;     /* INTERVAL */
	struct ww_span selected; /* INTERVAL: its begin counts */
	int64_t origin_ns;
	int64_t cursors_ns[2]; /* -1: not put anywhere */
	int order;             /* enum ww_rows_order */
	GArray *pins;          /* struct ww_lane */
	bool has_groups;       /* false: nothing is known of folds */
	GArray *unfolded;      /* struct ww_remembered_group; all others are folded */
	bool shows_panel, shows_tables;
	struct ww_marks *marks;
};

struct ww_memory *ww_memory_new(void);
void ww_memory_free(struct ww_memory *memory); /* NULL is fine */
WW_DEFINE_AUTO(memory)

/* Where the memory of a trace is kept in @directory. Free with g_free. */
char *ww_memory_path(const char *directory, const struct ww_trace_info *info);
/* What @directory is for people: $XDG_STATE_HOME/whywait/views. Free with g_free. */
char *ww_memory_directory(void);

/*
 * NULL without an error when there is none for this trace; with one (WW_ERROR_DAMAGED, or
 * G_FILE_ERROR) when there is one that cannot be read: a damaged one is moved aside. What it names
 * was inside the trace's bounds when it was written and is checked against them again.
 */
struct ww_memory *ww_memory_load(const char *directory, const struct ww_trace_info *info,
				 GError **error);
/*
 * Makes the directory when there is none. Marks that others have written meanwhile, be it in the
 * same instant, are kept: @known are those that this one has last read or written (NULL: none). Of
 * a partial trace nothing but the marks is written where there is a memory of all of it.
 * G_FILE_ERROR_AGAIN when another process goes on writing there: nothing was written.
 */
bool ww_memory_save(const char *directory, const struct ww_trace_info *info,
		    const struct ww_memory *memory, const struct ww_marks *known, GError **error);

#endif

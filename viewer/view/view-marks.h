/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person puts on the time axis: marks with notes, two cursors to measure with, the origin
 * that times are counted from.
 *
 * Signals of the view: "marked" (marks or cursors), "origin", "edit-note" and "mark-removed"
 * (guint: number of the mark).
 */
#ifndef WW_VIEWER_VIEW_VIEW_MARKS_H
#define WW_VIEWER_VIEW_VIEW_MARKS_H

#include "viewer/model/marks.h"
#include "viewer/view/view.h"

/* Marks; the present one is that set or gone to last. False: there is none, or nowhere to put it.
 */
const struct ww_marks *ww_view_marks(WwView *view);
uint32_t ww_view_present_mark(WwView *view); /* its number; 0: none */
bool ww_view_mark(WwView *view);             /* at the pointer, else where the selection begins */
bool ww_view_mark_at(WwView *view, int64_t t_ns);
bool ww_view_go_to_mark(WwView *view, uint32_t number);
bool ww_view_step_mark(WwView *view, int direction); /* round and round */
bool ww_view_edit_note(WwView *view);
bool ww_view_remove_mark(WwView *view); /* the present one */
/* The one removed last, with its note. False: none was, there are as many as there can be, or
 * another note is at its instant; it is not forgotten then. */
bool ww_view_restore_mark(WwView *view);
void ww_view_set_note(WwView *view, uint32_t number, const char *note);

enum ww_cursor {
	WW_CURSOR_A,
	WW_CURSOR_B,
	WW_CURSOR_N,
};

/* Where a cursor was put; -1: nowhere. */
int64_t ww_view_cursor_ns(WwView *view, enum ww_cursor cursor);
void ww_view_put_cursor(WwView *view, enum ww_cursor cursor, int64_t t_ns);
void ww_view_clear_cursors(WwView *view);
/* At the pointer; without one A where the selection begins, B where it ends. */
bool ww_view_put_cursor_a(WwView *view);
bool ww_view_put_cursor_b(WwView *view);
/* A to the next or previous event of the selected lane, and selects what the lane does there. */
bool ww_view_step_event(WwView *view, int direction);
/* What happens at A, when an event led there; NULL: none did. Borrowed. */
const char *ww_view_event_text(WwView *view);

/* Ruler, status line and panel count time from here; 0: from the trace's begin. */
int64_t ww_view_origin_ns(WwView *view);
void ww_view_set_origin(WwView *view, int64_t t_ns);
/* To the pointer, else where the selection begins; back to the trace's begin where it was moved. */
bool ww_view_toggle_origin(WwView *view);

/* The selection grows or shrinks by a state of its lane: it becomes an area on that lane. */
bool ww_view_extend(WwView *view, int direction);

#endif

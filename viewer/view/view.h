/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WwView: one person looking at one trace. What is visible, selected and pointed at, and the
 * history of it.
 *
 * All widgets of a window share it: they call its verbs and redraw on its signals. It knows no
 * widget. Main thread only.
 *
 * Signals: "moved" (the viewport), "selected" (the selection), "pointed" (the pointer's instant),
 * "folded" (the rows), "document" (another one: more of the trace, or more about it; what was
 * borrowed from the trace before is valid until the handlers have returned), "reveal" (two guints:
 * scroll the rows from the one to the other onto the screen).
 */
#ifndef WW_VIEWER_VIEW_VIEW_H
#define WW_VIEWER_VIEW_VIEW_H

#include <glib-object.h>

#include "viewer/model/history.h"
#include "viewer/model/rows.h"
#include "viewer/model/viewport.h"
#include "viewer/trace/document.h"
#include "viewer/view/insight.h"

#define WW_TYPE_VIEW (ww_view_get_type())
G_DECLARE_FINAL_TYPE(WwView, ww_view, WW, VIEW, GObject)

/* Takes a reference on @document. */
WwView *ww_view_new(const struct ww_document *document);

/*
 * The same trace read on, or more that is derived from it: what is shown, selected, folded and
 * pinned stays, and who looked at all of it goes on to. A trace that begins otherwise is shown
 * anew.
 */
void ww_view_set_document(WwView *view, const struct ww_document *document);

/* How often that happened: what is remembered of rows from before is of others then. */
unsigned int ww_view_n_begun(WwView *view);

/* Borrowed, valid until "document"; the values behind them change with the view's signals. */
const struct ww_document *ww_view_document(WwView *view);
const struct ww_trace *ww_view_trace(WwView *view);
const struct ww_rows *ww_view_rows(WwView *view);
const struct ww_viewport *ww_view_viewport(WwView *view);
const struct ww_selection *ww_view_selection(WwView *view);
/* What is known about the selection, and the path that is shown. */
WwInsight *ww_view_insight(WwView *view);
int64_t ww_view_pointed_ns(WwView *view); /* -1: the pointer is elsewhere */

/* Moving. Moves that follow one another quickly are one step of the history. */
void ww_view_resize(WwView *view, double width_px);
void ww_view_zoom(WwView *view, double factor, double x_px);
void ww_view_pan(WwView *view, double dx_px);
void ww_view_show(WwView *view, struct ww_span span);
void ww_view_show_all(WwView *view);
void ww_view_show_selection(WwView *view);  /* exactly */
void ww_view_frame_selection(WwView *view); /* with what was around it */
void ww_view_point(WwView *view, int64_t t_ns);

/* Selecting. */
void ww_view_select_none(WwView *view);
void ww_view_select_area(WwView *view, struct ww_span span); /* of all lanes */
/* Of @lanes, which the view takes; NULL: of all. @title: ww_selection.title, NULL. */
void ww_view_select_lanes(WwView *view, struct ww_span span, struct ww_lane_set *lanes,
			  const char *title);
/* The areas selected between these two are one step of the history. */
void ww_view_begin_drag(WwView *view);
void ww_view_end_drag(WwView *view);
/* The interval of @lane at @t_ns; nothing when there is none. */
void ww_view_select_at(WwView *view, struct ww_lane lane, int64_t t_ns);
/* The same, and brings it onto the screen: what a link does. @keeps_scale: only pans, never zooms.
 */
bool ww_view_go_to(WwView *view, struct ww_lane lane, int64_t t_ns, bool keeps_scale);
bool ww_view_go_to_wait(WwView *view, struct ww_wait_ref ref);

/* Each returns false when there is nowhere to go. */
bool ww_view_next_worst(WwView *view);
bool ww_view_step_state(WwView *view, int direction); /* -1 previous, +1 next of the lane */
bool ww_view_step_lane(WwView *view, int direction); /* at the selection's middle or the screen's */
bool ww_view_go_to_waker(WwView *view);              /* who ended or began the selected wait */
bool ww_view_go_to_woken(WwView *view); /* whom the selected thread woke first from here on */
/* Shows the critical path of the selection over the lanes, or hides the one that is shown. */
bool ww_view_toggle_path(WwView *view);
/* The row of the thread that most of the path shown is of. False: none. */
bool ww_view_path_main_row(WwView *view, uint32_t *row);
bool ww_view_undo(WwView *view);
bool ww_view_redo(WwView *view);

/* Where a search leads. */
void ww_view_center(WwView *view, int64_t t_ns); /* and put A there; goes closer from afar */
/* To what @lane does in the middle of the screen, or of @life when it does not live then. */
bool ww_view_go_to_lane(WwView *view, struct ww_lane lane, struct ww_span life);
void ww_view_go_to_span(WwView *view, struct ww_lane lane, struct ww_span span);
/* Takes @matches: struct ww_wait_ref, the present one first. */
void ww_view_set_matches(WwView *view, GArray *matches);
bool ww_view_step_match(WwView *view, int direction); /* round and round */

/* Scrolls these rows onto the screen; where they do not fit, the first of them. */
void ww_view_reveal_rows(WwView *view, uint32_t first, uint32_t last);
void ww_view_toggle_row(WwView *view, uint32_t i);
void ww_view_fold_all(WwView *view, bool is_folded);
void ww_view_sort(WwView *view, enum ww_rows_order order);
enum ww_rows_order ww_view_order(WwView *view);
void ww_view_filter(WwView *view, const char *text); /* "": shows all */
void ww_view_pin(WwView *view, struct ww_lane lane, bool is_pinned);
bool ww_view_toggle_pin(WwView *view); /* of the selected lane; false when there is none */
/* Hides threads that neither run nor could in what is visible, wherever one goes. */
void ww_view_hide_empty(WwView *view, bool is_hiding);
bool ww_view_is_hiding_empty(WwView *view);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The view's own files: view.c keeps the state, view-NAME.c are its verbs by subject. */
#ifndef WW_VIEWER_VIEW_VIEW_PRIVATE_H
#define WW_VIEWER_VIEW_VIEW_PRIVATE_H

#include "viewer/view/insight.h"
#include "viewer/view/view-marks.h"

enum ww_view_signal {
	WW_VIEW_MOVED,
	WW_VIEW_SELECTED,
	WW_VIEW_POINTED,
	WW_VIEW_FOLDED,
	WW_VIEW_ORIGIN,
	WW_VIEW_MARKED,
	WW_VIEW_DOCUMENT,
	WW_VIEW_REVEAL, /* has arguments: ww_view_reveal_rows() emits it */
	WW_VIEW_SIGNAL_N,
};

struct _WwView {
	GObject parent;
	struct ww_document *document;
	struct ww_rows *rows;
	struct ww_talk *talk;     /* NULL: not needed yet */
	enum ww_rows_order order; /* what is wanted; of who talks to whom the rows hear later */
	bool is_hiding;           /* lanes that are empty in view */
	unsigned int n_begun;     /* traces that began otherwise than the one before */
	guint hide_timer;
	gulong hide_handler;
	struct ww_viewport viewport;
	struct ww_selection selection;
	WwInsight *insight;
	struct ww_history *history;
	GPtrArray *lane_sets; /* struct ww_lane_set *: of all selections there were, no two equal */
	int64_t last_move_us; /* monotonic; 0: the last change was not a move */
	int64_t pointed_ns;
	int64_t origin_ns;
	struct ww_marks *marks;
	struct ww_marks *removed;        /* the one removed last; empty: none was */
	uint32_t present_mark;           /* number; 0: none */
	int64_t cursors_ns[WW_CURSOR_N]; /* -1: not put anywhere */
	char *event_text;                /* what happens at A; NULL */
	bool is_dragging;
	bool amends_area;             /* the next area takes the place of the last one */
	struct ww_selection extended; /* the area that extending made, while is_extended */
	struct ww_span anchor;        /* what was selected first of it, and on which lane */
	struct ww_lane anchor_lane;
	int64_t edge_ns; /* the one that was moved last */
	bool is_extended;
	guint next_worst;
	GArray *matches; /* struct ww_wait_ref, of the last search; NULL: none */
	guint match;     /* the one gone to last */
};

void ww_view_emit(WwView *view, enum ww_view_signal signal);
/* A new step of the history: what is shown and selected now. */
void ww_view_remember_step(WwView *view);
/* Where keys lead on from: the interval that is selected, or the last one of the area that
 * extending made. False when there is neither. */
bool ww_view_standing(WwView *view, struct ww_lane *lane, struct ww_interval *interval);
/* Forgets what belongs to the rows. */
void ww_view_clear_rows(WwView *view);
/* Who talks to whom in another trace: found out anew if that is the order. */
void ww_view_renew_talk(WwView *view);
/* Unfolds and shows what the path that came to be shown crosses. */
void ww_view_reveal_path(WwView *view);
/* Unfolds @lane and scrolls to it; nothing when it has no row. */
void ww_view_reveal_lane(WwView *view, struct ww_lane lane);
/* Selects @interval of @lane and reveals the lane; the caller has moved the viewport. */
void ww_view_go_to_interval(WwView *view, struct ww_lane lane, const struct ww_interval *interval);

#endif

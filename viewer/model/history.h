/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the person has been: a bounded list of places with a cursor, for undo and redo of
 * navigation.
 *
 * Small moves in one go (a wheel, a drag) are one place: the caller says when a new one begins.
 */
#ifndef WW_VIEWER_MODEL_HISTORY_H
#define WW_VIEWER_MODEL_HISTORY_H

#include "viewer/model/selection.h"

struct ww_place {
	struct ww_span span; /* visible */
	struct ww_selection selection;
};

struct ww_history;

struct ww_history *ww_history_new(void);
void ww_history_free(struct ww_history *history); /* NULL is fine */
WW_DEFINE_AUTO(history)

/* Forgets everything, then remembers @place as the first. */
void ww_history_reset(struct ww_history *history, const struct ww_place *place);
/* Remembers @place; what was undone is forgotten. Places equal to the present one are not
 * remembered twice. */
void ww_history_push(struct ww_history *history, const struct ww_place *place);
/* Puts @place in the stead of the present one: the same move goes on. */
void ww_history_amend(struct ww_history *history, const struct ww_place *place);
/* False when there is nowhere to go; @place is then untouched. */
bool ww_history_undo(struct ww_history *history, struct ww_place *place);
bool ww_history_redo(struct ww_history *history, struct ww_place *place);

#endif

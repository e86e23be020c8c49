/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instants that a person marked, in order of time, each with a number and perhaps a note. */
#ifndef WW_VIEWER_MODEL_MARKS_H
#define WW_VIEWER_MODEL_MARKS_H

#include "base/auto.h"
#include "base/units.h"

#define WW_MARKS_MAX 200
#define WW_MARK_NOTE_MAX_BYTES 1000

struct ww_mark {
	int64_t t_ns;
	uint32_t number; /* from 1 on; the smallest that was free */
	char *note;      /* valid UTF-8; "" for none */
};

struct ww_marks;

struct ww_marks *ww_marks_new(void);
void ww_marks_free(struct ww_marks *marks); /* NULL is fine */
WW_DEFINE_AUTO(marks)

uint32_t ww_marks_count(const struct ww_marks *marks);
/* Grows with every change. */
uint32_t ww_marks_version(const struct ww_marks *marks);
/* Borrowed: valid until a mark is added or removed. */
const struct ww_mark *ww_marks_at(const struct ww_marks *marks, uint32_t i);
/* By number; false when there is none. */
bool ww_marks_find(const struct ww_marks *marks, uint32_t number, uint32_t *i);
/* The one nearest to @t_ns, at most @within_ns away. */
bool ww_marks_find_near(const struct ww_marks *marks, int64_t t_ns, int64_t within_ns, uint32_t *i);

/* The number of the new mark, or of the one that is there; 0 when there are WW_MARKS_MAX. */
uint32_t ww_marks_add(struct ww_marks *marks, int64_t t_ns);
/* The same with a number of the caller's; false when number or instant are taken, or there are
 * WW_MARKS_MAX. */
bool ww_marks_add_as(struct ww_marks *marks, uint32_t number, int64_t t_ns);
/* Cut to WW_MARK_NOTE_MAX_BYTES; what is no UTF-8 is replaced. */
void ww_marks_set_note(struct ww_marks *marks, uint32_t i, const char *note);
/* Makes @to the same as @from. */
void ww_marks_copy(struct ww_marks *to, const struct ww_marks *from);
void ww_marks_remove(struct ww_marks *marks, uint32_t i);
/* Adds those of @from whose instants are free, under their numbers where those are, and notes where
 * @to has none. */
void ww_marks_merge(struct ww_marks *to, const struct ww_marks *from);
/*
 * @ours and @theirs both began as @known (NULL: without marks). What either added or wrote is kept;
 * what one removed is gone unless the other has changed its note. Free with ww_marks_free.
 */
struct ww_marks *ww_marks_reconcile(const struct ww_marks *ours, const struct ww_marks *theirs,
				    const struct ww_marks *known);

#endif

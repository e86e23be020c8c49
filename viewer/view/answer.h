/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything there is to say about a selection, computed once: what the panel writes, what the
 * timeline draws over its lanes and what is copied all come from here.
 *
 * Made on a worker thread, immutable afterwards; only its reference count changes.
 */
#ifndef WW_VIEWER_VIEW_ANSWER_H
#define WW_VIEWER_VIEW_ANSWER_H

#include "viewer/model/area.h"
#include "viewer/model/overlay.h"
#include "viewer/model/selection.h"
#include "viewer/model/wakers.h"
#include "viewer/trace/document.h"

struct ww_answer {
	struct ww_document *document;  /* held: texts below are borrowed from its trace */
	struct ww_selection selection; /* the question; its set of lanes is held */
	/* An interval of a thread; all else is NULL. */
	GArray *wakers; /* struct ww_wake_step */
	struct ww_overlay *arrows;
	/* A runnable or blocked one. */
	struct ww_explanation *explanation;
	struct ww_overlay *path;
	char *occupant;      /* a sentence about who had the CPU; NULL: nobody had */
	GPtrArray *unknowns; /* char * */
	char *failure;       /* why there is no explanation; NULL */
	/* An area. Of one thread's lane it has an explanation and a path, too. */
	struct ww_area *area;
};

/* Slow. NULL when @cancellable was cancelled meanwhile. */
struct ww_answer *ww_answer_new(const struct ww_document *document,
				const struct ww_selection *selection, GCancellable *cancellable);
struct ww_answer *ww_answer_ref(struct ww_answer *answer);
void ww_answer_unref(struct ww_answer *answer); /* NULL is fine */

#endif

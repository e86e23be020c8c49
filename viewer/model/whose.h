/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose waits, calls and times are told: the threads in focus, or just those of the lanes that the
 * person marked, whoever they are.
 */
#ifndef WW_VIEWER_MODEL_WHOSE_H
#define WW_VIEWER_MODEL_WHOSE_H

#include <gio/gio.h>

#include "viewer/model/focus.h"
#include "viewer/model/lane-set.h"

struct ww_whose {
	struct ww_focus focus;
	const struct ww_lane_set *lanes; /* NULL: none marked, or CPUs only */
	GCancellable *cancellable; /* borrowed; once it is cancelled, nobody's; NULL is fine */
};

/* All are borrowed and must outlive it; @lanes and @cancellable may be NULL. What sums up threads
 * and asks for each of them is soon done once it was cancelled, with a result that nobody wants. */
void ww_whose_init(struct ww_whose *whose, const struct ww_trace *trace,
		   const struct ww_lane_set *lanes, GCancellable *cancellable);
/* A filter of threads as analysis takes them; @data: the struct ww_whose. */
bool ww_whose_wants(const struct ww_thread *thread, void *data);

#endif

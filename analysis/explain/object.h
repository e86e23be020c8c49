/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a blocked thread waited for, as far as the trace names it: a lock, a futex, a file, a socket
 * and who is at its other end, a child.
 */
#ifndef WW_ANALYSIS_EXPLAIN_OBJECT_H
#define WW_ANALYSIS_EXPLAIN_OBJECT_H

#include "analysis/explain/explain.h"

/* Fills all of @object. */
void ww_wait_object_init(struct ww_wait_object *object, const struct ww_trace *trace,
			 const struct ww_interval *wait);
/* The same for a lock wait of the hooks alone. */
void ww_wait_object_init_lock(struct ww_wait_object *object, const struct ww_trace *trace,
			      const struct ww_lock_wait *lock);
void ww_wait_object_clear(struct ww_wait_object *object);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which a person is led through the worst waits. Plain C, any thread. */
#ifndef WW_VIEWER_MODEL_WORST_H
#define WW_VIEWER_MODEL_WORST_H

#include <gio/gio.h>

#include "analysis/explain/summary.h"

/* Puts those of the first groups last that nobody can explain: most of the longest is unknown.
 * Milliseconds; once @cancellable (NULL: nobody) is cancelled the order is as good as any. */
void ww_worst_order(const struct ww_trace *trace, GArray *groups, GCancellable *cancellable);

#endif
